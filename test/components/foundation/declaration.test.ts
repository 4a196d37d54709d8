import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { choice } from "../../../components/foundation/declaration/choice.ts";
import { identifier } from "../../../components/foundation/declaration/identifier.ts";
import { list } from "../../../components/foundation/declaration/list.ts";
import { loadYaml, readDeclaration } from "../../../components/foundation/declaration/load.ts";
import { DeclarationError } from "../../../components/foundation/declaration/problem.ts";
import { named, section } from "../../../components/foundation/declaration/section.ts";
import { settings } from "../../../components/foundation/declaration/settings.ts";
import { size } from "../../../components/foundation/declaration/size.ts";

const schema = section({
  id: identifier(),
  nextcloud: section({
    quotaPerUser: size().prefault("5 GiB"),
    apps: list(choice(["calendar", "contacts"]), { noun: "apps" }).default([]),
    settings: settings(() => []).default({}),
  }).optional(),
  plans: named(identifier({ noun: "a name" }), section({ storage: size() }), "plans").optional(),
});

function read(text: string) {
  return readDeclaration("commune.yaml", new TextEncoder().encode(text), schema);
}

/** Returns what is printed about a text, without the last line. */
function printed(text: string): string {
  const result = read(text);
  return result.ok ? "valid" : new DeclarationError(result.problems).message.replace(/\n\n[^\n]*$/, "");
}

describe("reading a declaration", () => {
  it("gives every value with its default", () => {
    const result = read("id: lyon\nnextcloud: {}\nplans: { small: { storage: 5 GiB } }\n");
    expect(result).toMatchObject({
      ok: true,
      declaration: {
        id: "lyon",
        nextcloud: { quotaPerUser: { quantity: "5Gi" }, apps: [], settings: {} },
        plans: { small: { storage: { quantity: "5Gi" } } },
      },
    });
  });

  it("tells an absent section from an empty one", () => {
    const result = read("id: lyon\n");
    expect(result.ok && result.declaration.nextcloud).toBe(undefined);
  });

  it("passes settings through as they are written", () => {
    const result = read(
      'id: lyon\nnextcloud:\n  settings:\n    region: FR\n    day: 2026-11-24\n    at: 12:30\n    deep: [1, -0.5, 1e3, true, null, "yes", {a: x}]\n    constructor: 1\n    text: |\n      two\n      lines\n',
    );
    expect(result.ok && result.declaration.nextcloud?.settings).toEqual({
      region: "FR",
      day: "2026-11-24",
      at: "12:30",
      deep: [1, -0.5, 1000, true, null, "yes", { a: "x" }],
      constructor: 1,
      text: "two\nlines\n",
    });
  });

  it("takes a byte order mark, Windows line ends, a comment and a document mark", () => {
    expect(read("\ufeff# hello\r\n---\r\nid: lyon\r\n").ok).toBe(true);
  });

  it("lists every problem at once, in reading order, aligned", () => {
    expect(
      printed(
        "id: Lyon\nnextclod: {}\nnextcloud:\n  quotaPerUser: 5\n  apps: [calender, contacts, contacts]\n  settings: { x: yes }\nplans:\n  Petit: { storage: 5GB }\n  small: {}\n",
      ).split("\n"),
    ).toEqual([
      'commune.yaml:1:5  id: "Lyon" may only have letters a to z, digits and inner hyphens, a letter first. Write "lyon".',
      'commune.yaml:2:1  nextclod: unknown section. Did you mean "nextcloud"?',
      'commune.yaml:4:17 nextcloud.quotaPerUser: 5 has no unit. Write a size such as "5 GiB".',
      'commune.yaml:5:10 nextcloud.apps[0]: "calender" is not a choice here. Did you mean "calendar"? Write calendar or contacts.',
      'commune.yaml:6:18 nextcloud.settings.x: "yes" has two meanings in YAML. Write true, or put it in quotes if it is a text.',
      'commune.yaml:8:3  plans.Petit: "Petit" may only have letters a to z, digits and inner hyphens, a letter first. Write "petit".',
      'commune.yaml:9:3  plans.small.storage: is missing. Write a size such as "5 GiB".',
    ]);
  });

  it("ends with the number of problems and the promise that nothing was changed", () => {
    const error = new DeclarationError([
      { file: "f", line: 1, column: 1, path: [], message: "this is wrong." },
    ]);
    expect(error.message).toBe("f:1:1 this is wrong.\n\n1 problem. Nothing was changed.");
  });

  it("points at what is missing from the file as a whole", () => {
    expect(printed("nextcloud: {}\n")).toBe(
      'commune.yaml:1:1 id: is missing. Write an id such as "villeurbanne".',
    );
  });

  it("names the fields that exist when none is near", () => {
    expect(printed("id: lyon\nelephants: 5\n")).toBe(
      "commune.yaml:2:1 elephants: unknown field. Allowed here: id, nextcloud, plans.",
    );
  });

  it("tells a section that was left empty from one that is absent", () => {
    expect(printed("id: lyon\nnextcloud:\n")).toBe(
      "commune.yaml:2:11 nextcloud: has no value. Write its fields indented below it, one per line, or {} for the defaults.",
    );
  });

  it("finds the section that a line was to stand in, if it is not indented", () => {
    const told = 'unknown field. The section "nextcloud" above it has one: indent the line below it.';
    expect(printed("id: lyon\nnextcloud:\nquotaPerUser: 5 GiB\n").split("\n")).toEqual([
      "commune.yaml:2:11 nextcloud: has no value. Write its fields indented below it, one per line, or {} for the defaults.",
      `commune.yaml:3:1  quotaPerUser: ${told}`,
    ]);
    expect(printed("id: lyon\nnextcloud:\n  apps: []\nquotaPerUser: 5 GiB\n")).toBe(
      `commune.yaml:4:1 quotaPerUser: ${told}`,
    );
    expect(printed("id: lyon\nquotaPerUser: 5 GiB\nnextcloud: {}\n")).toContain("Allowed here:");
    expect(printed("id: lyon\nnextcloud: {}\nconstructor: 1\n")).toContain("Allowed here:");
  });

  it("shows no value in full when it is long, and no character that a terminal obeys", () => {
    const message = printed(`id: "\\e[2J${"x".repeat(500)}"\n`);
    expect(message).toContain("\\u{1b}[2J");
    expect(message.length).toBeLessThan(200);
  });

  it("explains what fits none of several alternatives", () => {
    const either = section({ with: z.union([choice(["all"]), list(identifier(), { noun: "communes" })]) });
    const message = (text: string) => {
      const result = readDeclaration("f", new TextEncoder().encode(text), either);
      return result.ok ? "valid" : result.problems.map((problem) => problem.message).join("\n");
    };
    expect(message("with: all")).toBe("valid");
    expect(message("with: 5")).toMatch(/^5 is a number\. Write all\. Or: Write a list of communes/);
    expect(message("with: [Lyon]")).toContain('Write "lyon".');
  });
});

describe("what YAML allows and declarations do not", () => {
  it.each([
    ["id: &x lyon", "1:5 id: anchors (&) are not used here"],
    ["id: lyon\nplans: *x", "2:8 plans: references (*) are not used here"],
    ["a: &x 1\nid: *x", "2:5 id: references (*) are not used here"],
    ["id: !!str lyon", "1:5 id: tags (!) are not used here"],
    ["id: !mine lyon", "1:5 id: tags (!) are not used here"],
    ["id: lyon\n<<: {}", "2:1 merging (<<) is not used here"],
    ["id: lyon\nid: bron", "2:1 id: is written twice (first on line 1)"],
    ["id: lyon\n__proto__: {}", '2:1 "__proto__" cannot be a key'],
    ["? id\n: lyon", '1:1 the mark "?" before a key is not used here'],
    ["id: lyon\n: x", "2:1 a key is a word followed by a colon"],
    ["id: lyon\n---\nid: bron", "3:1 a second document starts here"],
    ["%YAML 1.1\n---\nid: lyon", "1:1 directives (%) are not used here"],
    ["id: lyon\nplans: {a}", "2:9 plans: a key without a value"],
    ["id: lyon\nnextcloud: {apps: [calendar: 1]}", "2:20 nextcloud.apps: a key stands directly inside [ ]"],
    ["id: lyon\n[a]: 1", "2:1 a key is a word followed by a colon"],
    ["id: lyon\nplans:\n\ta: 1", "a tab stands where spaces indent"],
    ["id: lyon\nplans: [a, b", "2:13 a [ or { is never closed"],
    ["id: lyon\nplans: [a,, b]", "2:11 the values inside [ ] or { } are not separated"],
    ['id: "lyon', "1:10 a text in quotes is never closed"],
    ['plans:\n  a:\n    storage: "5 GiB\nid: "lyon"\n', "3:20 a text in quotes is never closed"],
    ["plans:\n  a: {}\n# b\n b: {}", "4:2 this does not fit the lines above it"],
    ['id: "ly\\qon"', "1:8 this \\ starts nothing known inside double quotes"],
    ["id: @lyon", "1:5 a text cannot begin with this mark. Put it in quotes."],
    ["id: lyon: bron", "1:5 a second key stands on this line"],
    ["id: lyon\nnextcloud", '2:1 this line is not "key: value"'],
    ["id: lyon\nnextcloud\nplans: {}\n", '2:1 this line is not "key: value"'],
    ["id: lyon\nplans:\n  a: {}\n b: {}", "4:2 this does not fit the lines above it"],
    ["id:lyon\nplans: {}", '1:1 this line is not "key: value"'],
    ["id: lyon\n  plans: {}", "2:8 this does not fit the lines above it"],
    ["id: ~", '1:5 id: "~" has two meanings in YAML. Write null'],
    ["id: NO", '1:5 id: "NO" has two meanings in YAML. Write false, or put it in quotes'],
    ["id: 01004", '1:5 id: "01004" could be a number or a text. Put it in quotes'],
    ["id: 0x1F", "could be a number or a text"],
    ["id: 99999999999999999999", "has more digits than a number can keep"],
    ["", "1:1 this file is empty. Write what it declares, or remove it."],
    ["# only a comment\n", "this file is empty."],
    [
      "id: a\npopulation: 42.000\n",
      '2:13 population: "42.000" is 42 here, and 42000 to some readers. Write 42 or 42000.',
    ],
    ["- id: lyon", "1:1 is a list here. Write its fields"],
    ["lyon", '1:1 "lyon" is a text. Write its fields'],
    ["id: lyon # \u202e", "1:12 a character that cannot be seen stands here (U+202E)"],
    ["id: lyon # \u0000", "(U+0000)"],
    [`id: ${"[".repeat(100)}`, "is nested deeper than 40 levels"],
    [`id: [${"1,".repeat(20_001)}]`, "is beyond the 60000 words and marks of one file"],
    ["\n".repeat(60_001), "is beyond the 60000 words and marks of one file"],
    [`# ${"x".repeat(1024 * 1024)}`, "larger than 1 MiB"],
  ])("mistake %# is refused in these words", (text, message) => expect(printed(text)).toContain(message));

  it("is not a text in another encoding", () => {
    const result = readDeclaration("f", new Uint8Array([0xff, 0xfe, 0x69, 0]), schema);
    expect(!result.ok && result.problems[0]?.message).toContain("not a text in UTF-8");
  });
});

describe("positions", () => {
  const result = read("id: lyon\nnextcloud:\n  apps:\n    - calendar\n");
  const positions = result.ok ? result.positions : undefined;

  it.each([
    [["id"], { line: 1, column: 5 }, { line: 1, column: 1 }],
    [["nextcloud", "apps"], { line: 4, column: 5 }, { line: 3, column: 3 }],
    [["nextcloud", "apps", 0], { line: 4, column: 7 }, { line: 4, column: 7 }],
    [["nextcloud", "quotaPerUser"], { line: 2, column: 1 }, { line: 2, column: 1 }],
    [["plans", "small"], { line: 1, column: 1 }, { line: 1, column: 1 }],
  ])("%j", (path, value, key) => {
    expect(positions?.value(path)).toEqual(value);
    expect(positions?.key(path)).toEqual(key);
  });

  it("make problems that a schema cannot see", () => {
    expect(positions?.problem(["id"], "is taken.")).toEqual({
      file: "commune.yaml",
      line: 1,
      column: 5,
      path: ["id"],
      message: "is taken.",
    });
  });
});

describe("a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "declaration-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  function message(name: string): string {
    const result = loadYaml(join(folder, name), schema);
    return result.ok ? "valid" : result.problems.map((problem) => problem.message).join("\n");
  }

  it("is read", () => {
    writeFileSync(join(folder, "good.yaml"), "id: lyon\n");
    expect(message("good.yaml")).toBe("valid");
  });

  it("that is missing, a folder, a loop of links or too large is refused unread", () => {
    mkdirSync(join(folder, "folder"));
    symlinkSync(join(folder, "loop"), join(folder, "loop"));
    writeFileSync(join(folder, "large.yaml"), Buffer.alloc(1024 * 1024 + 1, "#"));
    expect(message("absent.yaml")).toContain("does not exist");
    expect(message("folder")).toContain("is not a file");
    expect(message("loop")).toContain("leads back to itself");
    expect(message("large.yaml")).toContain("larger than 1 MiB");
  });
});
