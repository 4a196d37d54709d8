import { texts } from "../../audit/words.ts";
import type { Language } from "../../components/foundation/language/language.ts";
import { daysLeft, growthPerDay, vaultComplaints } from "../../components/recovery/vault/growth.ts";
import { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import type { LockStatus, SeenStatus, VaultStatus } from "../../components/recovery/vault/settings.ts";
import { heard } from "../heard/heard.ts";
import type { Surroundings } from "./points.ts";

/** Findings about one vault: its own status, and what is not well. */
export interface SeenVault {
  host: string;
  status?: SeenStatus;
  /** Growth in bytes per day; absent before a day has passed. */
  growthBytesPerDay?: number;
  complaints: string[];
}

const phrases = {
  notOpened: {
    fr: (id: string) => `la pile ne dit pas comment l’ouvrir : npx pulumi up -s ${id}`,
    en: (id: string) => `the stack does not say how it is opened: npx pulumi up -s ${id}`,
  },
  silent: { fr: (why: string) => `il ne dit rien : ${why}`, en: (why: string) => `it says nothing: ${why}` },
  vault: { fr: (host: string) => `coffre chez ${host}`, en: (host: string) => `vault at ${host}` },
  usage: {
    fr: (used: string, quota: string) => `${used} Gio sur ${quota} Gio`,
    en: (used: string, quota: string) => `${used} GiB of ${quota} GiB`,
  },
  bucket: { fr: "un espace de stockage", en: "a bucket" },
  unlocked: {
    fr: "un espace de stockage, qui ne verrouille rien",
    en: "a bucket, which locks nothing",
  },
  locked: {
    fr: (days: number, mode: string) =>
      `un espace de stockage, qui verrouille ce qui arrive pendant ${days} jours, ${mode}`,
    en: (days: number, mode: string) => `a bucket, which locks what comes for ${days} days, ${mode}`,
  },
  notGrown: {
    fr: "on saura dans un jour comment il grossit",
    en: "how it grows is known after a day",
  },
  grows: {
    fr: (mebibytes: string) => `${mebibytes} Mio de plus par jour`,
    en: (mebibytes: string) => `${mebibytes} MiB more a day`,
  },
  room: {
    fr: (days: number) => `, de la place pour ${days} jours`,
    en: (days: number) => `, room for ${days} days`,
  },
  unread: { fr: "son hôte n’a pas encore tout relu", en: "its host has not read all of it yet" },
  read: {
    fr: (files: number, at: string, bad: number) =>
      `son hôte a relu tous les fichiers (${files}) le ${at}, dont ${bad} n’étaient plus ce qu’ils étaient`,
    en: (files: number, at: string, bad: number) =>
      `its host read all ${files} files on ${at}, ${bad} were not what they were`,
  },
} as const;

/** Asks each vault of a commune how full it is, how it grows, and when all of it was read last. */
export async function seenVaults(
  { outputsOf, fetch, now }: Pick<Surroundings, "outputsOf" | "fetch" | "now">,
  id: string,
  hosts: readonly string[],
  language: Language,
): Promise<SeenVault[]> {
  const accesses = await outputsOf(id).then(
    ({ vaults = {} }) => vaults,
    () => ({}) as NonNullable<Awaited<ReturnType<typeof outputsOf>>["vaults"]>,
  );
  return Promise.all(
    hosts.map(async (host): Promise<SeenVault> => {
      const access = accesses[host];
      if (access === undefined) {
        return {
          host,
          complaints: [phrases.notOpened[language](id)],
        };
      }
      try {
        const status = await new OpenVault(host, access, fetch).status();
        const growth = "lock" in status ? undefined : growthPerDay(status, now());
        return {
          ...{ host, status },
          ...(growth !== undefined && { growthBytesPerDay: Math.round(growth) }),
          complaints: vaultComplaints(status, now(), language),
        };
      } catch (error) {
        return { host, complaints: [phrases.silent[language](heard(reason(error), language))] };
      }
    }),
  );
}

/** `fetch` says "fetch failed", and its cause why. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

const gibibytes = (bytes: number) => (bytes / 1024 ** 3).toFixed(2);

/** `12.40 GiB of 93.75 GiB`. */
export const usage = (
  { usedBytes, quotaBytes }: Pick<VaultStatus, "usedBytes" | "quotaBytes">,
  language: Language,
) => phrases.usage[language](gibibytes(usedBytes), gibibytes(quotaBytes));

/** `a bucket, which locks what comes for 190 days, COMPLIANCE`. */
export const lockText = (lock: LockStatus | undefined, language: Language) =>
  lock === undefined
    ? phrases.bucket[language]
    : lock.mode === undefined
      ? phrases.unlocked[language]
      : phrases.locked[language](lock.days, lock.mode);
const mebibytes = (bytes: number) => (bytes / 1024 ** 2).toFixed(1);

/** `vault at bron: 12.40 GiB of 93.75 GiB, 120.0 MiB more a day …`, and a line for each complaint. */
export function vaultText(
  { host, status, growthBytesPerDay, complaints }: SeenVault,
  now: Date,
  language: Language,
): string {
  const wrong = complaints.map((line) => `  ! ${line}`);
  if (status === undefined) return [phrases.vault[language](host), ...wrong].join("\n");
  const labelled = (text: string) => texts.labelled[language](phrases.vault[language](host), text);
  if ("lock" in status) return [labelled(lockText(status.lock, language)), ...wrong].join("\n");
  const { scrub } = status;
  const left = daysLeft(status, now);
  const grows =
    growthBytesPerDay === undefined
      ? phrases.notGrown[language]
      : `${phrases.grows[language](mebibytes(growthBytesPerDay))}${left === undefined ? "" : phrases.room[language](left)}`;
  return [
    labelled(`${usage(status, language)}, ${grows}`),
    scrub === undefined
      ? `  ${phrases.unread[language]}`
      : `  ${phrases.read[language](scrub.files, scrub.finished.slice(0, 16).replace("T", " "), scrub.bad)}`,
    ...wrong,
  ].join("\n");
}

/** Returns the status of a neighbour's vault, which has usage and quota; undefined for a bucket. */
const roomIn = (status: SeenStatus | undefined) =>
  status === undefined || "lock" in status ? undefined : status;

/** Metrics of the vaults of a commune for Prometheus, as the commune itself sees them. */
export function vaultMetrics(commune: string, vaults: readonly SeenVault[]): string {
  const metric = (name: string, help: string, of: (vault: SeenVault) => number | undefined) => {
    const rows = vaults.flatMap((vault) => {
      const value = of(vault);
      return value === undefined
        ? []
        : [`recovery_vault_${name}{commune="${commune}",vault="${vault.host}"} ${value}\n`];
    });
    if (rows.length === 0) return "";
    return `# HELP recovery_vault_${name} ${help}\n# TYPE recovery_vault_${name} gauge\n${rows.join("")}`;
  };
  return [
    metric("answers", "Whether it answers its guest.", ({ status }) => Number(status !== undefined)),
    metric("used_bytes", "What is stored.", ({ status }) => roomIn(status)?.usedBytes),
    metric("quota_bytes", "What may be stored.", ({ status }) => roomIn(status)?.quotaBytes),
    metric("growth_bytes_per_day", "How much more is stored each day.", (vault) => vault.growthBytesPerDay),
    metric("scrub_finished_seconds", "When its host last read every file, Unix time.", ({ status }) =>
      status?.scrub === undefined ? undefined : Date.parse(status.scrub.finished) / 1000,
    ),
    metric(
      "quarantined_files",
      "Files that were not what their names say.",
      ({ status }) => status?.quarantined.length,
    ),
    metric("complaints", "What a person has to look at.", ({ complaints }) => complaints.length),
  ].join("");
}
