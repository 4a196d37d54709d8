import type { Access } from "../applications/access.ts";
import type { Engine } from "../applications/application.ts";
import { isTaken } from "../applications/fields.ts";
import { chartOf, type PackageManifest, type Question } from "./manifest.ts";

/** The needs of a package, in terms of our charts. */
export interface Wanted {
  chart: string;
  version: string;
  memoryMiB: number;
  /** Whether it has a volume: the package keeps data besides its code and its database. */
  hasVolume: boolean;
  rows: Engine | undefined;
  access: Access;
  /** Whether it has a first administrator with a password. */
  hasAdmin: boolean;
  /** Questions that become fields, by name. */
  settings: Record<string, Question>;
}

/** Questions that the toolkit answers itself: address, access, administrator, language. */
const answered = new Set([
  "domain",
  "path",
  "init_main_permission",
  "admin",
  "password",
  "language",
  "email",
  "title",
]);

/** Questions without an answer: texts between others. */
const silent = new Set(["alert", "markdown"]);

/** Factor between an application's memory and its package's statement (WordPress's says 50M). */
export const memoryFactor = 3;
const leastMemoryMiB = 64;

const mebibytes = (text: string) => {
  const factor = { k: 1 / 1024, m: 1, g: 1024 }[text.slice(-1).toLowerCase()] ?? 1;
  return Math.ceil(Number(text.slice(0, -1)) * factor);
};

/** Returns the words of a list, even if TOML or its author wrote it as one text. */
export const listed = (texts: string | readonly string[] | undefined): string[] =>
  texts === undefined ? [] : [texts].flat().flatMap((text) => text.split(/[\s,]+/).filter(Boolean));

/** Returns the access for a permission's group: everybody, people with an account, or administrators. */
function accessOf({ resources, install }: PackageManifest): Wanted["access"] {
  const { main } = resources.permissions ?? {};
  const group = listed(main?.allowed)[0] ?? String(install.init_main_permission?.default ?? "visitors");
  return group === "visitors" ? "public" : group === "admins" ? "admins" : "members";
}

const engines = { mysql: "mariadb", postgresql: "postgresql" } as const;

/** Returns the name of the field for a question. Names of values that every chart gets are avoided. */
function fieldOf(question: string): string {
  const name = question.slice(0, 20).replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const plain = name.replaceAll("_", "");
  return isTaken(plain) ? `${plain}Setting` : plain;
}

/** Reads the needs of a package. */
export function wantedOf(manifest: PackageManifest): Wanted {
  const { id, version, integration, install, resources } = manifest;
  const runtime = integration.ram?.runtime;
  return {
    chart: chartOf(id),
    version: version.replace(/~ynh\d*$/, ""),
    memoryMiB: runtime === undefined ? 256 : Math.max(leastMemoryMiB, memoryFactor * mebibytes(runtime)),
    hasVolume: resources.data_dir !== undefined,
    rows: resources.database && engines[resources.database.type],
    access: accessOf(manifest),
    hasAdmin: "admin" in install || "password" in install,
    settings: Object.fromEntries(
      Object.entries(install)
        .filter(([key, { type }]) => !answered.has(key) && !silent.has(type))
        .map(([key, asked]) => [fieldOf(key), asked]),
    ),
  };
}
