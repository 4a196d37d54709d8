import type { Language } from "../../foundation/language/language.ts";
import type { LockStatus, SeenStatus, VaultStatus } from "./settings.ts";

const dayMs = 24 * 3600 * 1000;

/** Span over which growth is measured, milliseconds: a week has each kind of day. */
const looksBackMs = 7 * dayMs;

/**
 * Longest time between two scrubs before somebody has to look, milliseconds. A vault is scrubbed once a day; two may
 * be missed.
 */
const readWithinMs = 3 * dayMs;

/** Returns the bytes by which a vault grows each day, over a week at most; undefined before a day has passed. */
export function growthPerDay({ usage = [], usedBytes }: VaultStatus, now: Date): number | undefined {
  const age = (at: string) => now.getTime() - Date.parse(at);
  const first = usage.find(({ at }) => age(at) <= looksBackMs + dayMs / 2);
  if (first === undefined || age(first.at) < dayMs) return undefined;
  return ((usedBytes - first.usedBytes) / age(first.at)) * dayMs;
}

/** Returns the days until a vault is full at its current growth; undefined if it does not grow. */
export function daysLeft(status: VaultStatus, now: Date): number | undefined {
  const growth = growthPerDay(status, now);
  if (growth === undefined || growth <= 0) return undefined;
  return Math.max(0, Math.floor((status.quotaBytes - status.usedBytes) / growth));
}

const phrases = {
  unknownLock: {
    fr: "ses clés ne peuvent pas demander comment l’espace verrouille ce qui y arrive",
    en: "its keys may not ask how its bucket locks what comes to it",
  },
  noVersions: {
    fr: "l’espace ne garde pas de versions : qui a ses clés peut supprimer toutes les copies d’un coup",
    en: "its bucket keeps no versions: whoever has its keys can delete every copy at once",
  },
  noLock: {
    fr: (mode: string | undefined) =>
      `l’espace ${mode === undefined ? "ne verrouille rien" : `verrouille en mode ${mode}, que son propriétaire peut lever`} : qui a ses clés peut supprimer toutes les copies d’un coup`,
    en: (mode: string | undefined) =>
      `its bucket ${mode === undefined ? "locks nothing" : `locks in the mode ${mode}, which its owner can lift`}: whoever has its keys can delete every copy at once`,
  },
  shortLock: {
    fr: (days: number, needed: number) =>
      `l’espace verrouille ce qui arrive pendant ${days} jours, et des copies sont gardées jusqu’à ${needed} jours`,
    en: (days: number, needed: number) =>
      `its bucket locks what comes for ${days} days, and copies are kept for up to ${needed}`,
  },
  quarantined: {
    fr: (count: number, first: string | undefined) =>
      `fichiers qui ne sont plus ce qu’ils étaient, en quarantaine : ${count}, dont ${first}`,
    en: (count: number, first: string | undefined) =>
      `${count} of its files are not what they were, and in quarantine: ${first}`,
  },
  unread: {
    fr: (since: string) => `son hôte n’a pas relu ses fichiers depuis le ${since}`,
    en: (since: string) => `its host has not read its files since ${since}`,
  },
  fullIn: {
    fr: (days: number) => `il est plein dans ${days} jours, au rythme d’aujourd’hui`,
    en: (days: number) => `it is full in ${days} days as it grows now`,
  },
} as const;

/** Returns why a thief with the keys to a bucket could delete copies before their last day; empty if none. */
export function lockComplaints(lock: LockStatus | undefined, language: Language = "en"): string[] {
  if (lock === undefined) return [phrases.unknownLock[language]];
  const { versioning, mode, days, neededDays } = lock;
  if (versioning !== "Enabled") return [phrases.noVersions[language]];
  if (mode !== "COMPLIANCE") return [phrases.noLock[language](mode)];
  return days >= neededDays ? [] : [phrases.shortLock[language](days, neededDays)];
}

/** Returns the problems of a vault that its guest has to look at. */
export function vaultComplaints(status: SeenStatus, now: Date, language: Language = "en"): string[] {
  if ("lock" in status) return lockComplaints(status.lock, language);
  const { scrub, quarantined } = status;
  const left = daysLeft(status, now);
  return [
    ...(quarantined.length > 0 ? [phrases.quarantined[language](quarantined.length, quarantined[0])] : []),
    ...(scrub !== undefined && now.getTime() - Date.parse(scrub.finished) > readWithinMs
      ? [phrases.unread[language](scrub.finished)]
      : []),
    ...(left !== undefined && left < 30 ? [phrases.fullIn[language](left)] : []),
  ];
}
