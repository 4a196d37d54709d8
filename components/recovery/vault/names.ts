import { createHash } from "node:crypto";

/** Kinds of files of a restic repository that have a folder. Source: restic, doc/REST_backend.rst. */
export const fileTypes = ["data", "index", "keys", "locks", "snapshots"] as const;
export type FileType = (typeof fileTypes)[number];

/**
 * A repository in a vault: one for each service and generation, so that a password opens only that, and an outdated
 * one is deleted as a whole. `nextcloud/files-2026q4`, `database/wal-2026-11-26`.
 */
export interface Repository {
  service: string;
  generation: string;
}

/** Path of a repository in a vault. */
export function repositoryPath({ service, generation }: Repository): string {
  return `${service}/${generation}`;
}

const service = "[a-z][a-z0-9-]{0,62}";

/** Whether a name may be a service's: a file system has its own names at its root, such as `lost+found`. */
export function isServiceName(name: string): boolean {
  return new RegExp(`^${service}$`).test(name);
}
const generation = "[a-z]{1,20}-(?:[0-9]{4}q[1-4]|[0-9]{4}-[0-9]{2}-[0-9]{2})";

/** Pattern of a file's name in a repository: the SHA-256 of its contents. */
export const fileName = /^[0-9a-f]{64}$/;

/** Whether a file of a repository is what its name says. */
export function isNamed(name: string, content: Uint8Array | undefined): boolean {
  return content !== undefined && createHash("sha256").update(content).digest("hex") === name;
}

/**
 * Statements about a generation, each made once: its host's, on the last day on which it is kept, and its guest's,
 * that it contains a complete point.
 */
export const statements = ["until", "complete"] as const;

/** Pattern of names that are created once, for good: `incarnation-3`. */
export const onceName = /^[a-z0-9][a-z0-9-]{0,99}$/;

/** Name that is created once and is of a service: a point, a repository that was begun, or one that nothing follows. */
type ServiceName =
  | { is: "point"; service: string; sequence: number }
  | { is: "begun" | "ended"; service: string; generation: string };

/**
 * Reads a name that is created once; undefined for one of the guest as a whole: `point-nextcloud-000043`,
 * `begun-nextcloud-files-2026q4` and `ended-nextcloud-files-2026q4` are of Nextcloud.
 */
export function readOnce(name: string): ServiceName | undefined {
  const [, pointed, digits] = pointPattern.exec(name) ?? [];
  if (pointed !== undefined) return { is: "point", service: pointed, sequence: Number(digits) };
  const [, is, service, generation] = saidPattern.exec(name) ?? [];
  if (service === undefined || generation === undefined) return undefined;
  return { is: is === "begun" ? "begun" : "ended", service, generation };
}

/** Returns the service of a name that is created once; undefined for one of the guest as a whole. */
export function serviceOfOnce(name: string): string | undefined {
  return readOnce(name)?.service;
}

/** Reads a repository's path; undefined for any other spelling. */
export function readRepository(path: string): Repository | undefined {
  const [, service, generation] = repositoryPattern.exec(path) ?? [];
  return service !== undefined && generation !== undefined && seriesOf(generation) !== undefined
    ? { service, generation }
    : undefined;
}

const pointPattern = new RegExp(`^point-(${service})-([0-9]{6}|[1-9][0-9]{6,11})$`);
const saidPattern = new RegExp(`^(begun|ended)-(${service})-(${generation})$`);
const repositoryPattern = new RegExp(`^(${service})/(${generation})$`);

/** Kind and period of a generation, by which generations follow each other. */
export interface Series {
  /** Kind of its contents: `files`, `base`, `wal`. */
  kind: string;
  /** Its quarter or day; a later one sorts after an earlier one of the same spelling. */
  period: string;
}

/** Reads the kind and the period in a generation's name; undefined if it names no quarter and no day of the calendar. */
export function seriesOf(name: string): Series | undefined {
  const [, kind, period] = /^([a-z]{1,20})-(.+)$/.exec(name) ?? [];
  if (kind === undefined || period === undefined) return undefined;
  return /^\d{4}q[1-4]$/.test(period) || isDay(period) ? { kind, period } : undefined;
}

/** Whether a text is a day of the calendar: 2026-11-26. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
