// Compiles the program, the gate of approvals and the commands with all that they import: when a package is made (prepare), and from
// main.js, audit/gate/index.js and scripts/commune.js when one of their files has changed since (docs/decisions/0002-one-typescript-loader.md).
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
const made = join(root, ".local", "program");
/** index.ts and all that it imports, as one module. */
export const compiled = join(made, "main.mjs");
/** audit/gate/pack.ts, as one module. */
export const compiledGate = join(made, "gate.mjs");
/** scripts/commune.ts; each verb is a module beside it. */
export const compiledCommands = join(made, "commands", "commune.mjs");
/** The programs for pods by themselves, each with what it was made of: what commands read (components/foundation/program/bundle.ts). */
const prepared = join(made, "programs.json");
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

/** Whether a compiled module is there, and each file that it was made of is as it was then. */
export function isFresh(module) {
  if (!existsSync(module)) return false;
  const [first = ""] = readFileSync(module, "utf8").split("\n", 1);
  const stamps = Object.entries(JSON.parse(first.slice(madeOf.length)));
  return stamps.every(([file, stamp]) => stampOf(file) === stamp);
}

/** Modules that read files beside them go on doing so from where they were written; preload.js comes before what it holds up. */
const inPlace = {
  name: "in-place",
  setup: ({ onLoad, onResolve }) => {
    onLoad({ filter: /\.[jt]s$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      if (!text.includes("import.meta.url")) return undefined;
      const url = JSON.stringify(pathToFileURL(path).href);
      return { loader: "ts", contents: `const urlOfModule = ${url}; ${text}` };
    });
    const preload = pathToFileURL(join(root, "preload.js")).href;
    onResolve({ filter: /\/preload\.js$/ }, () => ({ path: preload, external: true }));
  },
};

const options = {
  absWorkingDir: root,
  bundle: true,
  packages: "external",
  format: "esm",
  platform: "node",
  target: "node20",
  define: { "import.meta.url": "urlOfModule" },
  metafile: true,
  logLevel: "silent",
  plugins: [inPlace],
};

/** What components/foundation/program/bundle.ts makes of the programs for pods, so that a preview does not have to start esbuild. */
async function bundlePrograms(build) {
  const names = existsSync(join(root, "programs")) ? readdirSync(join(root, "programs")) : [];
  if (names.length === 0) return [];
  const outfile = join(made, `bundle.${process.pid}.mjs`);
  await build({ ...options, entryPoints: ["components/foundation/program/bundle.ts"], outfile });
  try {
    const { bundle } = await import(pathToFileURL(outfile).href);
    return names.map((name) => ({ name, ...bundle(name) }));
  } finally {
    rmSync(outfile);
  }
}

/** Size and time of change of each file; one that has been written since may be there as it was before: its stamp fits nothing, so that it is made again. */
function stampsOf(files, begun) {
  const stamped = (file) => (modifiedAt(file) < begun ? stampOf(file) : "changed meanwhile");
  return Object.fromEntries([...files].map((file) => [file, stamped(file)]));
}

// What is "defined" is an input without a file.
const filesOf = ({ inputs }) => [
  "compile.js",
  ...Object.keys(inputs).filter((file) => !file.startsWith("<")),
];

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
    define: { ...options.define, preparedPrograms: JSON.stringify(texts) },
    write: false,
  });
  const files = new Set([...filesOf(metafile), ...programs.flatMap((program) => program.files)]);
  const stamps = JSON.stringify(stampsOf(files, begun));
  const each = programs.map((program) => [
    program.name,
    { text: program.text, madeOf: stampsOf(program.files, begun) },
  ]);
  writeWhole(prepared, JSON.stringify(Object.fromEntries(each)));
  for (const { path, text } of outputFiles.reverse()) {
    writeWhole(path, text.replace(`${madeOf}\n`, `${madeOf}${stamps}\n`));
  }
}

export async function compileGate() {
  const begun = Date.now();
  const { build } = await import("esbuild");
  const entryPoints = ["audit/gate/pack.ts"];
  const { outputFiles, metafile } = await build({
    ...options,
    entryPoints,
    outfile: compiledGate,
    write: false,
  });
  const stamps = JSON.stringify(stampsOf(filesOf(metafile), begun));
  for (const { path, text } of outputFiles) writeWhole(path, `${madeOf}${stamps}\n${text}`);
}

/** How long modules of before stay, milliseconds: a command that runs may still load them. */
const keptFor = 24 * 3_600_000;

/** Verbs are loaded one by one, and what several share is a module named after its content. */
export async function compileCommands() {
  const begun = Date.now();
  const { build } = await import("esbuild");
  const folder = dirname(compiledCommands);
  const { outputFiles, metafile } = await build({
    ...options,
    entryPoints: ["scripts/commune.ts"],
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    splitting: true,
    write: false,
  });
  const entry = ({ path }) => path === compiledCommands;
  for (const { path, text } of outputFiles.filter((file) => !entry(file))) writeWhole(path, text);
  const stamps = JSON.stringify(stampsOf(filesOf(metafile), begun));
  for (const { path, text } of outputFiles.filter(entry)) writeWhole(path, `${madeOf}${stamps}\n${text}`);
  const now = new Set(outputFiles.map(({ path }) => path));
  for (const path of readdirSync(folder).map((name) => join(folder, name))) {
    if (!now.has(path) && begun - statSync(path).mtimeMs > keptFor) rmSync(path, { force: true });
  }
}

/** Another process may be reading it: it is there whole or not at all. */
function writeWhole(path, text) {
  const whole = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(whole, text);
  renameSync(whole, path);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await compile();
  if (existsSync(join(root, "audit"))) await compileGate();
  if (existsSync(join(root, "scripts"))) await compileCommands();
}
