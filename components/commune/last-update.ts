import pulumi from "@pulumi/pulumi";
import { refuse } from "../foundation/refuse.ts";
import { type Identity, type Published, readIdentity, readPublished } from "./published.ts";

/** State that a stack published after its last complete update; undefined before the first one. */
export interface LastUpdate {
  /** Its seed and its cluster, which are compared in any case. */
  identity: Identity;
  /** Everything published; undefined if it cannot be read and the stack is set to ignore that. */
  published: Published | undefined;
}

/**
 * Returns what this stack published after its last complete update.
 *
 * Stops the program if it cannot be read: nothing would then show which changes destroy data.
 */
export async function lastUpdate(): Promise<LastUpdate> {
  const own = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const last = new pulumi.StackReference("last-update", { name: own });
  const { value } = await last.getOutputDetails("published");
  if (value === undefined || value === null) return { identity: {}, published: undefined };
  const published = readPublished(value);
  if (published === undefined && new pulumi.Config("commune").get("published") !== "ignored") {
    refuse(
      `What this stack published after its last update cannot be read by this version of the toolkit, so it is unknown which changes would destroy data: pulumi stack output published. Use the version that applied it last, or a newer one. If you are sure that every version, name, volume and server is declared as it runs: pulumi config set commune:published ignored, apply once, and remove the setting with pulumi config rm commune:published. Its seed and its cluster are compared all the same.\nNothing was changed.`,
    );
  }
  return { identity: readIdentity(value), published };
}
