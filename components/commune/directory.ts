import type pulumi from "@pulumi/pulumi";
import { Directory, type DirectoryArgs } from "../platform/directory/index.ts";
import { directoryService } from "../platform/directory/manifests.ts";
import type { CommunePlan } from "./plan.ts";

/** The people of the commune and of its associations; nothing where it declares no directory. */
export function directoryServer(
  name: string,
  { directory }: CommunePlan,
  { seed, dns, dataHolder, pullSecret }: Pick<DirectoryArgs, "seed" | "dns" | "dataHolder" | "pullSecret">,
  options: pulumi.ComponentResourceOptions,
): Directory | undefined {
  if (directory === undefined) return undefined;
  const given = { seed, dns, dataHolder, pullSecret };
  return new Directory(`${name}-${directoryService}`, { ...directory, ...given }, options);
}
