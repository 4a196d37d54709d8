import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { partFields, parts } from "../components/commune/parts.ts";
import { serviceNames } from "../components/services/index.ts";
import { checkout } from "../local/paths.ts";
import {
  circles,
  type Imports,
  importsIn,
  importsOf,
  importsOfAll,
  isOwnKey,
  roomOf,
  wordsIn,
  wrongFolders,
  wrongImports,
} from "./imports/imports.ts";
import { allWings, floors } from "./imports/picture.ts";
import { withPictures } from "./imports/print.ts";

const imports = importsOf(checkout, ["components"]);
const all = importsOfAll(checkout);
const itself = (file: string) => file;

/** The house with one file more, or with other imports in one. */
const withFile = (file: string, text: string): Imports =>
  new Map([...imports, [file, importsIn(file, text)]]);

test("wings import what is below them, and nothing above, beside or outside", () => {
  expect(imports.size).toBeGreaterThan(250);
  expect(wrongImports(imports)).toEqual([]);
});

test("every folder with programs has its place, and imports what is below it alone", () => {
  const tracked = execFileSync("git", ["ls-files", "*.ts", "*.js"], { cwd: checkout, encoding: "utf8" });
  expect(
    tracked
      .trim()
      .split("\n")
      .filter((file) => !all.has(file)),
  ).toEqual([]);
  expect(wrongFolders(all)).toEqual([]);
});

test("no file is in a circle, and no room", () => {
  expect(circles(all, itself)).toEqual([]);
  // Tests of one noun use what others have made ready for theirs.
  const rooms = new Map([...all].filter(([file]) => !/^(test|bench)\//.test(file)));
  expect(circles(rooms, roomOf)).toEqual([]);
});

describe("the check fails", () => {
  test.each([
    ["up", "components/foundation/x.ts", 'import type { Commune } from "../commune/index.ts";'],
    ["sideways", "components/places/x.ts", 'import { schoolKit } from "../schools/kit/school.ts";'],
    ["up, later", "components/platform/mail/x.ts", 'const x = await import("../../services/index.ts");'],
    ["up, to pass it on", "components/federation/x.ts", 'export * from "../commune/links.ts";'],
    ["out", "components/services/x.ts", 'import { checkout } from "../../local/paths.ts";'],
    ["from no wing", "components/audit/x.ts", ""],
  ])("when somebody imports %s in components", (_, file, text) => {
    expect(wrongImports(withFile(file, text))).toHaveLength(1);
    expect(wrongImports(withFile(file, text))[0]).toContain(file);
  });

  test.each([
    ["of a rule the type of a report", "policies/x.ts", 'import type { Facts } from "../audit/facts.ts";'],
    [
      "in a pod's program a command",
      "programs/vault/x.ts",
      'import { Kubectl } from "../../scripts/kubectl.ts";',
    ],
    ["beside it", "local/x.ts", 'import { program } from "../programs/vault/main.ts";'],
    ["a test's fixture", "scripts/x.ts", 'import { nodes } from "../test/doubles/nodes/index.ts";'],
    ["a command where the program starts", "x.ts", 'import { reach } from "./scripts/reach.ts";'],
    ["from a folder without a place", "tools/x.ts", ""],
  ])("when somebody imports %s", (_, file, text) => {
    const wrong = wrongFolders(new Map([...all, [file, importsIn(file, text)]]));
    expect(wrong).toHaveLength(1);
    expect(wrong[0]).toContain(file);
  });

  test("when somebody closes a circle, between files or between rooms", () => {
    const file = "components/services/nextcloud/spec.ts";
    const known = readFileSync(join(checkout, file), "utf8");
    const files = withFile(file, `${known}import type { Job } from "./cron.ts";`);
    expect(circles(files, itself).join("\n")).toContain("components/services/nextcloud/cron.ts imports");
    const rooms = withFile("components/foundation/seed/x.ts", 'import "../namespace/index.ts";');
    expect(circles(rooms, itself)).toEqual([]);
    expect(circles(rooms, roomOf).join("\n")).toContain(
      "components/foundation/namespace imports components/foundation/seed",
    );
  });

  test("and says of a knot how many are in it, and the shortest way round", () => {
    const knot: Imports = new Map([
      ["a", ["b"]],
      ["b", ["c", "a"]],
      ["c", ["a"]],
      ["d", ["a"]],
    ]);
    expect(circles(knot, itself)).toEqual(["3 in a circle: a imports b imports a; also c"]);
  });
});

test("commands name no file of the checkout: declarations are the repository's, templates the toolkit's", () => {
  const files = [...importsOf(checkout, ["audit", "policies", "scripts"]).keys()];
  const named = files.filter((file) =>
    /import \{[^}]*\bcheckout\b[^}]*\}/.test(readFileSync(join(checkout, file), "utf8")),
  );
  expect(named).toEqual([]);
});

describe("who has to know all services reads the list", () => {
  // What the demo tries of each application, and examples in docs, are about these three.
  const about = ["scripts/look", "scripts/schema"];
  const readers = [
    "components/commune",
    "components/federation",
    "components/platform",
    "components/foundation",
  ];
  const files = [
    ...importsOf(checkout, [...readers, "policies", "programs", "scripts"]).keys(),
    "index.ts",
    "program.ts",
  ].filter((file) => !about.some((folder) => file.startsWith(folder)));
  /** The names of services that a program has, alone or as the start of another name. */
  const namesIn = (text: string) =>
    wordsIn(text).filter((word) =>
      serviceNames.some((name) => word.toLowerCase().startsWith(name) && !word.includes(" ")),
    );

  test("and names none", () => {
    expect(files.length).toBeGreaterThan(150);
    const named = files.flatMap((file) => {
      const names = namesIn(readFileSync(join(checkout, file), "utf8"));
      return names.length > 0 ? [`${file}: ${names.join(", ")}`] : [];
    });
    expect(named).toEqual([]);
  });

  test.each([
    'const away = ["nextcloud"];',
    "if (plan.mastodon) deploy(plan.mastodon);",
    'import { planPeertube } from "../services/peertube/plan.ts";\nconst a = peertubeImage("8");',
  ])("%s would be told", (text) => expect(namesIn(text)).not.toEqual([]));
});

describe("who has to know all parts reads the list", () => {
  // What services stand on, the method of arrays, and services, which the test above is about, are no names of parts here.
  const others = ["service", "database", "map", "restore point", ...serviceNames];
  const names = new Set(
    [...parts.map(({ kind }) => kind), ...Object.keys(partFields)].filter((name) => !others.includes(name)),
  );
  /** Returns the parts that a program names. Keys that it makes name none, if they are among `own`. */
  const namesIn = (text: string, own: readonly string[] = []) => {
    const read = new Set(wordsIn(text, (word) => !isOwnKey(word)));
    const named = wordsIn(text).filter((word) => names.has(word) && (read.has(word) || !own.includes(word)));
    return [...new Set(named)].sort();
  };

  /** Keys that are called like a part and are another thing's name: fields of several sections, an output of a stack. */
  const ownKeys: Readonly<Record<string, readonly string[]>> = {
    "components/commune/changes/field-words.ts": ["accounts", "vault"],
    "components/commune/outputs.ts": ["accounts"],
    "components/commune/provider/index.ts": ["accounts"],
    "components/commune/provider/package-schema.ts": ["accounts"],
  };

  /** Parts that are named outside their folders and the list, by file: docs/decisions/0230 says why. It only shrinks. */
  const left: Readonly<Record<string, string>> = {
    "components/commune/changes/change.ts": "tenant",
    "components/commune/changes/secrets.ts": "tenants",
    "components/commune/changes/surroundings.ts": "federation hotspots portal spaces",
    "components/commune/changes/tenants.ts": "mariadb tenant tenants",
    "components/commune/changes/words.ts": "tenant",
    "components/commune/declaration.ts": "directory portal",
    "components/commune/facts.ts": "accounts federation schools",
    "components/commune/federation.ts": "federation portal",
    "components/commune/load.ts": "federation portal recovery tenants",
    "components/commune/outputs.ts": "federation",
    "components/commune/plan.ts": "federation hotspots portal",
    "components/commune/planned.ts": "federation portal",
    "components/commune/portal.ts": "portal requests tenants",
    "components/commune/publish.ts": "federation portal tenants",
    "components/commune/published.ts": "tenants",
    "program.ts": "federation portal recovery",
  };

  test("and names none but those that are left", () => {
    expect(names.size).toBeGreaterThan(10);
    const files = [...importsOf(checkout, ["components/commune"]).keys(), "index.ts", "program.ts"];
    const named = files
      .filter((file) => file !== "components/commune/parts.ts")
      .map((file) => [file, namesIn(readFileSync(join(checkout, file), "utf8"), ownKeys[file]).join(" ")])
      .filter(([, found]) => found !== "");
    expect(Object.fromEntries(named)).toEqual(left);
  });

  test.each(['const away = ["hotspots"];', "if (plan.schools) deploy(plan.schools);"])(
    "%s would be told",
    (text) => expect(namesIn(text)).not.toEqual([]),
  );

  const isOwn = (text: string) => namesIn(text, ["accounts"]);

  test.each(["interface Outputs { accounts: string }", "const state = { accounts: firstAccounts };"])(
    "%s makes a key of another thing",
    (text) => {
      expect(isOwn(text)).toEqual([]);
      expect(namesIn(text)).toEqual(["accounts"]);
    },
  );

  test.each([
    "if (plan.accounts) deploy();",
    "const { accounts } = plan;",
    "const { accounts: pages } = plan;",
    'const away = ["accounts"];',
    "const made = { accounts };",
    "const made = { accounts: 1, hotspots: 2 };",
  ])("%s would be told beside such a key", (text) =>
    expect(isOwn(`const state = { accounts: 1 };\n${text}`)).not.toEqual([]),
  );
});

test("docs/architecture.md shows the wings and the folders as they are", () => {
  expect(floors(imports, allWings)[0]).toEqual(["commune"]);
  const text = readFileSync(join(checkout, "docs", "architecture.md"), "utf8");
  // Write it anew with `npm run wings`.
  expect(text).toBe(withPictures(text, all));
});
