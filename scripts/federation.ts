import { Command } from "commander";
import { execa } from "execa";
import { noDescriptor } from "../components/federation/reason.ts";
import {
  alarmsOf,
  type FederationStatus,
  type PeerStatus,
  type ServiceLink,
  statusKey,
  statusName,
} from "../components/federation/status.ts";
import type { Translated } from "../components/foundation/language/language.ts";
import { linkedKinds } from "../components/services/list.ts";
import { spoken } from "./language.ts";
import { contextHelp, type Reach, reachOf } from "./reach.ts";

/** `2 h`, `3 min`: how long until or since a moment, in the largest unit that says something. */
function span(milliseconds: number): string {
  const minutes = Math.max(0, Math.round(milliseconds / 60_000));
  if (minutes < 1) return spoken({ en: "less than a minute", fr: "moins d’une minute" });
  if (minutes < 120) return `${minutes} min`;
  return minutes < 48 * 60
    ? `${Math.round(minutes / 60)} h`
    : `${Math.round(minutes / 1440)} ${spoken({ en: "days", fr: "jours" })}`;
}

const states: Readonly<Record<ServiceLink["state"], Translated>> = {
  accepted: { en: "accepted", fr: "ouvert" },
  pending: { en: "pending", fr: "demandé" },
  waiting: { en: "waiting", fr: "en attente" },
  closing: { en: "closing", fr: "se ferme" },
  refused: { en: "refused", fr: "refusé" },
  absent: { en: "absent", fr: "absent" },
};

const stateText = (state: ServiceLink["state"] | undefined) =>
  state === undefined ? "-" : spoken(states[state]);

/** Text of the last column: since when all is open, or what each service is waiting for. */
function remark({ silent, services }: PeerStatus, now: Date): string {
  const links = Object.entries(services);
  const reasons = silent
    ? [
        spoken({
          en: `${noDescriptor} for ${span(now.getTime() - Date.parse(silent.since))} (${silent.why}), asked again in ${span(Date.parse(silent.retry) - now.getTime())}`,
          fr: `${noDescriptor} depuis ${span(now.getTime() - Date.parse(silent.since))} (${silent.why}), redemandé dans ${span(Date.parse(silent.retry) - now.getTime())}`,
        }),
      ]
    : [
        ...new Set(
          links.flatMap(([service, { state, why }]) =>
            why
              ? [`${labelOf(links, service, why)}${spoken(why)}`]
              : state === "closing"
                ? [spoken({ en: `${service}: being closed`, fr: `${service} : en cours de fermeture` })]
                : [],
          ),
        ),
      ];
  const since = links
    .map(([, link]) => link.since)
    .sort()
    .at(-1);
  return reasons.length > 0 ? reasons.join("; ") : (since?.slice(0, 10) ?? "");
}

/** The service that a reason is about, unless it is the same for all of them. */
function labelOf(links: readonly [string, ServiceLink][], service: string, why: string): string {
  return links.length > 1 && links.every(([, link]) => link.why === why) ? "" : `${service}: `;
}

/** A commune's links as a table: one line per peer. */
export function federationText(id: string, status: FederationStatus, now: Date): string {
  const peers = Object.entries(status);
  if (peers.length === 0)
    return spoken({ en: `${id} declares no links.`, fr: `${id} ne déclare aucun lien.` });
  const rows = [
    ["", ...linkedKinds, spoken({ en: "since", fr: "depuis" })],
    ...peers.map(([peer, found]) => [
      peer,
      ...linkedKinds.map((service) => stateText(found.services[service]?.state)),
      `${found.declared ? "" : spoken({ en: "no longer declared; ", fr: "n’est plus déclarée ; " })}${remark(found, now)}`,
    ]),
  ];
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length))) ?? [];
  const unpinned = peers.filter(([, { firstKey }]) => firstKey !== undefined);
  return [
    ...rows.map((row) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd((widths[column] ?? 0) + 2)))
        .join("")
        .trimEnd(),
    ),
    ...peers.flatMap(([peer, known]) => alarmsOf(known).map((alarm) => spoken(`✘ ${peer}: ${alarm}`))),
    ...(unpinned.length > 0
      ? [
          "",
          spoken({
            en: "Known by the first key seen at their domain. Compare it with its commune, then write it in stacks/federation.yaml:",
            fr: "Connues par la première clé vue à leur domaine. Comparez-la avec leur commune, puis écrivez-la dans stacks/federation.yaml :",
          }),
          ...unpinned.map(([peer, { firstKey }]) => `  ${peer}: publicKey: ${firstKey}`),
        ]
      : []),
  ].join("\n");
}

/** Whether every link that both sides declare is open, and no peer has lost a line of its log or a restore point. */
export function isSettled(status: FederationStatus): boolean {
  return Object.values(status).every(
    (peer) =>
      alarmsOf(peer).length === 0 &&
      Object.values(peer.services).every(({ state }) => ["accepted", "waiting", "absent"].includes(state)),
  );
}

/** Status of a commune's links according to its reconciler, read from its cluster. Throws while there is none. */
export async function readStatus(id: string, { environment, context }: Reach): Promise<FederationStatus> {
  const { exitCode, stdout, stderr } = await execa(
    "kubectl",
    [
      ...(context ? [`--context=${context}`] : []),
      ...["get", "configmap", statusName, `--namespace=${id}-federation`, "--output=json"],
    ],
    { env: environment, reject: false },
  );
  if (exitCode !== 0) {
    throw new Error(
      /NotFound/.test(stderr)
        ? spoken({
            en: `${id} has no federation status on this cluster yet. Bring it up with: npx pulumi up -s ${id}`,
            fr: `${id} n’a pas encore d’état de fédération sur ce cluster. Faites-la tourner : npx pulumi up -s ${id}`,
          })
        : spoken({
            en: `The cluster does not tell the status of ${id}: ${stderr.trim()}`,
            fr: `Le cluster ne dit pas l’état de ${id} : ${stderr.trim()}`,
          }),
    );
  }
  const { data } = JSON.parse(stdout) as { data: Record<string, string> };
  return JSON.parse(data[statusKey] ?? "{}") as FederationStatus;
}

/** `commune federation status <id>`: who federates with whom. */
export function federationCommand(): Command {
  const federation = new Command("federation").description(
    "Say which links of a commune are open, and why others are not.",
  );
  federation
    .command("status")
    .description("Print every link of a commune. Exit code 1 while one that both sides declare is not open.")
    .argument("<commune>", "id of the commune")
    .option("--context <name>", contextHelp)
    .option("--json", "print the status as JSON")
    .action(async (id: string, { context, json }: { context?: string; json?: true }) => {
      const status = await readStatus(id, reachOf(id, context));
      console.log(json ? JSON.stringify(status, undefined, 2) : federationText(id, status, new Date()));
      if (!isSettled(status)) process.exitCode = 1;
    });
  return federation;
}
