import { calls, lookups, objects, scripts } from "../../components/tenants/isolation/attempts.ts";
import type { Attempt } from "./bench.ts";
import { clusterAddress, connected } from "./connections.ts";
import { text } from "./place.ts";
import type { Within } from "./within.ts";

/** All that is tried from within an association's namespace, and by what each was refused (components/tenants/isolation). */
export async function attemptsWithin(within: Within): Promise<Attempt[]> {
  return [
    ...(await objectsTried(within)),
    ...(await connected(within)),
    ...(await namesAsked(within)),
    ...(await called(within)),
    ...(await insidePod(within)),
  ];
}

/** Objects that the API server is asked for, in the association's namespace, by who may ask for everything. */
async function objectsTried({ place, namespace, host, domain }: Within): Promise<Attempt[]> {
  const tried: Attempt[] = [];
  for (const { attempt, by, says, object } of objects) {
    const hosted = JSON.stringify(object)
      .replaceAll("chorale.assos-bron.test", host)
      .replaceAll("assos-bron.test", domain);
    const words = ["create", "--dry-run=server", "-n", namespace, "-f", "-"];
    // A policy takes a moment to reach the API server.
    const isRefused = await place.until(async () =>
      new RegExp(says, "s").test(text((await place.kubectl(words, hosted)).stderr)),
    );
    tried.push({ attempt, refusedBy: isRefused ? by : undefined });
  }
  return tried;
}

/** Tries to learn addresses from the name servers; that they answer the pod at all is shown by a name. */
async function namesAsked({ place, namespace, release }: Within): Promise<Attempt[]> {
  const address = await clusterAddress(place);
  const pod = `${address.replaceAll(/[.:]/g, "-")}.default.pod.cluster.local`;
  const asked = { "address of a service": address, "address of a pod": pod };
  const at = { namespace, workload: `deployment/${release}`, container: "front" };
  const ask = async (name: string) => (await place.exec(at, ["getent", "hosts", name])).exitCode === 0;
  if (!(await ask("kubernetes.default.svc.cluster.local")))
    throw new Error("the name servers do not answer the pod: nothing is shown");
  return Promise.all(
    lookups.map(async ({ attempt, of, by }) => ({
      attempt,
      refusedBy: (await ask(asked[of])) ? undefined : by,
    })),
  );
}

/** Calls to the API server as the only account that there is in its namespace; they are judged before they are read. */
async function called({ place, namespace, other }: Within): Promise<Attempt[]> {
  const quota = text(await place.succeed(["get", "resourcequota", "-n", namespace, "--output=name"])).trim();
  const as = `system:serviceaccount:${namespace}:default`;
  const tried: Attempt[] = [];
  for (const { attempt, verb, path, by } of calls) {
    const own = path
      .replace("/own", `/${namespace}`)
      .replace("/other/", `/${other.namespace}/`)
      .replace("/quota?", `/${quota.replace(/^.*\//, "")}?`);
    const words = [
      verb,
      "--raw",
      own,
      "--as",
      as,
      ...(["create", "replace"].includes(verb) ? ["-f", "-"] : []),
    ];
    const { exitCode, stderr } = await place.kubectl(words, "{}");
    const isRefused = exitCode !== 0 && /Forbidden.* cannot /s.test(text(stderr));
    tried.push({ attempt, refusedBy: isRefused ? by : undefined });
  }
  return tried;
}

/** Tries what a program in the pod can find and do there. */
async function insidePod({
  place,
  namespace,
  release,
  containers,
  firstPassword,
}: Within): Promise<Attempt[]> {
  const tried = scripts.flatMap(({ attempt, by, script }) => {
    if (!script.includes("SECRET")) return [{ attempt, by, script }];
    return firstPassword === undefined
      ? []
      : [{ attempt, by, script: script.replace("SECRET", firstPassword) }];
  });
  // One shell for all of them: it says which succeeded, and that it came to the end.
  const all = tried.map(({ script }, index) => `if { ${script}; } >/dev/null 2>&1; then echo ${index}; fi`);
  const through = await Promise.all(
    containers.map(async (container) => {
      const at = { namespace, workload: `deployment/${release}`, container };
      const { stdout } = await place.exec(at, ["sh", "-c", [...all, "echo end"].join("\n")]);
      const said = text(stdout).trim().split("\n");
      // A shell that does not start refuses nothing.
      if (said.at(-1) !== "end") throw new Error(`${container} has no shell to try from`);
      return { container, said };
    }),
  );
  return tried.map(({ attempt, by }, index) => {
    const where = through
      .filter(({ said }) => said.includes(String(index)))
      .map(({ container }) => container);
    if (where.length === 0) return { attempt, refusedBy: by };
    return { attempt: `${attempt} (in ${where.join(", ")})`, refusedBy: undefined };
  });
}
