import { spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { Cursor, type UciSection } from "./uci.ts";

/** Versions of openwisp-config whose rules are written down here. */
export type AgentVersion = "1.2.1" | "1.3.0a";

const check = "/tmp/openwisp/check";
const standardConfig = "/etc/config";
const remote = "/etc/openwisp/remote";
const remoteConfig = `${remote}/etc/config`;
const stored = "/etc/openwisp/stored";
const storedConfig = `${stored}/etc/config`;
const added = "/etc/openwisp/added.list";
const modified = "/etc/openwisp/modified.list";

/**
 * A double of openwisp-update-config, for a machine whose root folder is a point's: what it keeps, adds, restores and
 * removes, and which of its commands a shell reads with names of the archive in them. Written from openwisp-config
 * 1.2.1 and 1.3.0a (its main branch of July 2026), files/sbin/openwisp-update-config.lua and files/lib/openwisp/utils.lua.
 *
 * @param step called before everything that changes a file: where the current can fail.
 * @returns the exit code.
 */
export function updateConfig(
  archive: string,
  { version, merge, step }: { version: AgentVersion; merge: boolean; step: () => void },
): number {
  /** As os.execute does: its exit code is looked at by nobody. */
  const execute = (command: string) => {
    step();
    spawnSync("/bin/sh", ["-c", command], { stdio: ["ignore", "inherit", "inherit"] });
  };
  const word = (path: string) => (version === "1.2.1" ? path : `'${path.replaceAll("'", "'\\''")}'`);

  execute(`mkdir -p ${check}`);
  execute(`tar -zxf ${archive} -C ${check}`);
  const checked = new Cursor(`${check}/etc/config`);
  for (const file of filesIn(`${check}/etc/config`)) {
    if (checked.all(file) !== undefined) continue;
    console.log(`ERROR: invalid UCI configuration file: ${file}`);
    execute(`rm -rf ${check}`);
    return 2;
  }
  let standard = new Cursor(standardConfig);
  removeVanished(standard, new Cursor(remoteConfig), checked, new Cursor(storedConfig), step);
  execute(`rm -rf ${check}`);
  execute(`rm -rf ${remote}`);
  execute(`mkdir -p ${remote}`);
  execute(`tar -zxf ${archive} -C ${remote}`);
  execute(`mkdir -p ${storedConfig}`);

  standard = new Cursor(standardConfig);
  const wanted = new Cursor(remoteConfig);
  for (const file of filesIn(remoteConfig)) {
    const path = `${standardConfig}/${file}`;
    // What stands there is taken for the owner's, whoever wrote it.
    if (!existsSync(`${storedConfig}/${file}`) && checked.all(file)?.size) {
      execute(`cp ${path} ${storedConfig}/${file}`);
    }
    if (!merge) {
      execute(`cp ${remoteConfig}/* ${standardConfig}`);
      continue;
    }
    execute(`touch ${path}`);
    for (const [name, section] of wanted.all(file) ?? []) writeSection(standard, file, name, section);
    step();
    standard.commit(file);
  }
  copyFiles(version, execute, word);
  return 0;
}

/** Takes back what came with the archive of before and is not in this one. */
function removeVanished(
  standard: Cursor,
  before: Cursor,
  now: Cursor,
  owners: Cursor,
  step: () => void,
): void {
  for (const file of readable(remoteConfig)) {
    const path = `${standardConfig}/${file}`;
    if (!isFile(path)) continue;
    for (const [name, section] of before.all(file) ?? []) {
      const kept = now.section(file, name);
      const own = owners.section(file, name);
      if (kept === undefined) {
        for (const option of section.options.keys()) standard.delete(file, name, option);
        if (own) writeSection(standard, file, name, own);
      } else {
        for (const option of section.options.keys()) {
          if (kept.options.has(option)) continue;
          const value = owners.option(file, name, option);
          if (value === undefined) standard.delete(file, name, option);
          else standard.set(file, name, option, value);
        }
      }
      if (standard.section(file, name)?.options.size === 0) standard.delete(file, name);
    }
    step();
    standard.commit(file);
    if (standard.all(file)?.size === 0) rmSync(path);
  }
}

function writeSection(cursor: Cursor, file: string, name: string, { type, options }: UciSection): void {
  cursor.setSection(file, name, type);
  for (const [option, value] of options) cursor.set(file, name, option, value);
}

/** The archive's other files, and what becomes of those that came before. */
function copyFiles(
  version: AgentVersion,
  execute: (command: string) => void,
  word: (path: string) => string,
): void {
  execute(`touch ${added}`);
  execute(`touch ${modified}`);
  const addedFiles = linesOf(added);
  const modifiedFiles = linesOf(modified);
  for (const source of tree(remote)) {
    if (source.startsWith(`${remoteConfig}/`) || !isFile(source)) continue;
    const path = source.slice(remote.length);
    if (version !== "1.2.1" && !/^(?:\/(?!\.{1,2}(?:\/|$))[\w.-]+)+$/.test(path)) {
      console.log(`WARNING: skipping invalid file path: ${path}`);
      continue;
    }
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    if (!addedFiles.has(path) && !modifiedFiles.has(path)) {
      if (existsSync(path)) {
        modifiedFiles.add(path);
        execute(`mkdir -p ${word(stored + folder)}`);
        execute(`cp ${word(path)} ${word(stored + path)}`);
      } else addedFiles.add(path);
    }
    execute(`mkdir -p ${word(folder)}`);
    // The mode of a file that is there already stays what it is.
    execute(`cp ${word(source)} ${word(path)}`);
  }
  for (const path of addedFiles) {
    if (existsSync(remote + path)) continue;
    rmSync(path, { force: true });
    addedFiles.delete(path);
  }
  for (const path of modifiedFiles) {
    if (existsSync(remote + path)) continue;
    execute(`mv ${stored}${path} ${path}`);
    removeEmpty((stored + path).slice(0, (stored + path).lastIndexOf("/")));
    modifiedFiles.delete(path);
  }
  writeFileSync(added, [...addedFiles].map((path) => `${path}\n`).join(""));
  writeFileSync(modified, [...modifiedFiles].map((path) => `${path}\n`).join(""));
}

function removeEmpty(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
}

function linesOf(path: string): Set<string> {
  if (!existsSync(path)) return new Set();
  return new Set(readFileSync(path, "utf8").split("\n").filter(Boolean));
}

function readable(folder: string): string[] {
  return existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder).sort() : [];
}

function filesIn(folder: string): string[] {
  return readable(folder).filter((name) => isFile(`${folder}/${name}`));
}

/** As LuaFileSystem says it: a link is what it points to. */
function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function tree(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = `${folder}/${name}`;
      return lstatSync(path).isDirectory() ? tree(path) : [path];
    });
}
