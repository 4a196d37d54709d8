import { type Answers, counted, keptDays, type Series } from "../../components/federation/answers.ts";
import { approvalLog } from "../../components/federation/approvals.ts";
import { type Memory, remember } from "../../components/federation/memory.ts";
import { type PointsMemory, rememberPoints } from "../../components/federation/points.ts";
import type { FederationStatus } from "../../components/federation/status.ts";

const hours = 24 * 366;
const since = "2026-12-01T00:00:00.000Z";
const hashOf = (count: number) => `sha256:${count.toString(16).padStart(64, "0")}`;
const after = (hour: number) => new Date(Date.parse(since) + hour * 3_600_000);

/** Memory of a log that got a line each week for some years. */
function agedLog(years: number): Memory {
  let memory: Memory = { heads: [] };
  for (let count = 1; count <= years * 52; count += 1) {
    const now = { count, head: hashOf(count), before: [hashOf(count - 1)] };
    memory = remember(memory, now, approvalLog, after(count * 7 * 24));
  }
  return memory;
}

/** Memory of restore points that were made each hour for some years. */
function agedPoints(services: readonly string[], years: number): PointsMemory {
  let memory: PointsMemory = {};
  for (let count = 1; count <= years * hours; count += 1)
    memory = rememberPoints(memory, { one: { count, head: hashOf(count) } }, after(count));
  return Object.fromEntries(services.map((service) => [service, memory.one ?? { heads: [] }]));
}

/** A peer, as far as its age shows. */
interface Aged {
  id: string;
  domain: string;
}

/** The status of a commune that has been linked with others for some years, each with restore points of some services. */
export function agedStatus(
  peers: readonly Aged[],
  { years, pointsOf, kinds }: { years: number; pointsOf: readonly string[]; kinds: readonly string[] },
): FederationStatus {
  const { heads } = agedLog(years);
  const points = agedPoints(pointsOf, years);
  const link = { state: "accepted" as const, since };
  const each = peers.map(({ id, domain }): [string, FederationStatus[string]] => [
    id,
    {
      ...{ name: id, domain, declared: true, seen: since, approvals: heads },
      firstKey: "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
      points,
      services: Object.fromEntries(kinds.map((kind) => [kind, { ...link, target: `${kind}.${domain}` }])),
    },
  ]);
  return Object.fromEntries(each);
}

/** Answers that a commune has seen for as long as it keeps them. */
export function agedAnswers(peers: readonly Aged[], kinds: readonly string[]): Answers {
  const series = (url: string): Series => {
    let known: Series | undefined;
    for (let day = 0; day < keptDays; day += 1)
      known = counted(known, url, true, new Date(Date.parse(since) + day * 24 * 3_600_000));
    // A question each five minutes.
    return {
      ...(known ?? counted(undefined, url, true, new Date(since))),
      days: Array(keptDays).fill([288, 288]),
    };
  };
  const of = ({ domain }: Aged) => ({
    domain,
    services: Object.fromEntries(kinds.map((kind) => [kind, series(`https://${kind}.${domain}`)])),
  });
  return {
    ...{ version: 1, id: "villeurbanne", measured: since, seenBy: {} },
    own: {},
    linked: Object.fromEntries(peers.map((peer) => [peer.id, of(peer)])),
  };
}
