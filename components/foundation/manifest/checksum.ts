import { createHash } from "node:crypto";

/**
 * Changes when the value does, and only then: what a pod template or a Job's name carries of what the pods read, so
 * that they start again with it. The SHA-256 of its JSON.
 *
 * @param length hexadecimal digits; 8 where it is part of a name.
 */
export function checksum(value: unknown, length = 16): string {
  const hash = createHash("sha256");
  for (const part of jsonOf(value)) hash.update(part);
  return hash.digest("hex").slice(0, length);
}

/** Yields the text of JSON.stringify, member by member for some levels: all of 5,000 points at once would be 20 MB of text. */
function* jsonOf(value: unknown, levels = 2): Generator<string> {
  if (levels === 0 || value === null || typeof value !== "object") {
    yield JSON.stringify(value) ?? "null";
  } else if (Array.isArray(value)) {
    for (const [index, member] of value.entries()) {
      yield index === 0 ? "[" : ",";
      yield* jsonOf(member, levels - 1);
    }
    yield value.length === 0 ? "[]" : "]";
  } else {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    for (const [index, [name, member]] of members.entries()) {
      yield `${index === 0 ? "{" : ","}${JSON.stringify(name)}:`;
      yield* jsonOf(member, levels - 1);
    }
    yield members.length === 0 ? "{}" : "}";
  }
}

/** SHA-256 of a text or of bytes as they are, hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
