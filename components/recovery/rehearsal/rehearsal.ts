/** Tag of the snapshots that say how rehearsals ended. */
export const rehearsalTag = "rehearsal";

/** Result of bringing a server back from one vault alone, as it is written down at that vault. */
export interface Rehearsal {
  /** Host of the vault. */
  vault: string;
  /** Time at its end, ISO 8601. */
  at: string;
  /** Its duration. */
  seconds: number;
  /** Latest moment in the copy, on the server's clock, ISO 8601. */
  until: string;
  /** Reason why the copy did not come back; undefined if it did. */
  failed?: string;
}

/** A keeper's knowledge of rehearsals. */
export interface Rehearsals {
  /** Time since which each vault has its turns, by host. */
  since: Readonly<Record<string, string>>;
  /** The last one of each vault, by host. */
  last: Readonly<Record<string, Rehearsal>>;
}

/** Longest reason that is written down, characters. */
const longestReason = 300;

/** Returns a rehearsal as the tags of a snapshot. In a tag, a comma would begin another one. */
export function rehearsalTags({ failed, ...told }: Rehearsal): string[] {
  const values = {
    ...told,
    ...(failed !== undefined && {
      failed: Buffer.from(failed.slice(0, longestReason)).toString("base64url"),
    }),
  };
  return [rehearsalTag, ...Object.entries(values).map(([name, value]) => `${name}=${value}`)];
}

/** Returns the rehearsal that a snapshot's tags describe; undefined for any other snapshot. */
export function readRehearsal(tags: readonly string[]): Rehearsal | undefined {
  if (!tags.includes(rehearsalTag)) return undefined;
  const value = (name: string) => tags.find((tag) => tag.startsWith(`${name}=`))?.slice(name.length + 1);
  const [vault, at, until, failed] = ["vault", "at", "until", "failed"].map(value);
  if (vault === undefined || at === undefined || until === undefined) return undefined;
  return {
    ...{ vault, at, until, seconds: Number(value("seconds")) },
    ...(failed !== undefined && { failed: Buffer.from(failed, "base64url").toString("utf8") }),
  };
}

/** Returns the last rehearsal of each vault, by host. */
export function lastRehearsals(all: readonly Rehearsal[]): Record<string, Rehearsal> {
  const sorted = [...all].sort((one, other) => one.at.localeCompare(other.at));
  return Object.fromEntries(sorted.map((each) => [each.vault, each]));
}

const dayMs = 24 * 3_600_000;
const weekMs = 7 * dayMs;

/** Weeks in which everything that a vault has was read once: a quarter. */
const quarterWeeks = 13;

/** Subject of one week's rehearsal. */
export interface Turn {
  /** Host of the vault. */
  vault: string;
  /** Part of its packs that is read besides, of so many. */
  part: number;
  parts: number;
  /** Number of the week. */
  week: number;
}

/** Returns the turn of a week: each vault in turn, and at each the next part of what it has. */
export function turnOf(vaults: readonly string[], now: Date): Turn {
  const week = Math.floor(now.getTime() / weekMs);
  const vault = vaults[week % vaults.length];
  if (vault === undefined) throw new Error("there is no vault to bring anything back from");
  const parts = Math.ceil(quarterWeeks / vaults.length);
  return { vault, parts, week, part: (Math.floor(week / vaults.length) % parts) + 1 };
}

/** Days by which a vault's turn may be late: one that was missed, and a day. */
const graceDays = 8;

/** Returns the problems of rehearsals that a person has to look at. */
export function rehearsalComplaints(
  { since, last }: Rehearsals,
  vaults: readonly string[],
  now: Date,
): string[] {
  const days = vaults.length * 7 + graceDays;
  return vaults.flatMap((host) => {
    const rehearsal = last[host];
    if (rehearsal?.failed !== undefined)
      return [`the copy at ${host} did not come back on ${rehearsal.at.slice(0, 10)}: ${rehearsal.failed}`];
    const from = rehearsal?.at ?? since[host];
    return from !== undefined && now.getTime() - Date.parse(from) > days * dayMs
      ? [`the copy at ${host} was not brought back for ${days} days: its rehearsals do not end`]
      : [];
  });
}
