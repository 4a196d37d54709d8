import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { DeclaredLink } from "../../components/federation/settings.ts";
import type { FederationStatus } from "../../components/federation/status.ts";
import { ask } from "../../components/foundation/program/request.ts";
import { linkedKinds } from "../../components/services/list.ts";
import { Peers } from "../../programs/federation/peers.ts";
import { reconcile } from "../../programs/federation/reconcile.ts";
import type { Service } from "../../programs/federation/service.ts";

/** Input that `measure.ts` gives this program, in a file. */
export interface LoopInput {
  id: string;
  domain: string;
  links: DeclaredLink[];
  /** Memory before the first run. */
  status: FederationStatus;
  /** Port at which every peer's descriptor is, by domain: `https://127.0.0.1:<port>/<domain>`. */
  port: number;
  authorityFile: string;
  runs: number;
}

/** Figures that the program measured. */
export interface LoopOutput {
  /** Processor time of one run when nothing changes, seconds. */
  cpuSeconds: number;
  /** Memory of its own after each run, MiB: without the pages of the programs that it runs. */
  ownMiB: number[];
  /** Length of the status, bytes. */
  statusBytes: number;
  /** All of its memory at most, MiB: with the pages of Node's own program, which is on every node once. */
  peakMiB: number;
  /** Links that are shown as open. */
  accepted: number;
}

const {
  id,
  domain,
  links,
  status: known,
  port,
  authorityFile,
  runs,
} = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as LoopInput;
const authority = readFileSync(authorityFile);

/** A service where everything is open at once. */
function openService(kind: Service["kind"]): Service {
  const open = { outgoing: "accepted", incoming: true } as const;
  return {
    kind,
    noun: kind,
    targetOf: ({ url, account }) => (kind === "microblog" ? account : new URL(url).host),
    observe: async (targets) => new Map(targets.map((target) => [target, open])),
    open: async () => {},
    keep: async () => {},
    close: async () => {},
  };
}

let saved = JSON.stringify(known);
const peers = new Peers((address) =>
  ask(`https://127.0.0.1:${port}/${new URL(address).host}`, { authority }),
);
const services = linkedKinds.map(openService);
const run = () =>
  reconcile({
    id,
    domain,
    objects: {
      links: async () => structuredClone(links),
      status: async () => JSON.parse(saved) as FederationStatus,
      save: async (status) => {
        saved = JSON.stringify(status);
      },
    },
    peers,
    services,
    kinds: linkedKinds,
    now: () => new Date(),
    declared: () => {},
    log: () => {},
  });

// The first runs open the links and warm the program.
for (let count = 0; count < 3; count += 1) await run();
const before = process.cpuUsage();
let status: FederationStatus = {};
const memory = (name: string) =>
  Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1024;
const ownMiB: number[] = [];
for (let count = 0; count < runs; count += 1) {
  ({ status } = await run());
  await sleep(500);
  ownMiB.push(memory("RssAnon"));
}
const { user, system } = process.cpuUsage(before);
const output: LoopOutput = {
  cpuSeconds: (user + system) / 1e6 / runs,
  ownMiB,
  statusBytes: Buffer.byteLength(saved),
  peakMiB: memory("VmHWM"),
  accepted: Object.values(status)
    .flatMap((peer) => Object.values(peer.services))
    .filter(({ state }) => state === "accepted").length,
};
console.log(JSON.stringify(output));
