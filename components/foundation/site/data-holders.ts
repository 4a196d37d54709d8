import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { NamespaceArgs } from "../namespace/manifests.ts";
import type { Retirement } from "../retirement/declaration.ts";
import type { PlannedVolume } from "../volume/manifests.ts";
import type { Site } from "./site.ts";

/** Holders of one service's data, apart from its rows: its namespace, and the volumes in it. */
export interface DataHolders {
  /** Type of the service's component. */
  component: string;
  namespace: NamespaceArgs;
  volumes: readonly PlannedVolume[];
  /** The volume on which its cache keeps what waits; none where nothing may wait in it. */
  queue: PlannedVolume | undefined;
}

/**
 * The one rule for whatever holds data (namespaces and volumes with data in them, database servers, the seed):
 * Pulumi refuses to delete or replace it, and to let it leave the program; where a person takes that protection
 * away (`pulumi state unprotect`), it stays in the cluster. How it leaves properly: docs/retirement.md.
 */
export function dataHolderOptions(
  site: Pick<Site, "dataIsDisposable">,
  retirement?: Retirement | undefined,
): CustomResourceOptions {
  const mayGo = site.dataIsDisposable || retirement?.data === "released";
  return mayGo ? {} : { protect: true, retainOnDelete: true };
}
