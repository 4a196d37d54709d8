import { setTimeout as sleep } from "node:timers/promises";
import { drillId } from "../../components/commune/drilled.ts";
import type { Translated } from "../../components/foundation/language/language.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { languageHere, spokenError } from "../language.ts";
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
  const attempt = async (what: Translated, command: Translated, work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      left.push(`${what[languageHere()]} ${spokenError(error)}. ${command[languageHere()]}`);
    }
  };
  const selector = `--selector=commune.cloud/commune=${copy}`;
  const deleting = ["delete", "namespaces", selector, "--ignore-not-found", "--wait=true", "--timeout=15m"];
  const again = {
    en: `Again: npx commune drill ${id} --clean`,
    fr: `De nouveau : npx commune drill ${id} --clean`,
  };
  await attempt({ en: "its namespaces:", fr: "ses espaces :" }, again, async () => {
    await surroundings.kubectl([...at, ...deleting]);
    const there = await namespacesOf(surroundings, copy, context);
    if (there.length > 0) throw stillThere(there);
  });
  await attempt(
    { en: "its volumes:", fr: "ses disques :" },
    {
      en: `They hold people's data: kubectl --context ${context ?? "<name>"} delete pv, and wipe what is behind.`,
      fr: `Ils contiennent les données de personnes : kubectl --context ${context ?? "<nom>"} delete pv, et effacez ce qu’il y a derrière.`,
    },
    async () => {
      const volumes = await volumesLeft(surroundings, at, copy);
      if (volumes.length > 0) throw stillThere(volumes);
    },
  );
  await attempt(
    { en: "its stack:", fr: "sa pile :" },
    {
      en: `By hand: npx pulumi stack rm --force ${copy}, and the seed out of stacks/Pulumi.${copy}.yaml`,
      fr: `À la main : npx pulumi stack rm --force ${copy}, et retirez la graine de stacks/Pulumi.${copy}.yaml`,
    },
    () => surroundings.copyOf(id, context).remove(),
  );
  return left;
}

const stillThere = (names: readonly string[]) =>
  new TranslatedError({
    en: `${names.join(", ")} are still there`,
    fr: `${names.join(", ")} : toujours là`,
  });

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
