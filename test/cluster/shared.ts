import { execa } from "execa";
import { applicationOf } from "../../components/tenants/applications/list.ts";
import { type Cluster, openCluster } from "../../local/cluster/index.ts";
import { ipFamilies } from "../../local/cluster/network.ts";
import { runTasks } from "../../local/listing.ts";
import { pluginChoices } from "../../local/plugins/official.ts";
import { everyReference } from "../../local/recipes.ts";
import { localTasks, madeHere } from "../../local/tasks.ts";

/** The communes of all test files: each has a domain that no other file uses. */
const domains = [
  "villeurbanne.test",
  "albigny-sur-saone.test",
  "assos-villeurbanne.test",
  "chorale.assos-villeurbanne.test",
  "social-town.test",
  "wifi-town.test",
  "school-town.test",
  "upload-town.test",
  "bucket-town.test",
  "bron.test",
  "givors.test",
  "oullins.test",
  "relais.test",
  "dardilly.test",
  "ecully.test",
  "refuge-town.test",
  "chassieu.test",
  "genay.test",
  "solaize.test",
  "charly.test",
  "irigny.test",
  "mions.test",
  "millery.test",
  "vernaison.test",
  "feyzin.test",
  "corbas.test",
  "brindas.test",
  "messimy.test",
  "club-town.test",
  "assos-club-town.test",
  "chorale.assos-club-town.test",
  "life-town.test",
  "assos-life-town.test",
  "chorale.assos-life-town.test",
  "theatre.assos-life-town.test",
  "people-town.test",
  "registry-town.test",
  "assos-people-town.test",
];

/** Applications that no test of the cluster runs: `npm run campaign levels` brings their images itself. */
export const untested: readonly string[] = ["mediawiki", "spip"];

const leftOut = untested.flatMap((name) => applicationOf(name).images.map(({ reference }) => reference));

/** The images that the tests of the cluster run. */
export const testedReferences = everyReference.filter((reference) => !leftOut.includes(reference));

/** The one cluster of all test files, beside whatever the developer runs. */
export const sharedCluster = (): Cluster =>
  openCluster("test", { family: ipFamilies.find((family) => family === process.env.COMMUNE_IP_FAMILY) });

/** Whether the cluster is left up after the tests, so that the next run starts in seconds. */
export const isKept = (): boolean => Boolean(process.env.COMMUNE_KEEP_CLUSTER);

/**
 * Builds what is missing and brings the cluster up, or up to date where it runs. It and all that tests start may have
 * more memory before they collect it: most of them are written in Go, and processors are what the tests wait for.
 *
 * @param references of the images that it has to have.
 */
export async function bringUp(
  signal: AbortSignal,
  references: readonly string[] = testedReferences,
): Promise<void> {
  process.env.GOGC ??= "300";
  // Whose plugins are tested is no matter of what this machine happens to have: test/official sets it.
  const plugins = pluginChoices.find((choice) => choice === process.env.COMMUNE_PLUGINS) ?? "local";
  const images = madeHere(references);
  await runTasks(localTasks({ cluster: sharedCluster(), images, domains, plugins, signal }));
}

/** Set by `npm test`: other files run on this cluster afterwards, and it goes after these. */
export const anotherRunFollows = "COMMUNE_ANOTHER_RUN_FOLLOWS";

/** Ends the cluster and what it wrote, unless it is kept. */
export async function takeDown(): Promise<void> {
  if (!isKept() && !process.env[anotherRunFollows]) await sharedCluster().reset();
}

/** Deletes every commune that a test file left, failed ones among them, and waits until they are gone. */
export async function clear(): Promise<void> {
  await execa("kubectl", ["delete", "namespaces", "--selector", "commune.cloud/commune", "--timeout=10m"], {
    env: sharedCluster().environment,
  });
}
