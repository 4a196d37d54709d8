import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import type { Kubectl } from "../kubectl.ts";
import { ask, nameServersAt } from "./ask.ts";
import { dnsSetting } from "./dns.ts";
import type { Facts, Trial } from "./facts.ts";
import { apiSettings } from "./findings.ts";
import { TwoPods } from "./trial.ts";

/**
 * All facts that a cluster gives, and that two pods find out in it. The pods and their namespace are removed before
 * this returns or throws, also when `kubectl`'s signal has ended what ran.
 *
 * @param image Node, as the nodes find it.
 * @param begins called with the namespace, before it is made.
 * @param stays called with the namespace if it could not be removed, and why.
 */
export async function factsOf(
  kubectl: Kubectl,
  {
    image,
    begins,
    stays,
  }: { image: string; begins: (namespace: string) => void; stays: (namespace: string, why: string) => void },
): Promise<Facts> {
  const told = await ask(kubectl);
  const pods = new TwoPods(kubectl, image);
  begins(pods.namespace);
  try {
    const opened = await pods.open();
    const seen = await pods.look();
    const nameServers = await nameServersAt(kubectl, seen.resolvers);
    const before: Trial = { ...opened, ...seen, nameServers, ...untried };
    // What is tried is what would be set.
    const dns = dnsSetting({ ...told, trial: before, trialProblem: undefined });
    const site = siteOf(siteSchema.parse({ ...apiSettings(told), ...(dns === undefined ? {} : { dns }) }));
    return { ...told, trial: { ...before, ...(await pods.close(opened, site)) }, trialProblem: undefined };
  } catch (error) {
    if (kubectl.interrupted) throw error;
    return {
      ...told,
      trial: undefined,
      trialProblem: error instanceof Error ? error.message : String(error),
    };
  } finally {
    const why = await kubectl.removeNamespace(pods.namespace);
    if (why !== undefined) stays(pods.namespace, why);
  }
}

const untried = {
  reaches: false,
  closesIngress: false,
  closesEgress: false,
  namesAnswer: false,
  apiAnswers: false,
};
