import { parseArgs } from "node:util";
import { linkedKinds } from "../../components/services/list.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { runTasks } from "../../local/listing.ts";
import { everyReference } from "../../local/recipes.ts";
import { localTasks, madeHere } from "../../local/tasks.ts";
import { Citizen } from "../cluster/federation/citizen.ts";
import { Metropolis, smallServices } from "../cluster/federation/metropolis.ts";
import { askForLessProcessor } from "../cluster/less-processor.ts";
import { drawRounds, Rounds, type Workload } from "./federation/rounds.ts";

const members = [
  { id: "bron", insee: "69029", domain: "bron.test" },
  { id: "givors", insee: "69091", domain: "givors.test" },
  { id: "oullins", insee: "69149", domain: "oullins.test" },
];

/** Images that the communes' pods run. */
const needed =
  /\/(postgres:17|valkey|nginx-unprivileged|node|nextcloud|mastodon|mastodon-streaming|peertube)[:.]/;

/** Workloads whose pods are killed. */
const victims: readonly Workload[] = [
  ["federation", "reconciler"],
  ["nextcloud", "web"],
  ["mastodon", "web"],
  ["mastodon", "sidekiq"],
  ["peertube", "web"],
  ["database", "server"],
];

/**
 * `npm run campaign federation`: three communes with all their services, in random rounds. On a local cluster of
 * their own. Two communes with one service play some of them in CI: test/cluster/federation-stacks.test.ts.
 *
 * Nextcloud's background jobs run every few seconds here instead of once a minute, and the period is the shortest
 * that can be declared: what is waited for is the same, and comes sooner.
 */
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "20" },
    cluster: { type: "string", default: "federation" },
  },
});
const cluster = openCluster(values.cluster);
const domains = members.map(({ domain }) => domain);
const { signal } = new AbortController();
const images = madeHere(everyReference.filter((name) => needed.test(name)));
await runTasks(localTasks({ cluster, domains, images, plugins: "local", signal }));
const metropolis = new Metropolis(cluster, members);
const citizen = new Citizen(cluster, metropolis);
const { ids } = metropolis;
let failed = 0;
try {
  await askForLessProcessor(cluster.environment, { operator: "In", values: ids });
  for (const id of ids) await metropolis.createStack(id);
  const campaign = new Rounds(metropolis, citizen, smallServices, linkedKinds);
  const rounds = drawRounds(ids, victims, { seed: Number(values.seed), count: Number(values.count) });
  for (const [index, round] of rounds.entries()) {
    const { wrong, text } = await campaign.play(round);
    console.log(`round ${index + 1}: ${text}`);
    failed += wrong.length === 0 ? 0 : 1;
  }
} finally {
  await citizen.close();
  for (const id of ids) await metropolis.project.pulumi(["destroy", "-s", id, "--yes"]);
  metropolis.remove();
  if (!process.env.COMMUNE_KEEP_CLUSTER) await cluster.reset();
}
if (failed > 0) process.exitCode = 1;
