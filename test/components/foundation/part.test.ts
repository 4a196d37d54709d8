import { describe, expect, test } from "vitest";
import { ownedNames } from "../../../components/foundation/part/names.ts";
import { inOrderOfNeeds } from "../../../components/foundation/part/order.ts";

describe("parts in the order of their needs", () => {
  const kinds = (...list: { kind: string; needs?: string[] }[]) =>
    inOrderOfNeeds(list).map(({ kind }) => kind);

  test("come after all that they need, and otherwise as they are listed", () => {
    const login = { kind: "login", needs: ["service", "tenant"] };
    expect(
      kinds({ kind: "map" }, login, { kind: "service" }, { kind: "service" }, { kind: "tenant" }),
    ).toEqual(["map", "service", "service", "tenant", "login"]);
  });

  test("are refused in a circle, and without what they need", () => {
    expect(() => kinds({ kind: "a", needs: ["b"] }, { kind: "b", needs: ["a"] })).toThrow(
      "a needs b needs a",
    );
    expect(() => kinds({ kind: "a", needs: ["c"] })).toThrow("a needs c, and there is no such part");
  });
});

describe("names of owners", () => {
  const names = ownedNames("vault-", "-old");

  test("are read as they are made", () => {
    expect(names.of("lyon")).toBe("vault-lyon-old");
    expect(names.ownerOf("vault-lyon-old")).toBe("lyon");
  });

  test.each(["vault--old", "vault-old", "lyon", "vault-lyon", "lyon-old"])("%s is nobody's", (name) =>
    expect(names.ownerOf(name)).toBeUndefined(),
  );
});
