import { execFileSync } from "node:child_process";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { checkout } from "../../local/paths.ts";
import { sayings } from "../../scripts/heard/heard.ts";
import { ofOptions } from "../../scripts/help/options.ts";
import { spoken, spokenError } from "../../scripts/language.ts";
import { commune } from "../../scripts/program.ts";
import { englishIn } from "./english.ts";

/** Commands for whoever develops charts and this toolkit, which are in English, and why. */
const inEnglish: Readonly<Record<string, string>> = {
  "scripts/package": "tries charts, for those who write them",
  "scripts/package.ts": "tries charts, for those who write them",
  "scripts/schema": "makes the reference, which is in English",
  "scripts/schema.ts": "makes the reference, which is in English",
  "scripts/build-programs.ts": "makes the package of programs, for its release",
  "scripts/site/database": "a trial of PostgreSQL on several nodes, for those who run clusters",
  "scripts/docs/site.ts": "makes pages of the documentation",
  "scripts/examples.ts": "commands as they are typed",
  "scripts/help": "has its own table, held by help.test.ts",
  "scripts/heard": "is the French of other texts",
};

/** Texts that look like a sentence, and that nobody reads as one. */
const data: readonly string[] = [
  // Names of values.
  "while it serves",
  "in the checkout",
  // Titles of schemas.
  "setting of a commune's stack",
  "is no setting that an export has",
  "COMMUNE_LANG, else the locale’s, else en",
  // A value of a report, which is compared.
  "(known when it is made)",
  // Part of a message that vaults-seen and points look for.
  "was not reached",
  // Pairs that stand as lists.
  "cert-manager has no ClusterIssuer that is ready",
  "cert-manager has several issuers ({})",
  "no cert-manager",
  ", and the kernel has no IPv6",
  // Comments of an association's file, and the head of a letter in French.
  "# Approved although it {}. Why: {}\n",
  "{}\n# Asked {}, confirmed by its mailbox {}: request {}\n{}{}",
  "{}\n# Came from {} ({}), where it was {}, with its archive of {}.\n{}",
  "To: {}\nReply-To: {}\nSubject: {}\n\nBonjour,\n\n{}\n\nPour en parler, répondez à ce message.\n\nVille de {}",
  // Scripts and files that are written.
  'cd "$1"; shift; for name; do shift; [ ! -e "$name" ] || set -- "$@" "$name"; done; tar --sort=name --numeric-owner -c "$@"',
  "kubectl wait --for=condition=Complete --timeout=20m --filename {}",
];

/** Files whose English is data: JSON, or a file that stays. */
const written: Readonly<Record<string, string>> = {
  "scripts/recovery/points-metrics.ts": "help of metrics, which Prometheus reads",
  "scripts/recovery/vaults-seen.ts": "help of metrics, which Prometheus reads",
  "scripts/demo/tour/declared.ts": "comments of a declaration",
};

const isUnder = (file: string, folders: Readonly<Record<string, string>>) =>
  Object.keys(folders).some((folder) => file === folder || file.startsWith(`${folder}/`));

const files = execFileSync("git", ["ls-files", "scripts/*.ts"], { cwd: checkout, encoding: "utf8" })
  .trim()
  .split("\n");

describe("what commands say", () => {
  test("is in French too: a sentence stands as a pair, or is a saying from below", () => {
    expect(files.length).toBeGreaterThan(150);
    const found = files
      .filter((file) => !isUnder(file, inEnglish) && !isUnder(file, written))
      .flatMap((file) => englishIn(file).map(({ line, text }) => ({ file, line, text })))
      .filter(({ text }) => (sayings[text] ?? ofOptions[text]) === undefined && !data.includes(text))
      .map(({ file, line, text }) => `${file}:${line}: ${text}`);
    expect(found).toEqual([]);
  });

  test("is left out of this for what there is", () => {
    for (const folder of [...Object.keys(inEnglish), ...Object.keys(written)])
      expect(
        files.some((file) => isUnder(file, { [folder]: "" })),
        folder,
      ).toBe(true);
  });
});

describe("a person who reads French", () => {
  beforeEach(() => {
    vi.stubEnv("COMMUNE_LANG", "fr");
    return () => vi.unstubAllEnvs();
  });

  test("is told an error in French, and programs find it in English", () => {
    const error = new TranslatedError({ en: "the moon is full", fr: "la lune est pleine" });
    expect([error.message, spokenError(error)]).toEqual(["the moon is full", "la lune est pleine"]);
    expect(spokenError(new Error("kubectl: nope"))).toBe("kubectl: nope");
    expect(spokenError("a text")).toBe("a text");
  });

  test("is told what a pod said within a sentence", () => {
    const why = "it was taken under another seed";
    expect(spoken({ en: `failed: ${why}`, fr: `échoué : ${why}` })).toBe(
      "échoué : il a été pris sous une autre graine",
    );
  });

  test("reads the edge of the program in French", async () => {
    const lines: unknown[] = [];
    vi.spyOn(console, "error").mockImplementation((line) => lines.push(line));
    await commune(["restore", "bron", "--service", "nextcloud", "--point", "latest"]);
    vi.restoreAllMocks();
    expect(lines.join("\n")).toMatch(/^erreur : "latest" n’est pas un point de restauration/);
  });
});
