import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checksum } from "../../../components/foundation/manifest/checksum.ts";

test("a checksum is the SHA-256 of the JSON of any value, with what is undefined left out", () => {
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue({ maxDepth: 0 }),
      fc.array(fc.option(tie("value"), { nil: undefined })),
      fc.dictionary(fc.string(), fc.option(tie("value"), { nil: undefined })),
    ),
  })).value;
  fc.assert(
    fc.property(value, (given) => {
      const digest = createHash("sha256").update(JSON.stringify(given)).digest("hex");
      expect(checksum(given, 64)).toBe(digest);
      expect(checksum(given)).toBe(digest.slice(0, 16));
    }),
    { numRuns: 500, seed: 69_266 },
  );
});
