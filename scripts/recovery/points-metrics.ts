import type { CommunePlan } from "../../components/commune/planned.ts";
import type { Language } from "../../components/foundation/language/language.ts";
import { newest } from "../../components/recovery/points/chain.ts";
import type { ServiceChain } from "./points.ts";

/** Periods after which the newest point is late: a run takes a while, and a missed one is not made up for. */
const patience = 1.5;

type Plan = Pick<CommunePlan, "points" | "federation">;

/**
 * Returns why the newest point of a service is too old, in one line; undefined if it is not, or if there is none at
 * all.
 */
export function latenessIn(
  plan: Pick<CommunePlan, "points">,
  { service, chain }: Pick<ServiceChain, "service" | "chain">,
  now: Date,
  language: Language,
): string | undefined {
  const every = plan.points.find((each) => each.service === service)?.everySeconds;
  const takenAt = newest(chain)?.head.takenAt;
  if (every === undefined || takenAt === undefined) return undefined;
  const age = (now.getTime() - Date.parse(takenAt)) / 1000;
  if (age <= every * patience) return undefined;
  return phrases.late[language](hours(age), hours(every));
}

const phrases = {
  late: {
    fr: (age: number, every: number) =>
      `Le dernier point a ${age} h, et il est déclaré d’en prendre un toutes les ${every} h.`,
    en: (age: number, every: number) =>
      `The newest point is ${age} h old, and one every ${every} h is declared.`,
  },
} as const;

const hours = (seconds: number) => Math.round(seconds / 3600);

interface Value {
  vault?: string;
  value: number | undefined;
}

/** Metrics of the restore points of a commune for Prometheus. */
export function pointsMetrics(plan: Plan, chains: readonly ServiceChain[]): string {
  const { id } = plan.federation.settings;
  const plans = plan.points;
  const planOf = (service: string) => plans.find((each) => each.service === service);
  const metric = (name: string, help: string, of: (chain: ServiceChain) => Value[]) => {
    const rows = chains.flatMap((each) =>
      of(each).flatMap(({ vault, value }) => {
        const labels = [
          `commune="${id}"`,
          `service="${each.service}"`,
          ...(vault ? [`vault="${vault}"`] : []),
        ];
        return value === undefined ? [] : [`restore_points_${name}{${labels.join(",")}} ${value}\n`];
      }),
    );
    return rows.length === 0
      ? ""
      : `# HELP restore_points_${name} ${help}\n# TYPE restore_points_${name} gauge\n${rows.join("")}`;
  };
  return [
    metric("promised_seconds", "How long one is declared to be after the other.", ({ service }) => [
      { value: planOf(service)?.everySeconds },
    ]),
    metric("count", "Complete restore points, at one vault at least.", ({ chain }) => [
      { value: chain.points.filter(({ hosts }) => hosts.length > 0).length },
    ]),
    metric(
      "newest_seconds",
      "When the newest one that a vault has was taken, Unix time.",
      ({ service, chain }) =>
        (planOf(service)?.settings.vaults ?? []).map((vault) => {
          const last = chain.points.filter(({ hosts }) => hosts.includes(vault)).at(-1);
          return { vault, value: last && Date.parse(last.head.takenAt) / 1000 };
        }),
    ),
    metric("proved_seconds", "When all that a vault lists was proved there, Unix time.", ({ proved }) =>
      Object.entries(proved).map(([vault, at]) => ({ vault, value: Date.parse(at) / 1000 })),
    ),
    metric("damaged", "Whether the last run found a repository that is not whole.", ({ damaged }) => [
      { value: Number(damaged !== undefined) },
    ]),
    metric(
      "expiring",
      "Whether the last run found a bucket that removes old versions before points go.",
      ({ expiring }) => [{ value: Number(expiring !== undefined) }],
    ),
    metric("findings", "What does not fit together.", ({ chain }) => [{ value: chain.findings.length }]),
    metric("silent_vaults", "Vaults that say nothing.", ({ silent }) => [{ value: silent.length }]),
  ].join("");
}
