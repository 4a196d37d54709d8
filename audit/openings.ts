import * as z from "zod";
import type { KubernetesObject } from "../components/foundation/manifest/object.ts";

/** The other end of a connection. */
export type Party =
  /** Anybody outside: the Internet. */
  | { who: "internet" }
  /** Addresses that a setting names. */
  | { who: "addresses"; range: string }
  /** Another namespace of the cluster. */
  | { who: "namespace"; name: string }
  /** Pods of the same service. */
  | { who: "itself" }
  | { who: "cluster" };

/** A way that network policies leave open. */
export interface Opening {
  service: string;
  /** `in`: the party may open a connection to the service; `out`: the service may open one to the party. */
  direction: "in" | "out";
  party: Party;
  /** TCP or UDP ports, joined by commas; empty for all. */
  ports: string;
}

const labels = z.record(z.string(), z.string());
const selector = z.object({ matchLabels: labels.optional() });
const peer = z.object({
  ipBlock: z.object({ cidr: z.string() }).optional(),
  namespaceSelector: selector.optional(),
  podSelector: selector.optional(),
});
const port = z.object({ port: z.union([z.string(), z.number()]).optional() });
const policy = z.object({
  ingress: z.array(z.object({ from: z.array(peer).optional(), ports: z.array(port).optional() })).default([]),
  egress: z.array(z.object({ to: z.array(peer).optional(), ports: z.array(port).optional() })).default([]),
});

function partyOf({ ipBlock, namespaceSelector }: z.output<typeof peer>): Party {
  if (ipBlock !== undefined) {
    return ipBlock.cidr === "0.0.0.0/0" || ipBlock.cidr === "::/0" || ipBlock.cidr === "2000::/3"
      ? { who: "internet" }
      : { who: "addresses", range: ipBlock.cidr };
  }
  if (namespaceSelector === undefined) return { who: "itself" };
  const { matchLabels = {} } = namespaceSelector;
  const name =
    matchLabels["kubernetes.io/metadata.name"] ??
    Object.entries(matchLabels)
      .map((each) => each.join("="))
      .join(", ");
  return name === "" ? { who: "cluster" } : { who: "namespace", name };
}

/** Every way that the network policies of a commune leave open, once each. */
export function openingsOf(objects: readonly KubernetesObject[]): Opening[] {
  const all = objects.flatMap(({ kind, metadata, spec }) => {
    if (kind !== "NetworkPolicy") return [];
    const { ingress, egress } = policy.parse(spec);
    const service = metadata.labels?.["commune.cloud/service"] ?? metadata.namespace ?? "";
    const portsOf = (ports: z.output<typeof port>[] = []) =>
      [...new Set(ports.flatMap((each) => (each.port === undefined ? [] : [String(each.port)])))].join(", ");
    const opened = (
      direction: Opening["direction"],
      peers: z.output<typeof peer>[] | undefined,
      ports: string,
    ) =>
      (peers?.map(partyOf) ?? [{ who: "internet" } as const]).map(
        (party): Opening => ({ service, direction, party, ports }),
      );
    return [
      ...ingress.flatMap(({ from, ports }) => opened("in", from, portsOf(ports))),
      ...egress.flatMap(({ to, ports }) => opened("out", to, portsOf(ports))),
    ];
  });
  return [...new Map(all.map((opening) => [JSON.stringify(opening), opening])).values()];
}

const ingress = z.object({
  rules: z
    .array(
      z.object({
        host: z.string().optional(),
        http: z.object({ paths: z.array(z.object({ path: z.string().default("/") })) }).optional(),
      }),
    )
    .default([]),
});

/** A public name, and a path below it, that answers everybody. */
export interface PublicPlace {
  host: string;
  path: string;
  /** The service behind it. */
  service: string;
}

/** Names at which a commune answers everybody, and below each the paths, as its Ingresses have them. */
export function publicPlaces(objects: readonly KubernetesObject[]): PublicPlace[] {
  return objects.flatMap(({ kind, metadata, spec }) =>
    kind === "Ingress"
      ? ingress.parse(spec).rules.flatMap(({ host = "*", http }) =>
          (http?.paths ?? [{ path: "/" }]).map(({ path }) => ({
            host,
            path,
            service: metadata.labels?.["commune.cloud/service"] ?? metadata.namespace ?? "",
          })),
        )
      : [],
  );
}
