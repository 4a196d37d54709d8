import { execa } from "execa";
import type { Agent } from "undici";
import type { StoreBesideCluster } from "../../seaweedfs/beside-cluster.ts";

/** A commune whose services keep files in buckets, and ways to it. */
export interface Place {
  stack: string;
  environment: NodeJS.ProcessEnv;
  store: StoreBesideCluster;
  /** Through the ingress controller, which leads to any pod. */
  dispatcher: Agent;
}

export async function kubectl({ environment }: Pick<Place, "environment">, ...words: string[]) {
  return (await execa("kubectl", words, { env: environment })).stdout;
}

/** Returns what a database of the commune's one server answers, a line each. */
export async function query(place: Place, database: string, statement: string): Promise<string[]> {
  const psql = ["psql", "-U", "postgres", "-d", database, "-Atc", statement];
  const said = await kubectl(place, "exec", "-n", `${place.stack}-database`, "database-0", "--", ...psql);
  return said.split("\n").filter(Boolean);
}

/** Returns the pods of a service that serve, each with the identity and the restarts that it has now. */
export async function podsOf(place: Place, service: string): Promise<string[]> {
  const each = "{.metadata.name} {.metadata.uid} {.status.containerStatuses[*].restartCount}";
  const serving = "app.kubernetes.io/component in (web, streaming, sidekiq, scheduler)";
  const said = await kubectl(
    place,
    ...["get", "pods", "-n", `${place.stack}-${service}`, `--selector=${serving}`],
    `--output=jsonpath={range .items[*]}${each}{"\\n"}{end}`,
  );
  return said.trim().split("\n").sort();
}
