import type { TestProject } from "vitest/node";
import { claimCluster, forgetClaims } from "./claims.ts";
import { commune, neighbour } from "./core/communes.ts";
import { askForLessProcessor } from "./less-processor.ts";
import { bringUp, sharedCluster, takeDown } from "./shared.ts";
import { usualReferences } from "./usual-images.ts";

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
    await bringUp(new AbortController().signal, usualReferences);
    // Three files at a time have more communes than two processors have room for; those of the core have to fit.
    const { environment } = sharedCluster();
    await askForLessProcessor(environment, { operator: "NotIn", values: [commune, neighbour] });
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
