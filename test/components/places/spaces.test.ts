import { describe, expect, it } from "vitest";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { debianPackage } from "../../../components/foundation/declaration/debian-package.ts";
import { readDeclaration } from "../../../components/foundation/declaration/load.ts";
import { spacesProblems } from "../../../components/places/spaces/check.ts";

const start = `id: bron
name: Bron
insee: "69029"
domain: bron.test
population: 42000
contact: a@bron.test
`;

/** A commune with this `spaces:` section, and whatever else is written. */
function declared(text: string) {
  const read = readDeclaration("commune.yaml", Buffer.from(start + text), communeSchema);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.declaration;
}

function refusal(
  schema: { safeParse(value: unknown): { error?: { issues: { message: string }[] } } },
  value: unknown,
) {
  return schema
    .safeParse(value)
    .error?.issues.map(({ message }) => message)
    .join("\n");
}

it("a package is a name alone", () => {
  expect(debianPackage().parse("libstdc++6")).toBe("libstdc++6");
  expect(refusal(debianPackage(), "firefox-esr=115")).toContain("the Debian release decides the version");
  expect(refusal(debianPackage(), "Firefox")).toContain("may only have letters a to z");
});

describe("a space", () => {
  it("has sober workstations when nothing is said", () =>
    expect(declared("spaces: { rize: { name: Le Rize } }").spaces?.rize).toMatchObject({
      workstations: { count: 1, session: { seconds: 3600 }, packages: expect.arrayContaining(["orca"]) },
    }));

  it("cannot be open with help and without at the same time", () => {
    const text = `spaces:
  rize: { name: Le Rize, opening: "Mo-Fr 10:00-12:00", autonomous: "We 11:30-20:00" }
  memo: { name: La Mémo, opening: "Mo-Fr 10:00-12:00", autonomous: "Mo-Fr 12:00-20:00" }
`;
    expect(spacesProblems(declared(text).spaces)).toEqual([
      {
        field: ["spaces", "rize", "autonomous"],
        message: "has hours in common with opening: (We 11:30). Write each hour once: with help, or without.",
      },
    ]);
  });

  it("has an id that no school has", () =>
    expect(
      spacesProblems(declared("spaces: { rize: { name: Rize } }").spaces, ["rize"])[0]?.message,
    ).toContain('"rize" is a school already'));
});
