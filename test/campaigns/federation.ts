import { parseArgs } from "node:util";
import fc from "fast-check";
import { linkedServices } from "../../components/federation/descriptor.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { runTasks } from "../../local/listing.ts";
import { localTasks } from "../../local/tasks.ts";
import { Citizen, openLinks } from "../cluster/federation/citizen.ts";
import { Metropolis } from "../cluster/federation/metropolis.ts";

/** What each commune declares in a round: the peers that it federates with. */
type Declared = Record<string, string[]>;

/** The longest that a round may take to get where it should be, seconds. */
const patience = 600;

const members = [
  { id: "bron", insee: "69029", domain: "bron.test" },
  { id: "givors", insee: "69091", domain: "givors.test" },
  { id: "oullins", insee: "69149", domain: "oullins.test" },
];
const ids = members.map(({ id }) => id);

/** One round: who declares whom, in which order stacks are brought up, and which pods are killed meanwhile. */
const round = fc.record({
  declared: fc.record(
    Object.fromEntries(ids.map((id) => [id, fc.subarray(ids.filter((peer) => peer !== id))])),
  ),
  order: fc.shuffledSubarray(ids, { minLength: ids.length }),
  kills: fc.array(
    fc.record({
      id: fc.constantFrom(...ids),
      victim: fc.constantFrom(
        ["federation", "reconciler"],
        ["nextcloud", "web"],
        ["mastodon", "web"],
        ["mastodon", "sidekiq"],
        ["peertube", "web"],
        ["database", "server"],
      ),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});

/** The peers that a commune is linked with: both declare it. */
function linked(id: string, declared: Declared): string[] {
  return (declared[id] ?? []).filter((peer) => declared[peer]?.includes(id));
}

/** The state of each link as it should be shown: open when both declare it, waiting when one does. */
function due(id: string, declared: Declared): Record<string, string> {
  const open = linked(id, declared);
  return Object.fromEntries(
    (declared[id] ?? []).map((peer) => [peer, open.includes(peer) ? "accepted" : "waiting"]),
  );
}

/** The state that a commune shows of each link, when it is the same for every service. */
async function shown(metropolis: Metropolis, id: string): Promise<Record<string, string>> {
  const status = await metropolis.status(id).catch(() => ({}));
  return Object.fromEntries(
    Object.entries(status).map(([peer, { services }]) => {
      const states = new Set(linkedServices.map((service) => services[service]?.state ?? "none"));
      return [peer, states.size === 1 ? ([...states][0] ?? "") : [...states].join("/")];
    }),
  );
}

/**
 * `npm run campaign:federation`: three communes on a local cluster of their own, declared, parted and linked again at random,
 * brought up in random order while pods are killed. After each round every link must be shown as what both sides
 * declare, and the services must trust and follow exactly those that are linked, and nobody else.
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
await runTasks(localTasks({ cluster, domains, signal: new AbortController().signal }));
const metropolis = new Metropolis(cluster, members);
const citizen = new Citizen(cluster, metropolis);
let failed = 0;
try {
  for (const id of ids) await metropolis.createStack(id);
  const rounds = fc.sample(round, { seed: Number(values.seed), numRuns: Number(values.count) });
  let before: Declared = {};
  for (const [index, { declared, order, kills }] of rounds.entries()) {
    const began = Date.now();
    const killed: string[] = [];
    for (const id of ids)
      metropolis.declare(id, {
        with: "all",
        except: ids.filter((peer) => peer !== id && !declared[id]?.includes(peer)),
        period: "10 seconds",
      });
    for (const [place, id] of order.entries()) {
      // What is declared as before has nothing to bring up.
      if (before[id]?.join() !== declared[id]?.join()) await metropolis.project.up(id);
      const kill = kills[place];
      if (kill === undefined) continue;
      await killPod(kill.id, kill.victim);
      killed.push(`${kill.id}'s ${kill.victim.join(" ")}`);
    }
    before = declared;
    const started = Date.now();
    const wrong = await settle(declared);
    const seconds = (from: number) => Math.round((Date.now() - from) / 1000);
    const pairs = ids.map((id) => `${id}: ${declared[id]?.join(", ") || "nobody"}`).join("; ");
    const end =
      wrong.length === 0
        ? `settled ${seconds(started)} s after the last up, ${seconds(began)} s in all`
        : `NOT SETTLED: ${wrong.join("; ")}`;
    console.log(
      `round ${index + 1}: ${pairs}; up: ${order.join(", ")}; killed: ${killed.join(", ")}; ${end}`,
    );
    failed += wrong.length === 0 ? 0 : 1;
  }
} finally {
  await citizen.close();
  for (const id of ids) await metropolis.project.pulumi(["destroy", "-s", id, "--yes", "--skip-preview"]);
  metropolis.remove();
  if (!process.env.COMMUNE_KEEP_CLUSTER) await cluster.reset();
}
if (failed > 0) process.exitCode = 1;

/** Kills the pods of a workload at once, when there are any yet. */
async function killPod(id: string, [service, component]: readonly string[]): Promise<void> {
  await metropolis.kubectl(
    ...["-n", `${id}-${service}`, "delete", "pods", "--ignore-not-found", "--grace-period=0", "--force"],
    ...["--wait=false", `--selector=app.kubernetes.io/component=${component}`],
  );
}

/** Waits until everything is as declared; gives what is not. */
async function settle(declared: Declared): Promise<string[]> {
  const end = Date.now() + patience * 1000;
  for (;;) {
    // A pod that was just killed runs none: the next turn does.
    await Promise.all(ids.map((id) => metropolis.runJobs(id).catch(() => undefined)));
    const wrong = (await Promise.all(ids.map((id) => notAsDeclared(id, declared)))).flat();
    if (wrong.length === 0 || Date.now() > end) return wrong;
    await new Promise((resolve) => setTimeout(resolve, 3000));
  }
}

/** What of a commune is not as both sides declare, in its status and in its services. */
async function notAsDeclared(id: string, declared: Declared): Promise<string[]> {
  const text = (states: Record<string, string>) => JSON.stringify(Object.entries(states).sort());
  const [is, should] = [text(await shown(metropolis, id)), text(due(id, declared))];
  if (is !== should) return [`${id} shows ${is} instead of ${should}`];
  const trust = await citizen.trust(id).catch((error: unknown) => [String(error)]);
  const open = openLinks(linked(id, declared));
  return trust.join() === open.join()
    ? []
    : [`${id} has ${trust.join(", ") || "nothing"} instead of ${open.join(", ") || "nothing"}`];
}
