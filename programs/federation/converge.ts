import { reasonOf } from "../../components/federation/reason.ts";
import type { FederationStatus, LinkState, ServiceLink } from "../../components/federation/status.ts";
import { nothing, type Observed } from "../../components/services/link.ts";
import type { Service } from "./service.ts";

/** Wanted state of one service with one peer. */
export type Wanted =
  | { be: "open"; target: string }
  /** `state` is shown while the peer is declared; without one the link is on its way out. */
  | { be: "closed"; state?: LinkState; why?: string }
  /** The peer cannot be asked: nothing is opened, nothing is closed. */
  | { be: "as it is"; why: string };

/** After this time without an answer a question has been lost, seconds. */
const lost = 3600;

/**
 * Brings one service to what is wanted of it with every peer, and writes into the status how far it came. One peer's
 * failure is that peer's; a service that does not answer leaves every link as it is.
 *
 * @returns whether the service answered.
 */
export async function converge(
  service: Service,
  {
    wanted,
    isHeldByAnother,
    status,
    save,
    now,
  }: {
    wanted: ReadonlyMap<string, Wanted>;
    /** Whether what was opened for a peer is to stay open for another one. */
    isHeldByAnother: (target: string, peer: string) => boolean;
    status: FederationStatus;
    /** Writes the status down. */
    save: () => Promise<void>;
    now: () => Date;
  },
): Promise<boolean> {
  const { kind } = service;
  const links = () => [...wanted].map(([peer, want]) => ({ peer, want, link: status[peer]?.services[kind] }));
  const set = (peer: string, link: (Omit<ServiceLink, "since"> & { since?: string }) | undefined) => {
    const services = status[peer]?.services;
    if (services === undefined) return;
    const before = services[kind];
    if (link === undefined) delete services[kind];
    else {
      const since = before?.state === link.state ? before.since : now().toISOString();
      services[kind] = { since, ...link };
    }
  };

  let observed: Map<string, Observed>;
  try {
    const targets = links().flatMap(({ want, link }) => [
      ...(want.be === "open" ? [want.target] : []),
      ...(link?.target === undefined ? [] : [link.target]),
    ]);
    observed = targets.length > 0 ? await service.observe([...new Set(targets)]) : new Map();
  } catch (error) {
    const why = `our own service ${reasonOf(error)}`;
    for (const { peer, want, link } of links()) {
      if (link !== undefined) set(peer, { ...link, why });
      else if (want.be === "open") set(peer, { state: "pending", why });
    }
    return false;
  }
  const at = (target: string | undefined) =>
    target === undefined ? nothing : (observed.get(target) ?? nothing);
  const left = ({ outgoing, incoming }: Observed) => outgoing !== "none" || incoming;

  // What is about to be opened is written down first: a run that is cut short leaves nothing that nobody undoes.
  for (const { peer, want, link } of links()) {
    if (want.be === "open" && link?.target === undefined) {
      set(peer, { state: "pending", why: "asked just now", target: want.target });
    }
  }
  await save();

  for (const { peer, want, link } of links()) {
    const target = link?.target;
    try {
      if (want.be === "as it is") {
        if (link === undefined) set(peer, { state: "pending", why: want.why });
        else set(peer, { ...link, why: want.why });
        continue;
      }
      if (want.be === "closed" || target !== want.target) {
        if (target !== undefined && left(at(target)) && !isHeldByAnother(target, peer)) {
          await service.close(target, at(target));
          set(peer, { state: "closing", target });
          continue;
        }
        if (want.be === "closed") {
          set(peer, want.state && { state: want.state, ...(want.why ? { why: want.why } : {}) });
          continue;
        }
      }
      const seen = at(want.target);
      if (seen.outgoing === "accepted") {
        await service.keep(want.target);
        set(peer, {
          ...(seen.incoming
            ? { state: "accepted" as const }
            : { state: "pending" as const, why: `${peer} has not come the other way yet` }),
          target: want.target,
        });
        continue;
      }
      const asked = link?.state === "pending" ? Date.parse(link.since) : now().getTime();
      const stale = now().getTime() - asked > lost * 1000;
      set(peer, {
        state: "pending",
        why: seen.why ?? "asked, not answered yet",
        target: want.target,
        ...(stale ? { since: now().toISOString() } : {}),
      });
      await service.open(want.target, seen, stale);
    } catch (error) {
      const current = status[peer]?.services[kind];
      set(peer, {
        state: current?.state ?? "pending",
        why: reasonOf(error),
        ...(current?.target === undefined ? {} : { target: current.target }),
      });
    }
  }
  return true;
}
