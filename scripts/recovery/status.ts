import { dirname } from "node:path";
import { Command, Option } from "commander";
import { drillsOf, drillText } from "../../audit/drills/drills.ts";
import { texts } from "../../audit/words.ts";
import { keepersOf } from "../../components/commune/keepers.ts";
import type { CommunePlan } from "../../components/commune/planned.ts";
import type { Language } from "../../components/foundation/language/language.ts";
import { errorText } from "../../components/foundation/language/translated-error.ts";
import type { KeeperPlan } from "../../components/recovery/keeper/plan.ts";
import { hostsOf, newest } from "../../components/recovery/points/chain.ts";
import { pointId } from "../../components/recovery/points/head.ts";
import { metricsOf } from "../../programs/keeper/metrics.ts";
import { heard } from "../heard/heard.ts";
import { languageHere } from "../language.ts";
import { contextHelp, contextOf } from "../reach.ts";
import { seenKeeper, serverText } from "./keepers-seen.ts";
import { chainsOf, ordinary, planOf, type Surroundings } from "./points.ts";
import { latenessIn } from "./points-metrics.ts";
import { seenVaults, vaultMetrics, vaultText } from "./vaults-seen.ts";

/** Findings about one service, or about one application of an association: its newest restore point and who has it. */
interface FoundService {
  service: string;
  newest?: string;
  at?: readonly string[];
  /** Time at which the last run proved everything that a vault lists, ISO 8601, by host. */
  proved?: Readonly<Record<string, string>>;
  complaints: string[];
}

const phrases = {
  lastDrill: { fr: "dernier exercice", en: "last drill" },
  noDrill: { fr: "aucun", en: "none" },
  notCopied: {
    fr: (id: string) =>
      `${id} n’a aucune base de données copiée : écrivez d’abord recovery: { vaults: [<commune>] } (docs/recovery.md).`,
    en: (id: string) =>
      `${id} has no database that is copied: write recovery: { vaults: [<member>] } first (docs/recovery.md).`,
  },
  none: { fr: "il n’y a pas de point de restauration", en: "there is no restore point" },
  noPoint: {
    fr: (service: string) => `${service} : aucun point de restauration`,
    en: (service: string) => `${service}: no restore point`,
  },
  point: {
    fr: (service: string, id: string, where: string) =>
      `${service} : point de restauration ${id}, chez ${where}`,
    en: (service: string, id: string, where: string) => `${service}: restore point ${id}, at ${where}`,
  },
  nowhere: { fr: "aucun coffre", en: "no vault" },
  proved: { fr: (at: string) => `vérifié le ${at}`, en: (at: string) => `proved ${at}` },
} as const;

/** `commune recovery status`: how much would be lost now, and what a person has to look at. */
export function statusCommand(surroundings: Surroundings = ordinary): Command {
  return new Command("status")
    .description(
      "Say of each database server how much of it would be lost now, of each service and each application of an association its newest restore point, of each vault how it grows and when all of it was read last, and what is not well. Ends with 1 then. Changes nothing.",
    )
    .argument("<commune>", "id of the commune")
    .option("--context <name>", contextHelp)
    .addOption(new Option("--json", "print the result as JSON").conflicts("prometheus"))
    .option("--prometheus", "print what keepers and vaults say as Prometheus reads it")
    .action(async (id: string, options: { context?: string; json?: true; prometheus?: true }) => {
      const plan = planOf(surroundings, id);
      // Programs read English.
      const language = options.json || options.prometheus ? "en" : languageHere();
      const keepers = declaredKeepers(plan, id);
      const context = contextOf(id, options.context, dirname(surroundings.stacks));
      const [servers, services, vaults] = await Promise.all([
        Promise.all(keepers.map((keeper) => seenKeeper(surroundings, keeper, context, language))),
        foundServices(surroundings, plan, context, language),
        seenVaults(
          surroundings,
          id,
          plan.keptVaults.map(({ host }) => host),
          language,
        ),
      ]);
      const now = surroundings.now();
      const drill = drillsOf(surroundings.stacks, id).held.at(-1);
      if (options.json) {
        console.log(JSON.stringify({ servers, services, vaults, drill: drill ?? null }, undefined, 2));
      } else if (options.prometheus) {
        process.stdout.write(
          [
            ...servers.map(({ status }) => (status ? metricsOf(status, now) : "")),
            vaultMetrics(id, vaults),
          ].join(""),
        );
      } else {
        const text = [
          ...servers.map((each) => serverText(each, now, language)),
          ...services.map((each) => serviceText(each, language)),
          ...vaults.map((each) => vaultText(each, now, language)),
          texts.labelled[language](
            phrases.lastDrill[language],
            drill === undefined ? phrases.noDrill[language] : drillText(drill, language),
          ),
        ];
        console.log(text.join("\n"));
      }
      const all = [...servers, ...services, ...vaults];
      if (all.some(({ complaints }) => complaints.length > 0)) process.exitCode = 1;
    });
}

function declaredKeepers(plan: CommunePlan, id: string): KeeperPlan[] {
  const keepers = keepersOf(plan);
  if (keepers.length === 0 && plan.points.length === 0) {
    throw new Error(phrases.notCopied[languageHere()](id));
  }
  return keepers;
}

/** The newest point of each service that has some; contradictions are reported by `recovery points`. */
async function foundServices(
  surroundings: Surroundings,
  plan: CommunePlan,
  context: string | undefined,
  language: Language,
): Promise<FoundService[]> {
  const all = plan.points;
  if (all.length === 0) return [];
  try {
    const chains = await chainsOf(surroundings, plan, context === undefined ? {} : { context });
    return chains.map((each): FoundService => {
      const { service, chain, silent, proved, damaged, expiring } = each;
      const last = newest(chain);
      const late = latenessIn(plan, each, surroundings.now(), language);
      return {
        service,
        ...(last && { newest: pointId(last.head), at: hostsOf(last), proved }),
        complaints: [
          ...(last === undefined ? [phrases.none[language]] : []),
          ...(late === undefined ? [] : [late]),
          ...[damaged ?? [], expiring ?? []].flat().map((each) => heard(each, language)),
          ...[...chain.findings.map(({ sentence }) => sentence), ...silent].map((each) =>
            heard(each[language], language),
          ),
        ],
      };
    });
  } catch (error) {
    const why = heard(errorText(error, language), language);
    return all.map(({ service }) => ({ service, complaints: [why] }));
  }
}

function serviceText(
  { service, newest: last, at = [], proved = {}, complaints: wrong }: FoundService,
  language: Language,
): string {
  const where = at.map((host) =>
    proved[host] === undefined
      ? host
      : `${host} (${phrases.proved[language](proved[host].slice(0, 16).replace("T", " "))})`,
  );
  return [
    last === undefined
      ? phrases.noPoint[language](service)
      : phrases.point[language](service, last, where.join(", ") || phrases.nowhere[language]),
    ...wrong.map((line) => `  ! ${line}`),
  ].join("\n");
}
