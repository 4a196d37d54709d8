import { pod, service } from "../../components/tenants/admission/attempts.ts";
import { connections, type Target } from "../../components/tenants/isolation/attempts.ts";
import type { Attempt } from "./bench.ts";
import { type Place, text } from "./place.ts";
import type { Within } from "./within.ts";

/** A host and a port. */
type Address = readonly [host: string, port: number];

/** Opens a connection to each of several addresses, all at once, and prints the numbers of those that were there. */
const opens = (addresses: readonly Address[]) => [
  ...addresses.map(
    ([host, port], index) =>
      `timeout 5 bash -c 'exec 3<>/dev/tcp/${host}/${port} && echo ${index}' 2>/dev/null &`,
  ),
  "wait",
];

/** Addresses that the pod tries to open a connection to; each is shown to be there by a pod that no policy holds. */
export async function connected(within: Within): Promise<Attempt[]> {
  const { place, namespace, release, open } = within;
  const isSix = (await clusterAddress(place)).includes(":");
  await openPods(place, open, isSix);
  const targets = await targetsOf(within, isSix);
  const tried = connections.flatMap((row) => {
    const address = targets[row.to];
    return address === undefined ? [] : [{ ...row, address }];
  });
  const script = opens(tried.map(({ address }) => address)).join("\n");
  const outsider = { namespace: open, workload: "pod/attempt", container: "attempt" };
  const from = { namespace, workload: `deployment/${release}`, container: "front" };
  const [without, own] = await Promise.all(
    [outsider, from].map(async (at) =>
      text((await place.exec(at, ["bash", "-c", script])).stdout)
        .trim()
        .split("\n"),
    ),
  );
  await place.succeed(["delete", "namespace", open, "--wait=false"]);
  return tried.map(({ attempt, by, open: isOpen }, index) => {
    if (isOpen && !without?.includes(String(index)))
      throw new Error(`${attempt} is not even reached by a pod without policies: nothing is shown`);
    return { attempt, refusedBy: own?.includes(String(index)) ? undefined : by };
  });
}

async function read(place: Place, field: string, ...words: string[]): Promise<string> {
  return text(await place.succeed(["get", ...words, `--output=jsonpath={${field}}`])).trim();
}

/** Address of the API server as pods reach it. */
export const clusterAddress = (place: Place) =>
  read(place, ".spec.clusterIP", "service", "-n", "default", "kubernetes");

/** Address at which clouds tell a machine about itself, keys among it. */
const metadataAddress = (isSix: boolean) => (isSix ? "fd00:ec2::254" : "169.254.169.254");

/**
 * Makes two pods without a policy: one asks, one answers, also on a port of the nodes and at the address of a cloud's
 * metadata. Nodes send what is for a load balancer's address to the pods behind it, whatever address that is.
 */
async function openPods(place: Place, open: string, isSix: boolean): Promise<void> {
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  await place.apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name: open, labels } }]);
  const [container] = pod().spec.containers;
  const listen = `use IO::Socket::IP; my $all = IO::Socket::IP->new(LocalHost => "${isSix ? "::" : "0.0.0.0"}", LocalPort => 8080, Listen => 5) or die $@; while (my $one = $all->accept) { close $one }`;
  const running = (name: string, command: readonly string[]) => ({
    ...pod({ containers: [{ ...container, command }] }),
    metadata: { name, namespace: open, labels: { name } },
  });
  const answering = service({
    type: "LoadBalancer",
    selector: { name: "answer" },
    ports: [{ port: 80, targetPort: 8080 }],
  });
  await place.apply([
    running("attempt", ["sleep", "3600"]),
    running("answer", ["perl", "-e", listen]),
    { ...answering, metadata: { name: "answer", namespace: open } },
  ]);
  const status = { loadBalancer: { ingress: [{ ip: metadataAddress(isSix), ipMode: "VIP" }] } };
  await place.succeed([
    ...["patch", "service", "-n", open, "answer", "--subresource=status", "--type=merge"],
    ...["--patch", JSON.stringify({ status })],
  ]);
  const ready = ["--for=condition=Ready", "--timeout=120s"];
  await place.succeed(["wait", "-n", open, "pod/attempt", "pod/answer", ...ready]);
}

async function targetsOf(
  { place, other, open }: Within,
  isSix: boolean,
): Promise<Partial<Record<Target, Address>>> {
  const theirs = ["-n", other.namespace];
  const answer = ["service", "-n", open, "answer"];
  const node = await read(place, ".items[0].status.addresses[0].address", "nodes");
  const theirPod = await read(
    place,
    ".items[0].status.podIP",
    ...["pods", ...theirs, "--field-selector=status.phase=Running"],
  );
  return {
    "their pod": [theirPod, 8080],
    "their service": [await read(place, ".spec.clusterIP", "service", ...theirs, other.release), 80],
    "their public name": [other.host, 443],
    ...(other.database !== undefined && { "their database": [other.database, 3306] }),
    "service elsewhere": [await read(place, ".spec.clusterIP", ...answer), 80],
    "node port": [node, Number(await read(place, ".spec.ports[0].nodePort", ...answer))],
    metadata: [metadataAddress(isSix), 80],
    "API server": [await clusterAddress(place), 443],
    kubelet: [node, 10250],
  };
}
