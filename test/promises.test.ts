import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { givenNames } from "../components/commune/secret-names.ts";
import { siteSchema } from "../components/foundation/site/settings.ts";
import { checkout } from "../local/paths.ts";
import { programsIn } from "./by-name.ts";

/** Folders of what people read: pages, and whatever the program says or says of itself. */
const folders = ["docs", "components", "scripts", "local", "policies", "programs"];
const pages = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "Pulumi.yaml"];

function filesBelow(folder: string): string[] {
  return readdirSync(join(checkout, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(md|ts|js|sh|yaml)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.includes("node_modules"));
}

interface Promised {
  /** `docs/site.md:12` */
  place: string;
  /** `site check villeurbanne --context mairie` */
  words: string;
}

const linesOf = (file: string) =>
  readFileSync(file, "utf8")
    .split("\n")
    .map((text, index) => ({ place: `${file.slice(checkout.length + 1)}:${index + 1}`, text }));

const lines = [...folders.flatMap(filesBelow), ...pages.map((page) => join(checkout, page))].flatMap(linesOf);

/** End of a command line: code, brackets, another command, a sentence, a comment. */
const end = /[`"'’»)|;&\\]|\$\{|[.,:](?=\s|$)|<br>| {2,}| #|$/;

/** In a program, what stands between backquotes is code only in a comment. */
const begins = (place: string, text: string) =>
  place.endsWith(".md") || /^\s*(\/\*\*|\*|\/\/)/.test(text)
    ? /(?:npx |`)commune (?=[a-z])/g
    : /npx commune (?=[a-z])/g;

/** Every command line of the program that is written somewhere: after `npx`, or as code alone. */
const promised: Promised[] = lines.flatMap(({ place, text }) =>
  [...text.matchAll(begins(place, text))].map(({ index, 0: { length } }) => {
    const rest = text.slice(index + length);
    return { place, words: rest.slice(0, end.exec(rest)?.index) };
  }),
);

/** Options of every command, by its words, as docs/commands.md has them: test/scripts/schema.test.ts keeps it current. */
const commands = new Map(
  readFileSync(join(checkout, "docs", "commands.md"), "utf8")
    .split(/^## commune /m)
    .slice(1)
    .flatMap((section) => {
      const options = [...section.matchAll(/^ +(?:-\w, )?(--[a-z-]+)/gm)].map(([, option = ""]) => option);
      const name = section.slice(0, section.indexOf("\n"));
      // A former name of a verb: `Usage: commune report|audit [options]`.
      const [, former = name] = /^Usage: commune [a-z-]+\|([a-z-]+) \[/m.exec(section) ?? [];
      return [...new Set([name, former])].map((each) => [each, options] as const);
    }),
);

/** Verbs that others stand below: `recovery`, `recovery kit`. */
const groups = new Set(
  [...commands.keys()].flatMap((name) => {
    const words = name.split(" ");
    return words.slice(1).map((_, index) => words.slice(0, index + 1).join(" "));
  }),
);

/** Returns what is wrong with a command line; undefined if the program has it. */
function problemOf(line: string): string | undefined {
  const [first = "", ...rest] = line.trim().split(/\s+/);
  let name = first;
  while (groups.has(name) && /^[a-z]/.test(rest[0] ?? "")) {
    const verb = rest.shift();
    if (!groups.has(`${name} ${verb}`) && !commands.has(`${name} ${verb}`))
      return `commune ${name} has no verb ${verb}`;
    name += ` ${verb}`;
  }
  if (!groups.has(name) && !commands.has(name) && name !== "help") return `commune has no verb ${name}`;
  const known = commands.get(name) ?? ["--help"];
  const unknown = rest
    .map((word) => /^(--[a-z-]+)/.exec(word)?.[1])
    .find((option) => option !== undefined && !known.includes(option));
  return unknown && `commune ${name} has no option ${unknown}`;
}

describe("command lines", () => {
  test("are found: a pattern that finds none would let everything through", () => {
    expect(promised.length).toBeGreaterThan(100);
    expect(new Set(promised.map(({ words }) => words.split(" ")[0])).size).toBeGreaterThan(12);
  });

  test.each([
    ["elephant villeurbanne", "commune has no verb elephant"],
    ["federation elephant", "commune federation has no verb elephant"],
    ["recovery kit elephant", "commune recovery kit has no verb elephant"],
    ["recovery kit make bron --elephants", "commune recovery kit make has no option --elephants"],
    ["check --elephants", "commune check has no option --elephants"],
    ["site check bron --context mairie --language fr", undefined],
  ])("of which one is judged: %s", (words, problem) => expect(problemOf(words)).toBe(problem));

  test("promise no verb and no option that is not there", () => {
    const wrong = promised.flatMap(({ place, words }) => {
      const problem = problemOf(words);
      return problem === undefined ? [] : [`${place}: ${problem}`];
    });
    expect(wrong).toEqual([]);
  });
});

describe("npm scripts", () => {
  const { scripts } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const byName = new Map(
    [
      ["bench", join(checkout, "bench")],
      ["campaign", join(checkout, "test", "campaigns")],
    ].map(([kind = "", folder = ""]) => [kind, programsIn(kind, folder).map(({ name }) => name)]),
  );

  /** PeerTube's own, which are run in its pod. */
  const peertubes = [
    "prune-storage",
    "regenerate-thumbnails",
    "reset-password",
    "update-host",
    "update-object-storage-url",
  ];

  /** Returns what is wrong after `npm run`; undefined if there is such a script, and a program of such a name. */
  function problem(script: string, name: string | undefined): string | undefined {
    if (!(script in scripts)) return `there is no script ${script}`;
    const names = byName.get(script);
    return names === undefined || name === undefined || names.includes(name)
      ? undefined
      : `${script} has no ${name}`;
  }

  // Tests and benches name scripts in comments too, and so do those who run them.
  const written = [
    ...lines,
    ...[...filesBelow("test"), ...filesBelow("bench"), join(checkout, "vitest.config.ts")]
      .filter((file) => file !== import.meta.filename)
      .flatMap(linesOf),
  ].flatMap(({ place, text }) =>
    [...text.matchAll(/npm run (?:-s )?(?!and npx)([a-z][a-z:-]*)(?: ([a-z][a-z-]*))?/g)].map(
      ([, script = "", name]) => ({ place, script, name }),
    ),
  );

  test("are found: a pattern that finds none would let everything through", () => {
    expect(written.length).toBeGreaterThan(100);
    expect(new Set(written.map(({ script }) => script)).size).toBeGreaterThan(8);
  });

  test.each([
    ["elephant", undefined, "there is no script elephant"],
    ["bench", "elephant", "bench has no elephant"],
    ["campaign", "radio", undefined],
    ["campaign", undefined, undefined],
  ])("of which one is judged: %s %s", (script, name, expected) =>
    expect(problem(script, name)).toBe(expected),
  );

  test("that are written somewhere are there, and so is what they start by name", () => {
    const wrong = written.flatMap(({ place, script, name }) => {
      if (peertubes.includes(script)) return [];
      const told = problem(script, name);
      return told === undefined ? [] : [`${place}: ${told}`];
    });
    expect(wrong).toEqual([]);
  });
});

describe("settings of a stack", () => {
  /** Those that are no part of the site: docs/site.md. */
  const others = [
    "seed",
    "domain",
    "moved",
    "pointBefore",
    "restored",
    "published",
    "madeBy",
    "drill",
    ...givenNames,
  ];
  const known = [...Object.keys(siteSchema.shape), ...others];

  test("that are written somewhere are there", () => {
    // Decisions also name what was thought of and not made.
    const wrong = lines
      .filter(({ place }) => !place.startsWith("docs/decisions/"))
      .flatMap(({ place, text }) =>
        [...text.matchAll(/(?:set(?: --secret)? |get |rm |`)commune:([a-z][A-Za-z-]*)(?!:)/g)]
          .map(([, name = ""]) => name)
          // `commune:index:Nextcloud` is a type, `commune:database-<service>-password` and `commune:vault-<name>-access-key` patterns.
          .filter((name) => name !== "index" && !/^(database|vault)-/.test(name) && !known.includes(name))
          .map((name) => `${place}: commune:${name}`),
      );
    expect(wrong).toEqual([]);
  });

  test("all stand on their page", () => {
    const page = readFileSync(join(checkout, "docs", "site.md"), "utf8");
    expect(Object.keys(siteSchema.shape).filter((key) => !page.includes(`\n| \`${key}\``))).toEqual([]);
  });
});
