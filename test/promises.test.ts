import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { siteSchema } from "../components/foundation/site/settings.ts";
import { checkout } from "../local/paths.ts";
import { programsIn } from "./by-name.ts";
import { problemOf } from "./command-lines.ts";
import { knownSettings } from "./known-settings.ts";

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
  test("that are written somewhere are there", () => {
    // Decisions also name what was thought of and not made.
    const wrong = lines
      .filter(({ place }) => !place.startsWith("docs/decisions/"))
      .flatMap(({ place, text }) =>
        [...text.matchAll(/(?:set(?: --secret)? |get |rm |`)commune:([a-z][A-Za-z-]*)(?!:)/g)]
          .map(([, name = ""]) => name)
          // `commune:index:Nextcloud` is a type, `commune:database-<service>-password` and `commune:vault-<name>-access-key` patterns.
          .filter(
            (name) => name !== "index" && !/^(database|vault)-/.test(name) && !knownSettings.includes(name),
          )
          .map((name) => `${place}: commune:${name}`),
      );
    expect(wrong).toEqual([]);
  });

  test("all stand on their page", () => {
    const page = readFileSync(join(checkout, "docs", "site.md"), "utf8");
    expect(Object.keys(siteSchema.shape).filter((key) => !page.includes(`\n| \`${key}\``))).toEqual([]);
  });
});
