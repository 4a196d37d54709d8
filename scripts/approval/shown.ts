/** What the engine shows in the place of a secret, and of what is known later (sdk/go/common/resource, sig.go; plugin/rpc.go). */
export const secretMark = "4dabf18193072939515e22adb298388d";
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Inputs as people are shown them: without secrets, without what the provider adds. */
export function shown(value: unknown): unknown {
  if (value === unknownText) return "(known when it is made)";
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(shown);
  if (secretMark in value) return "(secret)";
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !key.startsWith("__"))
      .map(([key, below]) => [key, shown(below)]),
  );
}
