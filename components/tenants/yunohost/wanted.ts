import { chartOf, type Manifest, type Question } from "./manifest.ts";

/** What a package asks for, in the words of our charts. */
export interface Wanted {
  chart: string;
  title: string;
  version: string;
  memoryMiB: number;
  /** Size of the volume; nothing where the package keeps nothing beside its code and its database. */
  storage: string | undefined;
  database: "mysql" | "postgresql" | undefined;
  access: "public" | "members" | "admins";
  /** Whether somebody administers it at first with a password. */
  hasAdmin: boolean;
  /** Questions that become values, by name. */
  settings: Record<string, Question>;
}

/** Questions that the toolkit answers itself: its address, who may read it, who administers it, and in which words. */
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

/** Questions that ask nothing: texts between others. */
const silent = new Set(["alert", "markdown"]);

/** How much more an application takes than its package hopes for (WordPress's says 50M). */
export const memoryFactor = 3;
const leastMemoryMiB = 64;

/** Values that every chart has, or may have. */
const taken = new Set([
  "host",
  "access",
  "image",
  "frontImage",
  "storage",
  "database",
  "expose",
  "global",
  "app",
]);

const mebibytes = (text: string) => {
  const factor = { k: 1 / 1024, m: 1, g: 1024 }[text.slice(-1).toLowerCase()] ?? 1;
  return Math.ceil(Number(text.slice(0, -1)) * factor);
};

/** The words of a list that TOML or its author has written as one text, too. */
export const listed = (texts: string | readonly string[] | undefined): string[] =>
  texts === undefined ? [] : [texts].flat().flatMap((text) => text.split(/[\s,]+/).filter(Boolean));

/** What becomes of a permission's group: everybody, people with an account, or who administers. */
function accessOf({ resources, install }: Manifest): Wanted["access"] {
  const { main } = resources.permissions ?? {};
  const group = listed(main?.allowed)[0] ?? String(install.init_main_permission?.default ?? "visitors");
  return group === "visitors" ? "public" : group === "admins" ? "admins" : "members";
}

/** Reads what a package asks for. */
export function wantedOf(manifest: Manifest): Wanted {
  const { id, name, version, integration, install, resources } = manifest;
  const runtime = integration.ram?.runtime;
  return {
    chart: chartOf(id),
    title: name,
    version: version.replace(/~ynh\d*$/, ""),
    memoryMiB: runtime === undefined ? 256 : Math.max(leastMemoryMiB, memoryFactor * mebibytes(runtime)),
    storage: resources.data_dir === undefined ? undefined : "1Gi",
    database: resources.database?.type,
    access: accessOf(manifest),
    hasAdmin: "admin" in install || "password" in install,
    settings: Object.fromEntries(
      Object.entries(install)
        .filter(([key, { type }]) => !answered.has(key) && !silent.has(type))
        .map(([key, asked]) => [taken.has(key) ? `${key}_setting` : key, asked]),
    ),
  };
}
