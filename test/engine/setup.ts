import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { checkout } from "../../local/paths.ts";
import { claimCluster } from "../cluster/claims.ts";
import { isKept } from "../cluster/shared.ts";
import { bareCluster, bringBareUp } from "./bare.ts";

/** One control plane for all files of the project. `COMMUNE_KEEP_CLUSTER=1` leaves it up. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const giveBack = claimCluster(join(checkout, ".local", "engine-run"));
  try {
    await bringBareUp(new AbortController().signal);
  } catch (error) {
    giveBack();
    throw error;
  }
  project.provide("cluster", bareCluster().name);
  return async () => {
    if (!isKept()) await bareCluster().reset();
    giveBack();
  };
}
