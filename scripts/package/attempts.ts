import { badObjects, pod } from "../../components/tenants/admission/attempts.ts";
import type { Attempt } from "./bench.ts";
import { type Place, text } from "./place.ts";

/** Where the attempts are made from. */
export interface Within {
  place: Place;
  /** Namespace of the association. */
  namespace: string;
  /** Public name of the application, and the tenants' domain that it is below. */
  host: string;
  domain: string;
  release: string;
  /** Containers of its pod; the one of the application is the first. */
  containers: readonly string[];
  /** Where the first password is while the application is installed; nothing where it needs it while it runs. */
  firstPassword: string | undefined;
  /** Another association. */
  other: { namespace: string; release: string };
}

/** A namespace of no association, whose pod no policy holds: what it reaches is there to be reached. */
const open = "package-check-open";

/** All that is tried from within an association's namespace, and by what each was refused. */
export async function attemptsWithin(within: Within): Promise<Attempt[]> {
  return [...(await objectsTried(within)), ...(await reached(within)), ...(await insidePod(within))];
}

/** Objects that the API server is asked for, in the association's namespace, by who may ask for everything. */
async function objectsTried({ place, namespace, host, domain }: Within): Promise<Attempt[]> {
  const tried: Attempt[] = [];
  for (const { attempt, rule, object } of badObjects) {
    const hosted = JSON.stringify(object)
      .replaceAll("chorale.assos-bron.test", host)
      .replaceAll("assos-bron.test", domain);
    const words = ["create", "--dry-run=server", "-n", namespace, "-f", "-"];
    // A policy takes a moment to reach the API server.
    let said = "";
    await place.until(async () => {
      said = text((await place.kubectl(words, hosted)).stderr);
      return said.includes(rule);
    });
    tried.push({ attempt: `has ${attempt}`, refusedBy: said.includes(rule) ? rule : undefined });
  }
  return tried;
}

/** Addresses that the pod tries to open a connection to; each is shown to be there by a pod that no policy holds. */
async function reached({ place, namespace, release, other }: Within): Promise<Attempt[]> {
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  await place.apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name: open, labels } }]);
  const [container] = pod().spec.containers;
  const outside = pod({ containers: [{ ...container, command: ["sleep", "3600"] }] });
  await place.apply([{ ...outside, metadata: { name: "attempt", namespace: open } }]);
  await place.succeed(["wait", "-n", open, "pod/attempt", "--for=condition=Ready", "--timeout=120s"]);
  const read = async (field: string, ...words: string[]) =>
    text(await place.succeed(["get", ...words, `--output=jsonpath={${field}}`])).trim();
  const theirs = ["-n", other.namespace];
  const targets = [
    [
      "another association's pod",
      await read(".items[0].status.podIP", "pods", ...theirs, "--field-selector=status.phase=Running"),
      8080,
      false,
    ],
    [
      "another association's service",
      await read(".spec.clusterIP", "service", ...theirs, other.release),
      80,
      false,
    ],
    ["the API server", await read(".spec.clusterIP", "service", "-n", "default", "kubernetes"), 443, true],
    ["the kubelet", await read(".items[0].status.addresses[0].address", "nodes"), 10250, true],
  ] as const;
  const opens = (to: string, port: number) => [
    ...["timeout", "5", "bash", "-c", `exec 3<>/dev/tcp/${to}/${port} && echo reached`],
  ];
  const found = await Promise.all(
    targets.map(async ([attempt, address, port, isOpenToOthers]): Promise<Attempt> => {
      const outsider = { namespace: open, workload: "pod/attempt", container: "attempt" };
      const from = { namespace, workload: `deployment/${release}`, container: "front" };
      const [without, own] = await Promise.all(
        [outsider, from].map(async (at) => text((await place.exec(at, opens(address, port))).stdout).trim()),
      );
      if (isOpenToOthers && without !== "reached")
        throw new Error(`${attempt} is not even reached by a pod without policies: nothing is shown`);
      return {
        attempt: `reaches ${attempt}`,
        refusedBy: own === "reached" ? undefined : "the network policies",
      };
    }),
  );
  await place.succeed(["delete", "namespace", open, "--wait=false"]);
  return found;
}

/** What a program in the pod finds and may do there. */
async function insidePod({
  place,
  namespace,
  release,
  containers,
  firstPassword,
}: Within): Promise<Attempt[]> {
  const attempts = [
    ["has a key to the cluster", "test -e /var/run/secrets/kubernetes.io", "no token is mounted"],
    ["is root", "test $(id -u) = 0", "Pod Security"],
    ["writes to its image", "echo x > /etc/attempt || echo x > /attempt", "the read-only root file system"],
    [
      "has a capability",
      "grep -q '^CapEff:' /proc/self/status && ! grep -q '^CapEff:[[:space:]]*0*$' /proc/self/status",
      "Pod Security",
    ],
    ...(firstPassword === undefined
      ? []
      : [
          [
            "reads the first password",
            `cat ${firstPassword}`,
            "it is mounted while installing alone",
          ] as const,
        ]),
  ] as const;
  const found: Attempt[] = [];
  for (const container of containers) {
    for (const [attempt, script, by] of attempts) {
      const { exitCode, stderr } = await place.exec(
        { namespace, workload: `deployment/${release}`, container },
        ["sh", "-c", script],
      );
      // A shell that does not start refuses nothing.
      if (/unable to start|executable file not found/.test(text(stderr)))
        throw new Error(`${container} has no shell to try from`);
      found.push({ attempt: `${container} ${attempt}`, refusedBy: exitCode === 0 ? undefined : by });
    }
  }
  return found;
}
