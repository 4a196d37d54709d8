import { secretName } from "../../foundation/seed/labels.ts";
import { onVolume, servicesOf } from "../holders.ts";
import type { CommunePlan } from "../planned.ts";
import { doorsOf } from "../publish.ts";
import type { Published } from "../published.ts";
import { secretsOf } from "../secrets.ts";
import { type Change, change } from "./change.ts";
import type { Told } from "./sentences.ts";

/** Something that is expected at another place, and is there only if somebody brought it there by hand. */
interface Move extends Pick<Change, "what" | "name" | "field"> {
  from: string;
  to: string;
  /** The sentence until the move is confirmed; `value` is the setting that confirms it. */
  refused: (value: string) => Told;
  made: Told;
}

/** Finds rows and files on another server or store, and addresses and keys that are built into devices. */
export function moveChanges(before: Published, plan: CommunePlan, moved: readonly string[]): Change[] {
  const all = [
    ...servicesOf(plan).flatMap((now) => dataMoves(before, now)),
    ...doorMoves(before, plan),
    ...keyMoves(before, plan),
  ];
  // The setting holds one value for all moves: setting it again replaces the former value.
  const value = all.map(said).join(",");
  const movable = all.map((move) => {
    const isMade = moved.includes(said(move));
    const { what, name, from, to, field } = move;
    return change({
      ...{ what, name, from, to, field, affected: [name] },
      interruption: isMade && isData(what) ? "short" : "none",
      effect: !isMade ? "refused" : isData(what) ? "needs a restore point" : "irreversible",
      told: isMade ? move.made : move.refused(value),
    });
  });
  return [...movable, ...servicesOf(plan).flatMap((now) => filesStay(before, now))];
}

type Now = ReturnType<typeof servicesOf>[number];

/**
 * Whether files would be on the other kind of store, where their service would find none of them, whoever copied them.
 * That is refused, and nothing else about its keys has to be said.
 */
export function cannotMove(
  { media: from }: Pick<Now, "media">,
  { media: to, hasOwnBucket = false }: Now,
): boolean {
  return hasOwnBucket && (from === onVolume) !== (to === onVolume);
}

/** Finds files that are expected in a bucket and are on a volume, or the other way round, and cannot be brought there. */
function filesStay(before: Published, now: Now): Change[] {
  const { service } = now;
  const was = before.services[service];
  if (was === undefined || !cannotMove(was, now)) return [];
  const [from, to] = [was.media, now.media];
  return [
    change({
      ...{ what: "media", name: service, from, to, affected: [service], field: [service] },
      effect: "refused",
      told: { sentence: "filesStay", with: { service, from, to } },
    }),
  ];
}

/** Whether a move is of data. No copy restores what is built into devices. */
function isData(what: Change["what"]): boolean {
  return what === "rows" || what === "media";
}

/** Writes a move as the setting `commune:moved` names it. */
function said({ name, to }: Move): string {
  return `${name}=${to}`;
}

function dataMoves(before: Published, now: Now): Move[] {
  const { service } = now;
  const was = before.services[service];
  if (was === undefined) return [];
  const field = [service];
  const rows = (from: string, to: string): Move => ({
    ...{ what: "rows", name: service, from, to, field },
    refused: (value) => ({ sentence: "rowsMove", with: { from, to, value } }),
    made: { sentence: "rowsMoved", with: { service, from, to } },
  });
  const files = (from: string, to: string): Move => ({
    ...{ what: "media", name: service, from, to, field },
    refused: (value) => ({ sentence: "filesMove", with: { from, to, value } }),
    made: { sentence: "filesMoved", with: { service, from, to } },
  });
  return [
    ...(was.database === now.database ? [] : [rows(was.database, now.database)]),
    ...(was.media === now.media || cannotMove(was, now) ? [] : [files(was.media, now.media)]),
  ];
}

function doorMoves(before: Published, plan: CommunePlan): Move[] {
  return Object.entries(doorsOf(plan)).flatMap(([section, { host: to, each, all }]): Move[] => {
    const from = before.names[section];
    if (from === undefined || from === to) return [];
    return [
      {
        ...{ what: "name", name: section, from, to, field: [section, "subdomain"] },
        refused: (value) => ({ sentence: "doorMoves", with: { section, each, all, from, to, value } }),
        made: { sentence: "doorMoved", with: { section, all, from, to } },
      },
    ];
  });
}

/**
 * Finds keys whose public half is built into devices: a device with the old one trusts nothing that is signed with the
 * new one.
 */
function keyMoves(before: Published, plan: CommunePlan): Move[] {
  return secretsOf(plan).flatMap((label): Move[] => {
    const secret = secretName(label);
    const version = before.secrets?.[secret] ?? 1;
    if (label.rotation !== "prepared anew" || label.version <= version) return [];
    const [from, to] = [`v${version}`, `v${label.version}`];
    return [
      {
        ...{ what: "secret", name: secret, from, to, field: ["secrets", secret] },
        refused: (value) => ({ sentence: "keyMoves", with: { secret, from, to, value } }),
        made: { sentence: "keyMoved", with: { secret, to } },
      },
    ];
  });
}
