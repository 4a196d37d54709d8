/**
 * Values that the engine shows in the place of a secret, and of what is known later (sdk/go/common/resource,
 * sig/sig.go; plugin/rpc.go).
 */
const secretMark = { key: "4dabf18193072939515e22adb298388d", value: "1b47061264138c4ac30d75fd1eb44270" };
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether an object of the engine's stands for a secret. */
export function isSecret(value: object): boolean {
  return Object.entries(value).some(([key, mark]) => key === secretMark.key && mark === secretMark.value);
}

/** Inputs as people are shown them: without secrets. */
export function shown(value: unknown): unknown {
  if (value === unknownText) return "(known when it is made)";
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(shown);
  if (isSecret(value)) return "(secret)";
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, shown(below)]));
}
