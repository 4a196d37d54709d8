import { describe, expect, test } from "vitest";
import { hasLuhnKey, rna, siren } from "../../../components/tenants/tenant/registration.ts";

describe("a number of an association", () => {
  const read = (schema: ReturnType<typeof rna>, text: unknown) => {
    const result = schema.safeParse(text);
    return result.success ? result.data : result.error.issues[0]?.message;
  };

  test("of the RNA has its form, with a letter for Corsica and overseas", () => {
    for (const text of ["W691234567", "W2A1234567", "W9R1234567"]) expect(read(rna(), text)).toBe(text);
    expect(read(rna(), "w69 123 4567")).toContain('Write "W691234567".');
    expect(read(rna(), "W69123456")).toContain("is not an RNA number");
  });

  test("of SIREN ends in its key", () => {
    // INSEE's own example.
    expect(read(siren(), "732829320")).toBe("732829320");
    expect(read(siren(), "732 829 320")).toContain('Write "732829320".');
    expect(read(siren(), "732829321")).toContain("one of its digits is wrong");
    expect(read(siren(), "73282932000074")).toContain("is a SIRET");
    // One digit that is another is always found, and so are two neighbours that changed places but for 0 and 9.
    for (let index = 0; index < 9; index++) {
      const other = (Number("732829320"[index]) + 1) % 10;
      expect(hasLuhnKey(`${"732829320".slice(0, index)}${other}${"732829320".slice(index + 1)}`)).toBe(false);
    }
  });
});
