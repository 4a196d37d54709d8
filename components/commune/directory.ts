import type pulumi from "@pulumi/pulumi";
import { guestsTogether } from "../foundation/namespace/manifests.ts";
import { Directory, type DirectoryArgs } from "../platform/directory/index.ts";
import { directoryService } from "../platform/directory/manifests.ts";
import { pointGuests } from "../recovery/points/plan.ts";
import type { CommunePlan } from "./planned.ts";

/** The people of the commune and of its associations; nothing where it declares no directory. */
export function directoryServer(
  name: string,
  { directory, directoryPoints }: CommunePlan,
  { seed, dns, dataHolder, pullSecret }: Pick<DirectoryArgs, "seed" | "dns" | "dataHolder" | "pullSecret">,
  options: pulumi.ComponentResourceOptions,
): Directory | undefined {
  if (directory === undefined) return undefined;
  const guests = guestsTogether(directoryPoints.map(() => pointGuests));
  const given = { seed, dns, dataHolder, pullSecret, guests };
  return new Directory(`${name}-${directoryService}`, { ...directory, ...given }, options);
}
