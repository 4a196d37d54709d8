// Compiles index.ts and all that it imports into one module, .local/program/main.mjs: at `npm ci` (prepare), and from main.js
// when one of its files has changed since (docs/decisions/0002-one-typescript-loader.md).
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
export const compiled = join(root, ".local", "program", "main.mjs");
/** The programs for pods by themselves, each with what it was made of: what commands read (components/foundation/program/bundle.ts). */
const prepared = join(root, ".local", "program", "programs.json");
/** Where the compiled module says what it was made of: a line that is there from the beginning, so that source maps stay right. */
const madeOf = "// Made of ";

/** Size and time of change of a file; of one that is not there, neither. */
function stampOf(file) {
  const { size, mtimeMs } = statSync(join(root, file), { throwIfNoEntry: false }) ?? {};
  return `${size} ${mtimeMs}`;
}

function modifiedAt(file) {
  return statSync(join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Whether the compiled module is there, and each file that it was made of is as it was then. */
export function isFresh() {
  if (!existsSync(compiled)) return false;
  const [first = ""] = readFileSync(compiled, "utf8").split("\n", 1);
  const stamps = Object.entries(JSON.parse(first.slice(madeOf.length)));
  return stamps.every(([file, stamp]) => stampOf(file) === stamp);
}

/** Modules that read files beside them go on doing so from where they were written. */
const inPlace = {
  name: "in-place",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      if (!text.includes("import.meta.url")) return undefined;
      const url = JSON.stringify(pathToFileURL(path).href);
      return { loader: "ts", contents: `const urlOfModule = ${url}; ${text}` };
    }),
};

const options = {
  absWorkingDir: root,
  bundle: true,
  packages: "external",
  format: "esm",
  platform: "node",
  target: "node20",
  metafile: true,
  logLevel: "silent",
  plugins: [inPlace],
};

/** What components/foundation/program/bundle.ts makes of the programs for pods, so that a preview does not have to start esbuild. */
async function bundlePrograms(build) {
  const names = existsSync(join(root, "programs")) ? readdirSync(join(root, "programs")) : [];
  if (names.length === 0) return [];
  const outfile = join(root, ".local", "program", `bundle.${process.pid}.mjs`);
  const define = { "import.meta.url": "urlOfModule" };
  await build({ ...options, entryPoints: ["components/foundation/program/bundle.ts"], outfile, define });
  try {
    const { bundle } = await import(pathToFileURL(outfile).href);
    return names.map((name) => ({ name, ...bundle(name) }));
  } finally {
    rmSync(outfile);
  }
}

export async function compile() {
  const begun = Date.now();
  const { build } = await import("esbuild");
  const programs = await bundlePrograms(build);
  const texts = Object.fromEntries(programs.map(({ name, text }) => [name, text]));
  const { outputFiles, metafile } = await build({
    ...options,
    entryPoints: ["index.ts"],
    outfile: compiled,
    sourcemap: "linked",
    sourcesContent: false,
    banner: { js: madeOf },
    define: { "import.meta.url": "urlOfModule", preparedPrograms: JSON.stringify(texts) },
    write: false,
  });
  // What is "defined" is an input without a file.
  const files = new Set([
    "compile.js",
    ...Object.keys(metafile.inputs).filter((file) => !file.startsWith("<")),
    ...programs.flatMap((program) => program.files),
  ]);
  // One that has been written meanwhile may be there as it was before: its stamp fits nothing, so that it is made again.
  const stamped = (file) => (modifiedAt(file) < begun ? stampOf(file) : "changed meanwhile");
  const stampsOf = (all) => Object.fromEntries([...all].map((file) => [file, stamped(file)]));
  const stamps = JSON.stringify(stampsOf(files));
  mkdirSync(dirname(compiled), { recursive: true });
  const each = programs.map((program) => [
    program.name,
    { text: program.text, madeOf: stampsOf(program.files) },
  ]);
  writeWhole(prepared, JSON.stringify(Object.fromEntries(each)));
  for (const { path, text } of outputFiles.reverse()) {
    writeWhole(path, text.replace(`${madeOf}\n`, `${madeOf}${stamps}\n`));
  }
}

/** Another preview may be reading it: it is there whole or not at all. */
function writeWhole(path, text) {
  const whole = `${path}.${process.pid}`;
  writeFileSync(whole, text);
  renameSync(whole, path);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await compile();
