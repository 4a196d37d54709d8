import type { Language } from "../../components/foundation/language/language.ts";
import { errorText } from "../../components/foundation/language/translated-error.ts";
import { type KeeperPlan, keeperService } from "../../components/recovery/keeper/plan.ts";
import {
  type KeeperStatus,
  spoolFiles,
  spoolFolder,
  type VaultSeen,
} from "../../components/recovery/keeper/settings.ts";
import { complaints, dumpEverySeconds, reachedSeconds } from "../../components/recovery/keeper/status.ts";
import type { Rehearsal } from "../../components/recovery/rehearsal/rehearsal.ts";
import { heard } from "../heard/heard.ts";
import type { Surroundings } from "./points.ts";

/** Findings about one server: the status of its keeper, or why there is none. */
export interface SeenKeeper {
  server: string;
  status?: KeeperStatus;
  complaints: string[];
}

const phrases = {
  quiet: {
    fr: (seconds: number) => `le gardien n’a rien dit depuis ${seconds} s`,
    en: (seconds: number) => `the keeper has said nothing for ${seconds} s`,
  },
  silent: {
    fr: (why: string) => `le gardien ne dit rien : ${why}`,
    en: (why: string) => `the keeper says nothing: ${why}`,
  },
  none: {
    fr: (server: string) => `${server} : rien ne peut être restauré`,
    en: (server: string) => `${server}: nothing can be restored`,
  },
  lost: {
    fr: (server: string, seconds: number, promised: number) =>
      `${server} : ${seconds} s seraient perdues maintenant, ${promised} s sont promises`,
    en: (server: string, seconds: number, promised: number) =>
      `${server}: ${seconds} s would be lost now, ${promised} s are promised`,
  },
  until: {
    fr: (until: string, end: string, shipment: number) =>
      `n’importe quel moment jusqu’au ${until} (${end}, envoi ${shipment})`,
    en: (until: string, end: string, shipment: number) =>
      `any moment until ${until} (${end}, shipment ${shipment})`,
  },
  whole: {
    fr: (ended: string, generation: string) => `dernière copie complète le ${ended}, dans ${generation}`,
    en: (ended: string, generation: string) => `last whole copy ${ended}, in ${generation}`,
  },
  dump: {
    fr: (database: string, at: string, tables: number) =>
      `dernière copie de ${database} le ${at}, ${tables} tables`,
    en: (database: string, at: string, tables: number) => `last dump of ${database} ${at}, ${tables} tables`,
  },
  unread: { fr: ", personne ne le lit", en: ", nobody receives" },
  spool: {
    fr: (used: string, limit: string) => `réserve ${used} sur ${limit}`,
    en: (used: string, limit: string) => `spool ${used} of ${limit}`,
  },
  gap: {
    fr: (from: string, to: string | undefined, reason: string) =>
      `rien entre le ${from} et ${to ?? "maintenant"} : ${reason}`,
    en: (from: string, to: string | undefined, reason: string) =>
      `nothing between ${from} and ${to ?? "now"}: ${reason}`,
  },
  unproved: {
    fr: (host: string) => `chez ${host}, aucune copie n’est vérifiée`,
    en: (host: string) => `at ${host} no copy is proved`,
  },
  proved: {
    fr: (host: string, until: string | undefined, proved: string) =>
      `chez ${host}, n’importe quel moment jusqu’à ${until ?? "la dernière copie"}, vérifié le ${proved}`,
    en: (host: string, until: string | undefined, proved: string) =>
      `at ${host} any moment until ${until ?? "the last dump"}, proved ${proved}`,
  },
  rehearsed: {
    fr: (at: string, seconds: number) => `, restauré pour essai le ${at} en ${seconds} s`,
    en: (at: string, seconds: number) => `, brought back ${at} in ${seconds} s`,
  },
} as const;

/** Asks the keeper of a server in the cluster. */
export async function seenKeeper(
  { kubectl, now }: Pick<Surroundings, "kubectl" | "now">,
  { commune, server }: KeeperPlan,
  context: string | undefined,
  language: Language,
): Promise<SeenKeeper> {
  try {
    const text = await kubectl([
      ...(context ? [`--context=${context}`] : []),
      ...[`--namespace=${commune}-${keeperService(server)}`, "exec", "keeper-0", "--container=ship"],
      ...["--", "cat", `${spoolFolder}/${spoolFiles.status}`],
    ]);
    const status = JSON.parse(text) as KeeperStatus;
    const silent = (now().getTime() - Date.parse(status.at)) / 1000;
    const late = silent > status.rpoSeconds ? [phrases.quiet[language](Math.round(silent))] : [];
    return {
      server,
      status,
      complaints: [...late, ...complaints(status, now()).map((each) => heard(each, language))],
    };
  } catch (error) {
    const why = heard(errorText(error, language), language).split("\n").slice(0, 2).join(" ");
    return { server, complaints: [phrases.silent[language](why)] };
  }
}

/** `database: 12 s would be lost, 300 s are promised …`, and a line for each complaint. */
export function serverText(
  { server, status, complaints: wrong }: SeenKeeper,
  now: Date,
  language: Language,
): string {
  const reached = status && reachedSeconds(status, now);
  const promised = status?.method === "log" ? status.rpoSeconds : dumpEverySeconds;
  const head =
    reached === undefined
      ? phrases.none[language](server)
      : phrases.lost[language](server, Math.round(reached), promised);
  const { shipped, base, slot, dumps = [], gaps = [], spool, vaults = [], rehearsals } = status ?? {};
  return [
    head,
    ...(shipped ? [`  ${phrases.until[language](shipped.until, shipped.end, shipped.sequence)}`] : []),
    ...vaults.map((vault) => vaultLine(vault, rehearsals?.last[vault.host], language)),
    ...(base ? [`  ${phrases.whole[language](base.ended, base.generation)}`] : []),
    ...dumps.map(({ database, at, tables }) => `  ${phrases.dump[language](database, at, tables)}`),
    ...(slot ? [`  slot ${slot.status}${slot.isActive ? "" : phrases.unread[language]}`] : []),
    ...(spool
      ? [`  ${phrases.spool[language](mebibytes(spool.usedBytes), mebibytes(spool.limitBytes))}`]
      : []),
    ...gaps.flatMap(({ from, to, reason }) =>
      from === undefined ? [] : [`  ${phrases.gap[language](from, to, heard(reason, language))}`],
    ),
    ...wrong.map((line) => `  ! ${line}`),
  ].join("\n");
}

/** `  at bron any moment until …, proved 2026-11-26 20:12, brought back 2026-11-22 04:31 in 61 s`. */
function vaultLine(
  { host, proved, until }: VaultSeen,
  rehearsal: Rehearsal | undefined,
  language: Language,
): string {
  const minute = (text: string) => text.slice(0, 16).replace("T", " ");
  const rehearsed =
    rehearsal === undefined || rehearsal.failed !== undefined
      ? ""
      : phrases.rehearsed[language](minute(rehearsal.at), rehearsal.seconds);
  if (proved === undefined) return `  ${phrases.unproved[language](host)}${rehearsed}`;
  return `  ${phrases.proved[language](host, until, minute(proved))}${rehearsed}`;
}

const mebibytes = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MiB`;
