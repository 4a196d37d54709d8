// Compiles the program, the policy packs, the commands and the provider for other languages with all that they import: when a package is made (prepare), and from
// main.js, audit/gate/index.js, policies/index.js, provider/index.js and scripts/commune.js when one of their files has changed since (docs/decisions/0002-one-typescript-loader.md).
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
/** index.ts; what it loads when a declaration asks for it is in modules beside it. */
export const compiled = join(made, "main", "index.mjs");
/** Folders of policy packs, each with its pack.ts. */
const packs = ["audit/gate", "policies"];
/** A policy pack, as one module. */
export const compiledPack = (folder) => join(made, "packs", `${folder.replace("/", "-")}.mjs`);
/** scripts/commune.ts; each verb is a module beside it. */
export const compiledCommands = join(made, "commands", "commune.mjs");
/** provider/main.ts; what it loads on demand is in modules beside it. */
export const compiledProvider = join(made, "provider", "main.mjs");
/** The programs for pods, each with what it was made of: what components/foundation/program/bundle.ts reads of those that are declared. */
const programs = join(made, "programs");
/** Beginning of the first line of a compiled module, which says what it was made of. */
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
  const bytes = readFileSync(module);
  const line = bytes.toString("utf8", madeOf.length, bytes.indexOf("\n"));
  const stamps = Object.entries(JSON.parse(line));
  return stamps.every(([file, stamp]) => stampOf(file) === stamp);
}

const options = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  metafile: true,
  logLevel: "silent",
};

/** Bundles the programs for pods as components/foundation/program/bundle.ts does, so that a preview does not have to start esbuild. */
async function bundlePrograms(build) {
  const names = existsSync(join(root, "programs")) ? readdirSync(join(root, "programs")) : [];
  if (names.length === 0) return [];
  const outfile = join(made, `bundle.${process.pid}.mjs`);
  await build({ ...options, entryPoints: ["components/foundation/program/bundle.ts"], outfile });
  try {
    const { bundle } = await import(pathToFileURL(outfile).href);
    return names.map((name) => ({ name, ...bundle(name, root) }));
  } finally {
    rmSync(outfile);
  }
}

/** Size and time of change of each file; one that has been written since may be there as it was before: its stamp fits nothing, so that it is made again. */
function stampsOf(files, begun) {
  const stamped = (file) => (modifiedAt(file) < begun ? stampOf(file) : "changed meanwhile");
  return Object.fromEntries([...files].map((file) => [file, stamped(file)]));
}

const filesOf = ({ inputs }) => ["compile.js", ...Object.keys(inputs)];

export async function compile() {
  const begun = Date.now();
  const { build } = await import("esbuild");
  const bundled = await bundlePrograms(build);
  for (const { name, text, files } of bundled)
    writeWhole(join(programs, `${name}.json`), JSON.stringify({ text, madeOf: stampsOf(files, begun) }));
  await compileApart(compiled, "index.ts", {
    ...ofPulumi,
    // It is made again, and they with it, when a file of theirs has changed.
    madeToo: bundled.flatMap(({ files }) => files),
  });
}

/** Compiles what Pulumi runs when a program in another language registers a component. */
export async function compileProvider() {
  await compileApart(compiledProvider, "provider/main.ts", ofPulumi);
}

export async function compilePack(folder) {
  const begun = Date.now();
  const { build } = await import("esbuild");
  const { outputFiles, metafile } = await build({
    ...options,
    packages: "external",
    entryPoints: [join(folder, "pack.ts")],
    outfile: compiledPack(folder),
    write: false,
  });
  writeModule(outputFiles, stampsOf(filesOf(metafile), begun));
}

/** Options of modules that Pulumi's runners load. */
const ofPulumi = {
  // Their own packages are part of them. Pulumi's are there once, for the runner too; esbuild is asked when a program is not made yet.
  external: ["@pulumi/*", "esbuild"],
  // Packages in CommonJS ask for modules of Node's own.
  banner: {
    js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);',
  },
};

/** Milliseconds for which modules of before stay: what runs may still load them. */
const keptFor = 24 * 3_600_000;

/** Verbs are loaded one by one. */
export async function compileCommands() {
  await compileApart(compiledCommands, "scripts/commune.ts", { packages: "external" });
}

/** Compiles an entry into a folder of its own: what is loaded on demand is a module beside it, and what several share one named after its content. */
async function compileApart(module, entry, { madeToo = [], ...own }) {
  const begun = Date.now();
  const { build } = await import("esbuild");
  const folder = dirname(module);
  const { outputFiles, metafile } = await build({
    ...options,
    ...own,
    entryPoints: [entry],
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    splitting: true,
    write: false,
  });
  const isEntry = ({ path }) => path === module;
  for (const { path, text } of outputFiles.filter((file) => !isEntry(file))) writeWhole(path, text);
  writeModule(outputFiles.filter(isEntry), stampsOf(new Set([...filesOf(metafile), ...madeToo]), begun));
  const now = new Set(outputFiles.map(({ path }) => path));
  for (const path of readdirSync(folder).map((name) => join(folder, name))) {
    if (!now.has(path) && begun - statSync(path).mtimeMs > keptFor) rmSync(path, { force: true });
  }
}

/** Writes a compiled module with what it was made of. */
function writeModule(outputFiles, stamps) {
  for (const { path, text } of outputFiles) writeWhole(path, `${madeOf}${JSON.stringify(stamps)}\n${text}`);
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
  if (existsSync(join(root, "provider", "main.ts"))) await compileProvider();
  for (const folder of packs) if (existsSync(join(root, folder, "pack.ts"))) await compilePack(folder);
  if (existsSync(join(root, "scripts"))) await compileCommands();
}
