import type { TestProject } from "vitest/node";
import { claimCluster, forgetClaims } from "./claims.ts";
import { bringUp, sharedCluster, takeDown } from "./shared.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The cluster that the test files share. */
    cluster: string;
  }
}

/**
 * One cluster for all files of the project, which run at the same time in namespaces of their own.
 * `COMMUNE_KEEP_CLUSTER=1` leaves it up.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const giveBack = claimCluster();
  try {
    await bringUp(new AbortController().signal);
  } catch (error) {
    giveBack();
    throw error;
  }
  forgetClaims();
  project.provide("cluster", sharedCluster().name);
  return async () => {
    await takeDown();
    giveBack();
  };
}
