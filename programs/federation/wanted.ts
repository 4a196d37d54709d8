import { noDescriptor } from "../../components/federation/reason.ts";
import type { DeclaredLink } from "../../components/federation/settings.ts";
import type { FederationStatus } from "../../components/federation/status.ts";
import { isTargetOf } from "../../components/federation/territory.ts";
import type { Wanted } from "./converge.ts";
import type { PeerAnswer } from "./peers.ts";
import type { Service } from "./service.ts";

/** The commune whose reconciler this is. */
interface Self {
  id: string;
  domain: string;
}

/** Two spellings of one account are one target. */
const keyOf = (target: string) => target.toLowerCase();

/**
 * Wanted state of one service with every peer, and which peers' targets stay as they are whatever becomes of the
 * others: a link must not be closed by another peer's word.
 */
export function wantedOfAll(
  self: Self,
  service: Pick<Service, "kind" | "noun" | "targetOf">,
  {
    links,
    findings,
    status,
  }: {
    links: readonly DeclaredLink[];
    findings: ReadonlyMap<string, PeerAnswer>;
    status: FederationStatus;
  },
): { wanted: Map<string, Wanted>; isHeldByAnother: (target: string, peer: string) => boolean } {
  const others = [self.domain, ...links.map(({ domain }) => domain)];
  const linkOf = (peer: string) => links.find((link) => link.peer === peer);
  const isOwn = (peer: string, target: string) => {
    const link = linkOf(peer);
    return link !== undefined && isTargetOf(target, { ...link, hosts: link.hosts ?? [], others });
  };
  const openedFor = (peer: string) => status[peer]?.services[service.kind]?.target;
  const wanted = new Map(
    Object.keys(status).map((peer): [string, Wanted] => {
      const want = wantedOf(self, service, { peer, link: linkOf(peer), finding: findings.get(peer) });
      const target = openedFor(peer);
      // Opened by a toolkit that took a peer's word for anybody's address.
      return want.be === "as it is" && target !== undefined && !isOwn(peer, target)
        ? [peer, { be: "closed", state: "refused", why: want.why }]
        : [peer, want];
    }),
  );
  const claimants = new Map<string, string[]>();
  for (const [peer, want] of wanted) {
    if (want.be !== "open") continue;
    const target = keyOf(want.target);
    claimants.set(target, [...(claimants.get(target) ?? []), peer]);
  }
  for (const [target, several] of claimants) {
    if (several.length === 1) continue;
    const why = `${several.join(" and ")} both name ${target}`;
    for (const peer of several) wanted.set(peer, { be: "as it is", why });
  }
  const held = (peer: string, want: Wanted) => {
    const target = want.be === "open" ? want.target : want.be === "as it is" ? openedFor(peer) : undefined;
    return target !== undefined && (want.be === "open" || isOwn(peer, target)) ? keyOf(target) : undefined;
  };
  return {
    wanted,
    isHeldByAnother: (target, peer) =>
      [...wanted].some(([other, want]) => other !== peer && held(other, want) === keyOf(target)),
  };
}

/** Wanted state of one service with one peer, from what both sides declare. */
function wantedOf(
  { id, domain }: Self,
  service: Pick<Service, "kind" | "noun" | "targetOf">,
  { peer, link, finding }: { peer: string; link: DeclaredLink | undefined; finding: PeerAnswer | undefined },
): Wanted {
  const { kind, noun } = service;
  if (link === undefined || !link.services.includes(kind)) return { be: "closed" };
  if (finding === undefined || finding.is === "silent") {
    return { be: "as it is", why: `${peer} ${noDescriptor}: ${finding?.why ?? "not asked yet"}` };
  }
  if (finding.is === "other") return { be: "closed", state: "refused", why: finding.why };
  const { descriptor } = finding;
  const theirs = descriptor.peers.find((one) => one.id === id && one.domain === domain);
  if (theirs === undefined) return { be: "closed", state: "waiting", why: `${peer} does not declare ${id}` };
  const described = descriptor.services.find((one) => one.kind === kind);
  if (described === undefined) return { be: "closed", state: "absent", why: `${peer} has no ${noun}` };
  if (!theirs.services.includes(kind)) {
    return { be: "closed", state: "waiting", why: `${peer} does not declare ${kind} with ${id}` };
  }
  const target = service.targetOf(described);
  if (target === undefined) return { be: "closed", state: "absent", why: `${peer} names no account` };
  return { be: "open", target };
}
