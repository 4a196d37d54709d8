import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { Site } from "./site.ts";

/**
 * The one rule for whatever holds data (namespaces and volumes with data in them, database servers, the seed):
 * Pulumi refuses to delete or replace it, and leaves it in the cluster when it leaves the program.
 */
export function dataHolderOptions(site: Pick<Site, "dataIsDisposable">): CustomResourceOptions {
  return site.dataIsDisposable ? {} : { protect: true, retainOnDelete: true };
}
