import type { TestProject } from "vitest/node";
import { openCluster } from "../../local/cluster/index.ts";
import { runTasks } from "../../local/listing.ts";
import { localTasks } from "../../local/tasks.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The cluster that the test files share. */
    cluster: string;
  }
}

const name = "test";

/**
 * One cluster for all files of the project, which run at the same time in namespaces of their own, beside whatever the developer runs. `COMMUNE_KEEP_CLUSTER=1`
 * leaves it up, so that the next run starts in seconds.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = openCluster(name);
  const tasks = localTasks({
    cluster,
    domains: [
      "villeurbanne.test",
      "social-town.test",
      "video-town.test",
      "tenant-town.test",
      "wifi-town.test",
      "school-town.test",
      "bron.test",
      "givors.test",
      "oullins.test",
      "relais.test",
      "dardilly.test",
      "ecully.test",
    ],
    signal: new AbortController().signal,
  });
  await runTasks(tasks);
  project.provide("cluster", name);
  return async () => {
    if (!process.env.COMMUNE_KEEP_CLUSTER) await cluster.reset();
  };
}
