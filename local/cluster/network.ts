import { isIPv6 } from "node:net";

/** The families of addresses that a cluster's pods and services can have; one of them, never both. */
export const ipFamilies = ["ipv4", "ipv6"] as const;

/** See {@link ipFamilies}. */
export type IpFamily = (typeof ipFamilies)[number];

/**
 * Addresses inside a cluster: `node` is the machine's own, `ingress` the fixed service address of Traefik, `pods` and
 * `services` are ranges.
 */
export interface Network {
  family: IpFamily;
  node: string;
  pods: string;
  services: string;
  api: string;
  dns: string;
  ingress: string;
}

/** They are the same in every cluster of a family: no two clusters share a network. */
export const networks: Record<IpFamily, Network> = {
  ipv4: {
    family: "ipv4",
    node: "10.88.0.1",
    pods: "10.244.0.0/16",
    services: "10.96.0.0/16",
    api: "10.96.0.1",
    dns: "10.96.0.10",
    ingress: "10.96.0.80",
  },
  ipv6: {
    family: "ipv6",
    node: "fd00:88::1",
    pods: "fd00:244::/64",
    services: "fd00:96::/112",
    api: "fd00:96::1",
    dns: "fd00:96::a",
    ingress: "fd00:96::50",
  },
};

/** Addresses of a cluster. Each of several nodes has a range of pods to itself, within that of all. */
export function networkOf(family: IpFamily, nodes = 1): Network {
  const network = networks[family];
  return family === "ipv6" && nodes > 1 ? { ...network, pods: "fd00:244::/48" } : network;
}

/** Address of a node of several, counted from 1, and the range of its pods. */
export const nodeNetwork = (family: IpFamily, number: number): { address: string; pods: string } =>
  family === "ipv6"
    ? { address: `fd00:88::1${number}`, pods: `fd00:244:0:${number}::/64` }
    : { address: `10.88.0.${10 + number}`, pods: `10.244.${number}.0/24` };

/** An address on the link that joins a control plane and its nodes, with the length of the link's range. */
export const onLink = (address: string): string => `${address}/${isIPv6(address) ? 64 : 24}`;

/** The domain of a cluster's own names. */
export const clusterDomain = "cluster.local";

/** An address and port as a URL and a command line have them. */
export const hostAndPort = (address: string, port: number): string =>
  `${isIPv6(address) ? `[${address}]` : address}:${port}`;

/** The range that holds one address alone. */
export const rangeOf = (address: string): string => `${address}/${isIPv6(address) ? 128 : 32}`;
