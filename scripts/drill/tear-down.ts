import { setTimeout as sleep } from "node:timers/promises";
import { drillId } from "../../components/commune/drilled.ts";
import { namespacesOf } from "../relocate/cluster.ts";
import type { Surroundings } from "./prepare.ts";

/** A volume of a cluster, as kubectl prints it. */
interface Volume {
  metadata: { name: string };
  spec: { claimRef?: { namespace?: string } };
}

/** Times that volumes are looked for, two seconds apart: their provisioner removes them after their claims. */
const looks = 60;

/**
 * Takes a drilled copy away: its namespaces with all that is in them, its stack and the seed in that. Can be done again
 * when it was cut.
 *
 * @returns what is left, a sentence each, with the command that removes it.
 */
export async function tearDown(
  surroundings: Pick<Surroundings, "kubectl" | "copyOf">,
  id: string,
  context: string | undefined,
): Promise<string[]> {
  const copy = drillId(id);
  const at = context === undefined ? [] : [`--context=${context}`];
  const left: string[] = [];
  const attempt = async (what: string, command: string, work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      left.push(`${what}: ${error instanceof Error ? error.message : String(error)}. ${command}`);
    }
  };
  const selector = `--selector=commune.cloud/commune=${copy}`;
  const deleting = ["delete", "namespaces", selector, "--ignore-not-found", "--wait=true", "--timeout=15m"];
  const again = `Again: npx commune drill ${id} --clean`;
  await attempt("its namespaces", again, async () => {
    await surroundings.kubectl([...at, ...deleting]);
    const there = await namespacesOf(surroundings, copy, context);
    if (there.length > 0) throw new Error(`${there.join(", ")} are still there`);
  });
  await attempt(
    "its volumes",
    "They hold people's data: kubectl delete pv, and wipe what is behind.",
    async () => {
      const volumes = await volumesLeft(surroundings, at, copy);
      if (volumes.length > 0) throw new Error(`${volumes.join(", ")} are still there`);
    },
  );
  await attempt(
    "its stack",
    `By hand: npx pulumi stack rm --force ${copy}, and the seed out of stacks/Pulumi.${copy}.yaml`,
    () => surroundings.copyOf(id, context).remove(),
  );
  return left;
}

/** Volumes of a copy that its cluster still has after some time. */
async function volumesLeft(
  { kubectl }: Pick<Surroundings, "kubectl">,
  at: readonly string[],
  copy: string,
): Promise<string[]> {
  for (let more = looks; ; more -= 1) {
    const { items } = JSON.parse(await kubectl([...at, "get", "persistentvolumes", "--output=json"])) as {
      items: Volume[];
    };
    const left = items.filter(({ spec }) => spec.claimRef?.namespace?.startsWith(`${copy}-`));
    if (left.length === 0 || more <= 0) return left.map(({ metadata }) => metadata.name);
    await sleep(2000);
  }
}
