import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { inCommune, inStacks, type SharedFile } from "../../../components/foundation/declaration/stacks.ts";
import { repositoryFile } from "../../../components/foundation/repository.ts";
import { toolkitFile } from "../../../components/foundation/toolkit.ts";
import { stateFolder } from "../../../local/paths.ts";
import { repositoryFiles } from "../../new.ts";
import { linkPackages } from "./packages.ts";

/** Result of a verb. */
export interface Said {
  exitCode: number;
  /** Text that it printed, complaints among it. */
  text: string;
}

/** Author of the commits. */
const author = "équipe numérique";

/** Runs git in a folder, whatever repository is around it, and returns what it prints. Throws if it fails. */
function git(folder: string, ...words: string[]): string {
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...env } = process.env;
  const stdio = ["ignore", "pipe", "pipe"] as ("ignore" | "pipe")[];
  return execFileSync("git", ["-C", folder, ...words], { encoding: "utf8", env, stdio }).trim();
}

/** Folder of the tour: below the one of local clusters, which git does not see. */
export const tourFolder = () => join(stateFolder(), "tour");

/**
 * A repository as `commune new` makes one, with a copy of the declarations, in which the verbs run as a commune's would: the
 * repository around stays as it is. The declarations are copied once, with the settings of their stacks, and are the
 * tour's own from then on.
 */
export class TourProject {
  readonly folder: string;
  readonly stacks: string;

  /** @param environment of a cluster that is up by the time of the first command. */
  constructor(
    readonly root: string,
    private readonly environment: () => NodeJS.ProcessEnv,
  ) {
    this.folder = join(root, "commune");
    this.stacks = join(this.folder, "stacks");
  }

  /** Whether a tour was begun. */
  get isThere(): boolean {
    return existsSync(this.stacks);
  }

  /**
   * Makes the repository, with the declarations if they are not there yet, and git of its own: below a folder that git
   * ignores, changes could neither be shown nor be written back. Returns the folder.
   */
  prepare(): string {
    mkdirSync(this.folder, { recursive: true });
    for (const entry of readdirSync(this.folder))
      if (entry !== "stacks" && !entry.startsWith(".")) rmSync(join(this.folder, entry), { recursive: true });
    if (!this.isThere) cpSync(repositoryFile("stacks"), this.stacks, { recursive: true });
    for (const [path, text] of Object.entries(repositoryFiles(this.folder))) {
      if (path.startsWith("stacks/") || path === ".gitignore") continue;
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
    linkPackages(repositoryFile("node_modules"), join(this.folder, "node_modules"));
    if (!existsSync(join(this.folder, ".git"))) this.#initialize();
    return this.folder;
  }

  /** Begins the repository with the history of the one around it, read in place: what was applied from there is known. */
  #initialize(): void {
    const around = repositoryFile(".gitignore");
    const ignored = existsSync(around) ? readFileSync(around, "utf8") : "";
    writeFileSync(join(this.folder, ".gitignore"), `${ignored}/node_modules\n/.keys/\n/.mail/\n`);
    git(this.folder, "init", "--quiet", "--initial-branch=visite");
    try {
      const words = ["rev-parse", "HEAD", "--path-format=absolute", "--git-path", "objects"];
      const [commit = "", objects = ""] = git(repositoryFile("."), ...words).split("\n");
      writeFileSync(join(this.folder, ".git", "objects", "info", "alternates"), `${objects}\n`);
      git(this.folder, "update-ref", "HEAD", commit);
    } catch {
      // A repository without git has no history to go on from.
    }
    this.record("La visite : une copie des déclarations");
  }

  /** Whether there is something that no commit has. */
  get isChanged(): boolean {
    return git(this.folder, "status", "--porcelain") !== "";
  }

  /** Commits whatever changed, as the team of the commune would. */
  record(message: string): void {
    git(this.folder, "add", "--all");
    if (!this.isChanged) return;
    const who = ["-c", `user.name=${author}`, "-c", "user.email=numerique@villeurbanne.test"];
    // Settings of whoever takes the tour are for their own work.
    const plain = ["-c", "commit.gpgSign=false", "-c", "core.hooksPath=/dev/null"];
    git(this.folder, ...who, ...plain, "commit", "--quiet", "--message", message);
  }

  /** Changes a file of one of the copied declarations. */
  edit(commune: string, file: string, change: (text: string) => string): void {
    this.#edit(inCommune(this.stacks, commune, file), change);
  }

  /** Changes a file that all of them share. */
  editShared(file: SharedFile, change: (text: string) => string): void {
    this.#edit(inStacks(this.stacks, file), change);
  }

  #edit(path: string, change: (text: string) => string): void {
    writeFileSync(path, change(existsSync(path) ? readFileSync(path, "utf8") : ""));
  }

  /** Runs `commune …` there, whatever it ends with. */
  async commune(words: readonly string[]): Promise<Said> {
    const { exitCode, all } = await execa("node", [toolkitFile("scripts/commune.js"), ...words], {
      cwd: this.folder,
      env: { ...this.environment(), COMMUNE_STATE: stateFolder(), NO_COLOR: "1" },
      all: true,
      reject: false,
      stdin: "ignore",
    });
    return { exitCode: exitCode ?? 1, text: String(all).replace(/^\n+|\s+$/g, "") };
  }
}
