import { appendFileSync } from "node:fs";
import type { Language, Translated } from "../../../components/foundation/language/language.ts";
import { operatorGroup } from "../../../components/foundation/site/operator.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";
import { asksYes } from "../../ask.ts";
import { Kubectl } from "../../kubectl.ts";
import type { Reach } from "../../reach.ts";
import type { Ask } from "../../state.ts";
import { ask as askCluster } from "../ask.ts";
import { apiSettings } from "../findings.ts";
import { operatorFinding } from "../operator.ts";
import type { Evidence, Loss } from "./evidence.ts";
import { DatabaseTrial } from "./trial.ts";

/** Surroundings of a trial. */
export interface TrialOf {
  reach: Reach;
  /** Plain settings of the stack of the commune that is to run there; none without one. */
  settings: Readonly<Record<string, unknown>>;
  /** Undefined if nobody can be asked. */
  person: Ask | undefined;
  language: Language;
  report: (line: string) => void;
  /** File that the evidence is added to, a line of JSON. */
  file: string;
}

const powerOff = (node: string): Translated => ({
  en: `Switch the machine ${node} off now, at its plug, if it may be: everything on it stops. Is it off?`,
  fr: `Éteignez maintenant la machine ${node}, à la prise, si elle peut l’être : tout ce qu’elle porte s’arrête. Est-elle éteinte ?`,
});

/**
 * Tries PostgreSQL on several nodes, on a real cluster: one writer, while the server that takes its writes is killed,
 * deleted, ended, and its machine switched off by a person who says so. Everything is removed afterwards, also after
 * Ctrl-C, and what was seen is kept.
 *
 * Throws if the operator is not there, or if what was tried does not come back.
 */
export async function tryDatabase(of: TrialOf): Promise<Evidence> {
  const { reach, person, language, report, file } = of;
  const interrupted = new AbortController();
  const stop = () => interrupted.abort();
  // A second signal must not end the cleaning either.
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, stop);
  const kubectl = new Kubectl(reach.environment, reach.context, interrupted.signal);
  let trial: DatabaseTrial | undefined;
  try {
    const told = await askCluster(kubectl);
    const { level, said, settings = {} } = operatorFinding(told);
    if (level === "stops" || !told.apiGroups.includes(operatorGroup)) throw new Error(said[language]);
    const own = Object.entries(of.settings).filter(([key]) => key in siteSchema.shape);
    const site = siteOf(siteSchema.parse({ ...apiSettings(told), ...settings, ...Object.fromEntries(own) }));
    const operator = told.pods.find(({ labels }) => labels["app.kubernetes.io/name"] === "cloudnative-pg");
    trial = new DatabaseTrial(kubectl, site, report);
    await trial.open();
    const losses = await loseServers(trial, person, language);
    const evidence = await trial.evidence(losses, told.version, operator?.images.join(", ") ?? "");
    appendFileSync(file, `${JSON.stringify(evidence)}\n`);
    return evidence;
  } finally {
    const why = trial && (await kubectl.removeNamespace(trial.namespace));
    if (why !== undefined) report(`The namespace ${trial?.namespace} could not be removed: ${why}`);
    for (const signal of signals) process.off(signal, stop);
  }
}

async function loseServers(
  trial: DatabaseTrial,
  person: Ask | undefined,
  language: Language,
): Promise<Loss[]> {
  const losses = [
    await trial.lose("postmaster killed", (primary) => trial.killPostmaster(primary)),
    await trial.lose("pod deleted", (primary) => trial.deletePod(primary, true)),
    await trial.lose("pod ended", (primary) => trial.deletePod(primary, false)),
    await trial.lose(
      "node powered off",
      async (_, node) => (await asksYes(powerOff(node), language, person)) === true,
    ),
  ];
  return losses.flatMap((loss) => loss ?? []);
}
