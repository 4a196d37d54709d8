import { parseArgs } from "node:util";
import fc from "fast-check";
import { linkedServices } from "../../components/federation/descriptor.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { Citizen } from "../cluster/federation/citizen.ts";
import { Metropolis } from "../cluster/federation/metropolis.ts";

/** What each commune declares in a round: the peers that it federates with. */
type Declared = Record<string, string[]>;

/** The longest that a round may take to get where it should be, seconds: three runs of Nextcloud's jobs, twice. */
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
      ),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});

/** The state of each link as it should be shown: open when both declare it, waiting when one does. */
function due(id: string, declared: Declared): Record<string, string> {
  return Object.fromEntries(
    (declared[id] ?? []).map((peer) => [peer, declared[peer]?.includes(id) ? "accepted" : "waiting"]),
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
 * `npm run campaign:federation`: three communes on the local cluster, declared, parted and linked again at random,
 * brought up in random order while pods are killed. After each round every link must come to what both sides
 * declare, and where nobody is declared no trace of trust may be left.
 */
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "20" },
    cluster: { type: "string", default: "commune" },
  },
});
const cluster = openCluster(values.cluster);
const metropolis = new Metropolis(cluster, members);
const citizen = new Citizen(cluster, metropolis);
let failed = 0;
try {
  for (const id of ids) await metropolis.createStack(id);
  const rounds = fc.sample(round, { seed: Number(values.seed), numRuns: Number(values.count) });
  for (const [index, { declared, order, kills }] of rounds.entries()) {
    for (const id of ids)
      metropolis.declare(id, {
        with: "all",
        except: ids.filter((peer) => peer !== id && !declared[id]?.includes(peer)),
      });
    for (const id of order) {
      await metropolis.project.up(id);
      const kill = kills.shift();
      if (kill) await killPod(kill.id, kill.victim);
    }
    const started = Date.now();
    const wrong = await settle(declared);
    const seconds = Math.round((Date.now() - started) / 1000);
    const pairs = ids.map((id) => `${id}: ${declared[id]?.join(", ") || "nobody"}`).join("; ");
    console.log(
      `round ${index + 1}: ${pairs}; order ${order.join(" ")}; ${wrong.length === 0 ? `settled in ${seconds} s` : `NOT SETTLED: ${wrong.join("; ")}`}`,
    );
    failed += wrong.length === 0 ? 0 : 1;
  }
} finally {
  await citizen.close();
  for (const id of ids) await metropolis.project.pulumi(["destroy", "-s", id, "--yes", "--skip-preview"]);
  metropolis.remove();
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
    const wrong: string[] = [];
    for (const id of ids) {
      const [is, should] = [await shown(metropolis, id), due(id, declared)];
      const text = (states: Record<string, string>) => JSON.stringify(Object.entries(states).sort());
      if (text(is) !== text(should)) wrong.push(`${id} shows ${text(is)} instead of ${text(should)}`);
      if (!Object.values(should).includes("accepted")) {
        const left = await citizen.trust(id).catch((error: unknown) => [String(error)]);
        if (left.length > 0) wrong.push(`${id} still has ${left.join(", ")}`);
      }
    }
    if (wrong.length === 0 || Date.now() > end) return wrong;
    await new Promise((resolve) => setTimeout(resolve, 5000));
  }
}
