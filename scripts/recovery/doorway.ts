import { fetch as fetchThrough } from "undici";
import { descriptorsOf } from "../directory.ts";
import { agentFor, doorwayOf } from "../look/doorway.ts";
import type { Surroundings } from "./points.ts";

/** Options that say how public names are reached. */
export interface DoorwayOptions {
  address?: string;
  ca?: string;
}

/** Help of these options, for every verb that asks vaults. */
export const doorwayHelp = {
  address: "address that stands for every public name; public DNS when absent",
  ca: "certificate of the authority that signs the public names",
};

/** Returns surroundings that reach vaults and peers as the options say. */
export function through<S extends Pick<Surroundings, "stacks" | "fetch" | "descriptors">>(
  surroundings: S,
  options: DoorwayOptions,
): S {
  if (options.address === undefined && options.ca === undefined) return surroundings;
  const doorway = doorwayOf(options);
  const dispatcher = agentFor(doorway);
  return {
    ...surroundings,
    // A host must not send the password elsewhere.
    fetch: (address, init) => fetchThrough(address, { ...init, redirect: "error", dispatcher }),
    descriptors: (members) => descriptorsOf(surroundings.stacks, members, doorway),
  };
}
