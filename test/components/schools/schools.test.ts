import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { folder } from "../../../components/foundation/declaration/folder.ts";
import { readDeclaration } from "../../../components/foundation/declaration/load.ts";
import { sha256 } from "../../../components/foundation/declaration/sha256.ts";
import { schoolsProblems } from "../../../components/schools/schools/check.ts";
import { readLibrary } from "../../../components/schools/schools/library.ts";

const start = `id: bron
name: Bron
insee: "69029"
domain: bron.test
population: 42000
contact: a@bron.test
`;

function read(text: string) {
  return readDeclaration("commune.yaml", Buffer.from(start + text), communeSchema);
}

function problems(text: string): string[] {
  const declared = read(text);
  if (!declared.ok) throw new Error(JSON.stringify(declared.problems));
  const { schools, nextcloud } = declared.declaration;
  const keepsFolders = nextcloud?.apps.includes("groupfolders") ?? false;
  return schoolsProblems(schools, keepsFolders).map(({ field, message }) => `${field.join(".")}: ${message}`);
}

describe("a folder beside the declaration", () => {
  it.each(["library", "library/jules-ferry", "a.b/_c"])("%s", (text) =>
    expect(folder().parse(text)).toBe(text),
  );

  it.each([
    ["/srv/library", "is an absolute path"],
    ["../lyon/library", "leads out of the commune's folder"],
    ["library/../../x", "leads out of the commune's folder"],
    ["library/", "ends with a slash"],
    ["./library", "may only have letters"],
    [".git", "may only have letters"],
    ["a//b", "may only have letters"],
  ])("%s is refused", (text, reason) =>
    expect(folder().safeParse(text).error?.issues[0]?.message).toContain(`"${text}" ${reason}`),
  );
});

it("a checksum has one spelling", () => {
  expect(sha256().parse("0".repeat(64))).toBe("0".repeat(64));
  expect(sha256().safeParse("A".repeat(64)).error?.issues[0]?.message).toContain("has capital letters");
  expect(sha256().safeParse("0".repeat(63)).error?.issues[0]?.message).toContain("is not 64 digits");
});

describe("schools:", () => {
  it("of a commune are three lines", () =>
    expect(
      problems("schools: { establishments: { jules-ferry: { name: Jules-Ferry, levels: [elementaire] } } }"),
    ).toEqual([]));

  it("says each problem of a library with its place", () =>
    expect(
      problems(
        "schools: { libraries: { a: { name: A }, jf: { name: B, folder: b } }, establishments: { jf: { name: JF, levels: [lycee] } } }",
      ),
    ).toEqual([
      "schools.libraries.a: has nothing in it. Write folder: for files beside the declaration, source: for a library that somebody else publishes, or both.",
      'schools.libraries.jf: "jf" is also a school, and both are published under that name. Give the library another id.',
    ]));

  it("gives a group one right, and needs a Nextcloud for it", () =>
    expect(
      problems(
        "schools: { establishments: { jf: { name: JF, levels: [lycee], teachers: [Profs], readers: [Profs] } } }",
      ),
    ).toEqual([
      'schools.establishments.jf.readers.0: "Profs" is in teachers: already, who may do more. Remove one.',
      "schools.establishments.jf.teachers: has groups, and there is no Nextcloud with groupfolders for their folder Médias. Add nextcloud: with that app, or remove the groups.",
    ]));

  it("refuses a level that does not exist", () => {
    const declared = read("schools: { establishments: { jf: { name: JF, levels: [elementary] } } }");
    expect(declared.ok ? "" : declared.problems[0]?.message).toContain('Did you mean "elementaire"?');
  });
});

describe("drawings of a library", () => {
  const drawing = '<svg xmlns="http://www.w3.org/2000/svg"><rect filter="url(https://t.example/a)"/></svg>';

  it.each([
    ["in UTF-8", Buffer.from(drawing), 'fetches "https://t.example/a" when it is shown. Remove that.'],
    ["in UTF-16", Buffer.from(`\ufeff${drawing}`, "utf16le"), "is not a text in UTF-8. Save it as one."],
    [
      "in UTF-16 without a mark",
      Buffer.from(drawing, "utf16le"),
      "has a character of zero, which no text has. Remove that.",
    ],
  ])("that fetch from elsewhere are refused, %s", async (_, content, message) => {
    const folder = mkdtempSync(join(tmpdir(), "library-"));
    mkdirSync(join(folder, "pictures"));
    writeFileSync(join(folder, "pictures/a.svg"), content);
    const { problems } = await readLibrary(folder, "library", new Set());
    rmSync(folder, { recursive: true });
    expect(problems).toEqual([{ place: "library/pictures/a.svg", message }]);
  });
});
