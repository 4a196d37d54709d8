import { approvalLog } from "../../components/federation/approvals.ts";
import type { Kinds } from "../../components/federation/descriptor.ts";
import { remember } from "../../components/federation/memory.ts";
import { rememberPoints } from "../../components/federation/points.ts";
import type { DeclaredLink } from "../../components/federation/settings.ts";
import { alarmsOf, type FederationStatus, type PeerStatus } from "../../components/federation/status.ts";
import { converge } from "./converge.ts";
import type { Objects } from "./kubernetes.ts";
import type { PeerAnswer, Peers } from "./peers.ts";
import type { Service } from "./service.ts";
import { wantedOfAll } from "./wanted.ts";

/** Everything that a run works with. */
export interface Reconciler {
  id: string;
  domain: string;
  objects: Objects;
  peers: Pick<Peers, "find">;
  services: readonly Service[];
  /** Kinds of services that are known here. */
  kinds: Kinds;
  now: () => Date;
  /** Receives what is declared, before anything is done about it. */
  declared: (links: readonly DeclaredLink[]) => void;
  /** Receives every change of a link's state. */
  log: (line: string) => void;
}

/** The most peers that are asked at once. */
const atOnce = 8;

/**
 * Compares what is linked with what is declared, by both sides, and does what is missing.
 *
 * It may be stopped anywhere: whatever it opens is written down before, so that the next run knows what to undo.
 *
 * @returns what is so now, which is also saved when it is another, and whether all own services answered.
 */
export async function reconcile(
  reconciler: Reconciler,
): Promise<{ status: FederationStatus; complete: boolean }> {
  const { objects, services } = reconciler;
  const links = await objects.links();
  reconciler.declared(links);
  const before = (await objects.status()) ?? {};
  const findings = await findAll(reconciler, links, before);
  const status = nextStatus(reconciler, links, before, findings);
  let saved = JSON.stringify(before);
  const write = async () => {
    const now = JSON.stringify(status);
    if (now === saved) return;
    await objects.save(status);
    saved = now;
  };
  // Services converge side by side: one writes after the other, so that the last text is the last state.
  let writing = Promise.resolve();
  const save = () => {
    writing = writing.then(write);
    return writing;
  };
  const outcomes = await Promise.allSettled(
    services.map((service) =>
      converge(service, {
        ...wantedOfAll(reconciler, service, { links, findings, status }),
        status,
        save,
        now: reconciler.now,
      }),
    ),
  );
  // Not before all have ended: the next run must not meet one of this.
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  for (const [peer, { declared, services: states }] of Object.entries(status)) {
    if (!declared && Object.values(states).every(({ target }) => target === undefined)) delete status[peer];
  }
  await save();
  report(before, status, reconciler.log);
  return { status, complete: outcomes.every((outcome) => outcome.status === "fulfilled" && outcome.value) };
}

/** Asks the domain of every declared peer, and returns what was found. */
async function findAll(
  { id, domain: ownDomain, peers, kinds, now }: Reconciler,
  links: readonly DeclaredLink[],
  before: FederationStatus,
): Promise<Map<string, PeerAnswer>> {
  const findings = new Map<string, PeerAnswer>();
  const waiting = [...links];
  const others = [ownDomain, ...links.map(({ domain }) => domain)];
  const worker = async () => {
    for (let link = waiting.shift(); link !== undefined; link = waiting.shift()) {
      const { peer, domain, hosts = [], publicKey } = link;
      const known = before[peer];
      // A key that was seen first counts for the domain where it was seen.
      const first = known?.domain === domain ? known.firstKey : undefined;
      const sought = { peer, domain, hosts, others, key: publicKey ?? first, kinds };
      findings.set(peer, aboutUs(await peers.find(sought, now()), id));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return findings;
}

/**
 * Returns an answer without what its descriptor says of third parties: what sixty communes remember of sixty others is
 * more than everything else together.
 */
function aboutUs(answer: PeerAnswer, own: string): PeerAnswer {
  if (answer.is !== "peer") return answer;
  const { descriptor } = answer;
  const peers = descriptor.peers
    .filter(({ id }) => id === own)
    .map(({ id, domain, services }) => ({ id, domain, services }));
  return { ...answer, descriptor: { ...descriptor, peers } };
}

/** The status that a run begins with: every peer that is declared or of which something is left. */
function nextStatus(
  { now }: Reconciler,
  links: readonly DeclaredLink[],
  before: FederationStatus,
  findings: ReadonlyMap<string, PeerAnswer>,
): FederationStatus {
  const peers = [...new Set([...links.map(({ peer }) => peer), ...Object.keys(before)])].sort();
  return Object.fromEntries(
    peers.map((peer): [string, PeerStatus] => {
      const link = links.find((one) => one.peer === peer);
      const known = before[peer];
      const finding = findings.get(peer);
      const { name, domain } = link ?? known ?? { name: peer, domain: "" };
      const firstKey =
        link?.publicKey !== undefined ? undefined : known?.domain === domain ? known.firstKey : undefined;
      const key =
        firstKey ?? (link?.publicKey === undefined && finding?.is === "peer" ? finding.key : undefined);
      const seen = finding?.is === "peer" ? seenAt(known?.seen, now()) : known?.seen;
      const memory = memoryOf(known?.domain === domain ? known : undefined, finding, now());
      return [
        peer,
        {
          name,
          domain,
          declared: link !== undefined,
          ...(key === undefined ? {} : { firstKey: key }),
          ...(seen === undefined ? {} : { seen }),
          ...memory,
          ...(finding?.is === "silent"
            ? {
                silent: {
                  why: finding.why,
                  since: finding.since.toISOString(),
                  retry: finding.retry.toISOString(),
                },
              }
            : {}),
          services: structuredClone(known?.services ?? {}),
        },
      ];
    }),
  );
}

/**
 * Returns what is remembered of a peer's log of approvals and of its restore points: if it does not answer, what was
 * known before.
 */
function memoryOf(
  known: PeerStatus | undefined,
  finding: PeerAnswer | undefined,
  at: Date,
): Pick<PeerStatus, "approvals" | "alarm" | "points"> {
  const { approvals = [], alarm, points = {} } = known ?? {};
  const before = { heads: approvals, ...(alarm === undefined ? {} : { alarm }) };
  const said = finding?.is === "peer" ? finding.descriptor : undefined;
  const after = said === undefined ? before : remember(before, said.approvals, approvalLog, at);
  const pointsAfter = said === undefined ? points : rememberPoints(points, said.points ?? {}, at);
  return {
    ...(after.heads.length === 0 ? {} : { approvals: after.heads }),
    ...(after.alarm === undefined ? {} : { alarm: after.alarm }),
    ...(Object.keys(pointsAfter).length === 0 ? {} : { points: pointsAfter }),
  };
}

/** Time to the hour: a status that is otherwise equal is not written again for it. */
function seenAt(before: string | undefined, now: Date): string {
  return before !== undefined && now.getTime() - Date.parse(before) < 3_600_000 ? before : now.toISOString();
}

/** One line per link whose state is another than before. */
function report(before: FederationStatus, status: FederationStatus, log: (line: string) => void): void {
  for (const peer of new Set([...Object.keys(before), ...Object.keys(status)])) {
    const known = alarmsOf(before[peer] ?? {});
    for (const alarm of alarmsOf(status[peer] ?? {})) if (!known.includes(alarm)) log(`${peer}: ${alarm}`);
    const [was, is] = [before[peer]?.services ?? {}, status[peer]?.services ?? {}];
    for (const kind of new Set([...Object.keys(was), ...Object.keys(is)])) {
      const [from, to] = [was[kind], is[kind]];
      if (from?.state === to?.state && from?.why === to?.why) continue;
      log(`${peer} ${kind}: ${to?.state ?? "gone"}${to?.why ? ` (${to.why})` : ""}`);
    }
  }
}
