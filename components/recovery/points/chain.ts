import type { Translated } from "../../foundation/language/language.ts";
import { TranslatedError } from "../../foundation/language/translated-error.ts";
import { repositoriesOf } from "./generation.ts";
import { type Head, hashOf, pointName, sequenceIn, sequencesIn } from "./head.ts";
import type { PointManifest } from "./manifest.ts";
import { judgePoint, type KeptPoint, openManifest } from "./sealed.ts";
import type { Owner } from "./signer.ts";

/** The restore points of a service that one vault holds, under their names. */
export interface Held {
  host: string;
  /** Text by name; other names are ignored. */
  points: ReadonlyMap<string, string>;
  /** Repositories at the vault: `nextcloud/files-2026q4`. */
  repositories: ReadonlySet<string>;
}

/** The newest restore point that a descriptor, a peer or one's own note remembers, none of which keeps any. */
export interface Known {
  by: Translated;
  sequence: number;
  hash: string;
}

/** A valid restore point: signed, and at one vault at least. */
export interface Point {
  head: Head;
  hash: string;
  /** Its sealed manifest as each vault gives it. */
  sealed: ReadonlyMap<string, string>;
  /**
   * Hosts of the vaults that have both its manifest and its repository: first those that lack no generation which another
   * one lists, and which only its host may have invented.
   */
  hosts: readonly string[];
  /** Generations that hosts do not list, and that the point is in if what another one lists is true. */
  doubts: ReadonlyMap<string, readonly string[]>;
}

/** Returns the hosts that have a restore point: its manifest, and the repository with its rows and files. */
export function hostsOf({ hosts }: Point): readonly string[] {
  return hosts;
}

/**
 * Returns the manifest of a restore point, from the first vault whose copy matches its head. Throws if none does.
 *
 * @param password of the service's repositories.
 */
export function manifestOf({ head, sealed }: Point, password: string): PointManifest {
  const problems: string[] = [];
  for (const [host, copy] of sealed) {
    try {
      return openManifest({ head, sealed: copy }, password);
    } catch (error) {
      problems.push(`${host}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const name = pointName(head.service, head.sequence);
  throw new TranslatedError({
    en: `${name} cannot be read. ${problems.join("; ")}.`,
    fr: `${name} ne peut pas être lu. ${problems.join("; ")}.`,
  });
}

/** The repository of a point is not at a vault, or not for certain. */
type Lacking = "hollow" | "doubtful";

/** A problem of a chain. No honest vault causes one, except by what a copy in progress still lacks. */
interface ChainProblem {
  kind: "worthless" | "misnamed" | "fork" | "gap" | "broken" | "backwards" | "withheld" | Lacking | "lost";
  /** The vault's host; absent if all vaults are meant. */
  host?: string;
  sequence: number;
  sentence: Translated;
}

export interface Chain {
  /** Oldest first. */
  points: Point[];
  findings: ChainProblem[];
}

/**
 * Returns the restore points of a service from all its vaults, and everything that does not fit together: restic
 * itself does not notice that a snapshot is gone. Only what the commune signed counts.
 *
 * @param publicKey of the commune's descriptor, a Multikey.
 * @param known what others remember, in case all vaults withhold the newest.
 */
export function chainOf(
  held: readonly Held[],
  { owner, publicKey, known = [] }: { owner: Owner; publicKey: string; known?: readonly Known[] },
): Chain {
  const findings: ChainProblem[] = [];
  const bySequence = new Map<number, Point[]>();
  const every = [...new Set(held.flatMap(({ repositories }) => [...repositories]))];
  const counted = new Set(
    sequencesIn(
      owner.service,
      held.flatMap(({ points: all }) => [...all.keys()]),
    ),
  );
  for (const { host, points, repositories } of held) {
    for (const [name, text] of points) {
      const sequence = sequenceIn(owner.service, name);
      if (sequence === undefined) continue;
      if (!counted.has(sequence)) {
        const sentence = {
          en: `${name} at ${host}: nothing leads to its number.`,
          fr: `${name} chez ${host} : rien ne mène à son numéro.`,
        };
        findings.push({ kind: "worthless", host, sequence, sentence });
        continue;
      }
      const { point, problem } = judgePoint(text, owner, publicKey);
      if (point === undefined) {
        const sentence = { en: `${name} at ${host}: ${problem}.`, fr: `${name} chez ${host} : ${problem}.` };
        findings.push({ kind: "worthless", host, sequence, sentence });
      } else if (point.head.sequence !== sequence) {
        const real = pointName(owner.service, point.head.sequence);
        const sentence = {
          en: `${name} at ${host} is ${real}: an older point was put in its place.`,
          fr: `${name} chez ${host} est ${real} : un point plus ancien a été mis à sa place.`,
        };
        findings.push({ kind: "misnamed", host, sequence, sentence });
      } else {
        const { takenAt } = point.head;
        const has = (paths: readonly string[]) => paths.some((path) => repositories.has(path));
        const may = repositoriesOf(owner.service, takenAt, every);
        const isThere = has(may) || has(repositoriesOf(owner.service, takenAt, [...repositories]));
        add(bySequence, point, { host, isThere, lacks: has(may) ? [] : may });
      }
    }
  }
  const points = [...bySequence.values()].flat().sort(inOrder);
  findings.push(
    ...forks(bySequence),
    ...between(points, owner),
    ...withheld(held, points, owner),
    ...hollow(points),
    ...doubtful(points, held),
    ...forgotten(points, known),
  );
  return { points, findings };
}

/** Returns the newest point of a chain; undefined if it is empty. */
export function newest({ points }: Chain): Point | undefined {
  return points.at(-1);
}

const inOrder = (one: Point, other: Point) =>
  one.head.sequence - other.head.sequence || (one.hash < other.hash ? -1 : 1);

function add(
  all: Map<number, Point[]>,
  point: KeptPoint,
  { host, isThere, lacks }: { host: string; isThere: boolean; lacks: readonly string[] },
): void {
  const hash = hashOf(point.head);
  const { head, sealed } = point;
  const same = all.get(head.sequence) ?? [];
  const there = same.find((other) => other.hash === hash);
  const others = same.filter((other) => other !== there);
  const copies = new Map([...(there?.sealed ?? []), [host, sealed]]);
  const doubts = new Map([
    ...(there?.doubts ?? []),
    ...(isThere && lacks.length > 0 ? [[host, lacks] as const] : []),
  ]);
  const listed = [...(there?.hosts ?? []), ...(isThere ? [host] : [])];
  const hosts = [...listed.filter((each) => !doubts.has(each)), ...listed.filter((each) => doubts.has(each))];
  all.set(head.sequence, [...others, { head, hash, sealed: copies, hosts, doubts }]);
}

/** Finds numbers that several points have: two sites wrote, or somebody else has the key. */
function forks(all: ReadonlyMap<number, readonly Point[]>): ChainProblem[] {
  return [...all].flatMap(([sequence, points]): ChainProblem[] => {
    if (points.length < 2) return [];
    const all = points.map(({ head, sealed }) => ({
      at: head.takenAt,
      hosts: [...sealed.keys()].join(", "),
    }));
    const sentence = {
      en: `There are ${points.length} points ${sequence}: ${all.map(({ at, hosts }) => `of ${at} at ${hosts}`).join("; ")}. Two sites wrote, or somebody has the key.`,
      fr: `Il y a ${points.length} points ${sequence} : ${all.map(({ at, hosts }) => `du ${at} chez ${hosts}`).join(" ; ")}. Deux sites ont écrit, ou quelqu’un a la clé.`,
    };
    return [{ kind: "fork", sequence, sentence }];
  });
}

/** Finds points that do not follow from the one before. */
function between(points: readonly Point[], { service }: Owner): ChainProblem[] {
  return points.flatMap(({ head }): ChainProblem[] => {
    const { sequence, previous } = head;
    // A number that somebody took without a point is skipped: the hash says what a point follows.
    const nearest = Math.max(
      0,
      ...points.map((other) => other.head.sequence).filter((one) => one < sequence),
    );
    const before = points.filter((other) => other.head.sequence === nearest);
    const parent = before.find(({ hash }) => hash === previous);
    if (parent === undefined) {
      if (sequence === 1 || (previous === null && nearest === 0)) return [];
      const [last, name] = [pointName(service, sequence - 1), pointName(service, sequence)];
      if (nearest < sequence - 1) {
        const sentence = {
          en: `${last} is at no vault, and ${name} follows it.`,
          fr: `${last} n’est dans aucun coffre, et ${name} le suit.`,
        };
        return [{ kind: "gap", sequence: sequence - 1, sentence }];
      }
      const sentence = {
        en: `${name} does not follow the ${last} that there is.`,
        fr: `${name} ne suit pas le ${last} qu’il y a.`,
      };
      return [{ kind: "broken", sequence, sentence }];
    }
    return backwards(head, parent.head);
  });
}

function backwards(head: Head, parent: Head): ChainProblem[] {
  const { service, sequence } = head;
  const name = pointName(service, sequence);
  if (head.incarnation < parent.incarnation) {
    const sentence = {
      en: `${name} is of incarnation ${head.incarnation}, after one of ${parent.incarnation}: a site that was replaced still writes.`,
      fr: `${name} est de l’incarnation ${head.incarnation}, après un de la ${parent.incarnation} : un site qui a été remplacé écrit encore.`,
    };
    return [{ kind: "backwards", sequence, sentence }];
  }
  if (head.takenAt <= parent.takenAt) {
    const sentence = {
      en: `${name} says ${head.takenAt}, which is not after ${parent.takenAt} of the one before: a clock was wrong.`,
      fr: `${name} dit ${head.takenAt}, qui n’est pas après le ${parent.takenAt} de celui d’avant : une horloge était fausse.`,
    };
    return [{ kind: "backwards", sequence, sentence }];
  }
  return [];
}

/** Finds points that one vault lacks and another one has: not copied yet, lost, or withheld. */
function withheld(held: readonly Held[], points: readonly Point[], { service }: Owner): ChainProblem[] {
  return held.flatMap(({ host }) =>
    points
      .filter(({ sealed }) => !sealed.has(host))
      .map((point): ChainProblem => {
        const { sequence } = point.head;
        const [name, others] = [pointName(service, sequence), [...point.sealed.keys()].join(", ")];
        const sentence = {
          en: `${host} does not give ${name}, which ${others} has.`,
          fr: `${host} ne donne pas ${name}, que ${others} a.`,
        };
        return { kind: "withheld", host, sequence, sentence };
      }),
  );
}

/**
 * Finds points whose manifest a vault gives, but not their rows and files. A repository that no vault has any more was
 * deleted after its last day, unless the newest point is in it.
 */
function hollow(points: readonly Point[]): ChainProblem[] {
  return points.flatMap(({ head, sealed, hosts }, index): ChainProblem[] => {
    if (hosts.length === 0 && index < points.length - 1) return [];
    const { service, sequence } = head;
    const elsewhere =
      hosts.length === 0
        ? { en: "no vault has them", fr: "aucun coffre ne les a" }
        : { en: `${hosts.join(", ")} has them`, fr: `${hosts.join(", ")} les a` };
    return [...sealed.keys()]
      .filter((host) => !hosts.includes(host))
      .map((host): ChainProblem => {
        const name = pointName(service, sequence);
        const sentence = {
          en: `${host} gives ${name} without its rows and files, and ${elsewhere.en}.`,
          fr: `${host} donne ${name} sans sa base et ses fichiers, et ${elsewhere.fr}.`,
        };
        return { kind: "hollow", host, sequence, sentence };
      });
  });
}

/** Finds generations that one vault lists and another one does not, of which the newest points depend on who is right. */
function doubtful(points: readonly Point[], held: readonly Held[]): ChainProblem[] {
  const last = points.at(-1);
  if (last === undefined) return [];
  return [...last.doubts].flatMap(([host, generations]) =>
    generations.map((generation): ChainProblem => {
      const lists = held.filter(({ repositories }) => repositories.has(generation)).map((each) => each.host);
      const sentence = {
        en: `${lists.join(", ")} lists ${generation}, and ${host} does not: ${host} lost it, or nobody began it.`,
        fr: `${lists.join(", ")} liste ${generation}, et pas ${host} : ${host} l’a perdu, ou personne ne l’a commencé.`,
      };
      return { kind: "doubtful", host, sequence: last.head.sequence, sentence };
    }),
  );
}

/** Finds points that others remember and no vault gives: all vaults were rolled back, or hold another chain. */
function forgotten(points: readonly Point[], known: readonly Known[]): ChainProblem[] {
  return known.flatMap(({ by, sequence, hash }): ChainProblem[] => {
    if (points.some((point) => point.hash === hash)) return [];
    const which = `${sequence} (${hash.slice(0, 12)})`;
    const sentence = {
      en: `${by.en} knows of point ${which}, and no vault gives it.`,
      fr: `${by.fr} connaît le point ${which}, et aucun coffre ne le donne.`,
    };
    return [{ kind: "lost", sequence, sentence }];
  });
}
