import type { ChainHead, Memory, RememberedChain } from "./memory.ts";
import { remember } from "./memory.ts";

/** The newest restore point of each service: the number of its points, and the hash of its head (docs/recovery.md). */
export type PointHeads = Record<string, ChainHead>;

/** Memory of a peer's restore points, by service. A service may be retired, and its points with it. */
export type PointsMemory = Record<string, Memory>;

/**
 * Returns the chain of a service's restore points at a peer: there is one an hour, of each service of each peer, and what is kept of all
 * has to fit one ConfigMap (decision 0371).
 */
const pointsOf = (service: string): RememberedChain => ({
  growth: 4,
  fewer: (last, now) => `its ${service} had ${last.count} restore points, and has ${now.count}`,
  other: ({ count }) => `restore point ${count} of its ${service} was another one`,
  unsaid: (last, now) =>
    `its ${service} had ${last.count} restore points, and has ${now.count}: whether the first ${last.count} are as they were is not said`,
});

/** Returns the memory of a peer's restore points after its descriptor was read. @param at when it was read. */
export function rememberPoints(memory: PointsMemory, now: PointHeads, at: Date): PointsMemory {
  const services = [...new Set([...Object.keys(memory), ...Object.keys(now)])].sort();
  return Object.fromEntries(
    services.map((service) => [
      service,
      remember(memory[service] ?? { heads: [] }, now[service], pointsOf(service), at),
    ]),
  );
}
