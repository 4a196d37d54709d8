import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { execa } from "execa";
import { checkout } from "../../local/paths.ts";

/** A language of files here, and what finds its mistakes. */
export interface Language {
  name: string;
  /** Debian packages that have the checker; none of what runs this. */
  packages: readonly string[];
  /** Its program, which is looked for. */
  program: string;
  /** Paths of its files in a checkout. */
  files: RegExp;
  /** Lines of what is wrong in files, by their paths; none where nothing is. */
  problemsIn(files: readonly string[]): Promise<string[]>;
}

/** Returns what a checker says when it ends with an error. */
async function saidBy(program: string, words: readonly string[]): Promise<string[]> {
  const { exitCode, all } = await execa(program, words, { cwd: checkout, reject: false, all: true });
  return exitCode === 0 ? [] : (all ?? `${program} cannot be run`).split("\n");
}

/** Runs a checker that looks at one file at a time, some of them beside each other. */
async function oneByOne(
  files: readonly string[],
  check: (file: string) => Promise<string[]>,
): Promise<string[]> {
  const left = [...files];
  const work = async (): Promise<string[]> => {
    const file = left.shift();
    return file === undefined ? [] : [...(await check(file)), ...(await work())];
  };
  return (await Promise.all([work(), work(), work(), work()])).flat();
}

/** Codes of ShellCheck that are no mistake here. */
const fine = [
  "SC1007", // `changed= failed=`: two variables that are empty
  "SC1090", // a file that is read by a name from elsewhere
  "SC2010", // `ls | grep`: of names that a release of an application chose
  "SC2034", // a variable that another part of the script reads
  "SC2154", // a variable that another part of the script, or the environment, sets
  "SC2155", // `export NAME=$(…)`: the program that is told refuses an empty one
  "SC2164", // `cd` without `|| exit`: whoever runs the script says -e
  "SC2170", // a placeholder for a number
  "SC2207", // words into an array, of numbers
  "SC3043", // `local`, which dash and ash have
];

function isBash(file: string): boolean {
  return file.endsWith(".bash") || /^#!.*\bbash\b/.test(readFileSync(resolve(checkout, file), "utf8"));
}

const shell: Language = {
  name: "shell",
  packages: ["shellcheck"],
  program: "shellcheck",
  files: /\.(sh|bash)$/,
  problemsIn: async (files) => {
    const words = ["--severity=warning", "--format=gcc", `--exclude=${fine.join(",")}`];
    const kinds = [
      ["bash", files.filter(isBash)],
      ["sh", files.filter((file) => !isBash(file))],
    ] as const;
    const said = kinds.map(([kind, some]) =>
      some.length === 0 ? [] : saidBy("shellcheck", [`--shell=${kind}`, ...words, ...some]),
    );
    return (await Promise.all(said)).flat();
  },
};

const php: Language = {
  name: "PHP",
  packages: ["php-cli"],
  program: "php",
  files: /\.php$/,
  problemsIn: (files) =>
    oneByOne(files, (file) => saidBy("php", ["--define", "display_errors=stdout", "-l", file])),
};

/** Modules that are not on this machine are taken for granted (Missing.pm). */
const perl: Language = {
  name: "Perl",
  packages: ["perl"],
  program: "perl",
  files: /\.(pl|pm)$/,
  problemsIn: (files) => oneByOne(files, (file) => saidBy("perl", ["-Itest/lint", "-MMissing", "-c", file])),
};

const ruby: Language = {
  name: "Ruby",
  packages: ["ruby"],
  program: "ruby",
  files: /\.rb$/,
  problemsIn: (files) => oneByOne(files, (file) => saidBy("ruby", ["-c", file])),
};

const python: Language = {
  name: "Python",
  packages: ["python3"],
  program: "python3",
  files: /\.py$/,
  problemsIn: (files) =>
    saidBy("python3", [
      ...["-c", "import ast, sys\nfor file in sys.argv[1:]: ast.parse(open(file).read(), file)"],
      ...files,
    ]),
};

const awk: Language = {
  name: "awk",
  packages: ["mawk"],
  program: "awk",
  files: /\.awk$/,
  problemsIn: (files) => oneByOne(files, (file) => saidBy("awk", ["-f", file, "/dev/null"])),
};

/** Modules of other machines, which Biome would format anew: what it formats is not what runs there. */
const modules: Language = {
  name: "JavaScript",
  packages: [],
  program: process.execPath,
  files: /\.mjs$/,
  problemsIn: (files) => oneByOne(files, (file) => saidBy(process.execPath, ["--check", file])),
};

/** Every language that has a checker here. SQL has none: psql's scripts are run against PostgreSQL by their tests. */
export const languages: readonly Language[] = [shell, php, perl, ruby, python, awk, modules];

/** Whether a program is on this machine. */
export async function isThere(program: string): Promise<boolean> {
  return (await execa("which", [program], { reject: false })).exitCode === 0;
}
