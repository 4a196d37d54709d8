import pulumi from "@pulumi/pulumi";
import { refuse } from "../foundation/refuse.ts";
import { type Identity, type Published, readIdentity, readPublished } from "./published.ts";

/** What a stack said of itself after its last complete update; nothing before the first one. */
export interface LastUpdate {
  /** Its seed and its cluster: they are compared in any case. */
  identity: Identity;
  /** Everything; nothing where it cannot be read and the stack says to ignore that. */
  published: Published | undefined;
}

/**
 * What this stack published after its last complete update.
 *
 * Stops the program when it cannot be read: nothing would tell then which changes destroy data.
 */
export async function lastUpdate(): Promise<LastUpdate> {
  const own = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const last = new pulumi.StackReference("last-update", { name: own });
  const { value } = await last.getOutputDetails("published");
  if (value === undefined || value === null) return { identity: {}, published: undefined };
  const published = readPublished(value);
  if (published === undefined && new pulumi.Config("commune").get("published") !== "ignored") {
    refuse(
      `What this stack published after its last update cannot be read by this version of the toolkit, so that nothing tells which changes would destroy data: pulumi stack output published. Use the version that applied it last, or a newer one. When you know that no version, name, volume or server is declared otherwise than it runs: pulumi config set commune:published ignored, apply once, and take it back with pulumi config rm commune:published. Its seed and its cluster are compared all the same.\nNothing was changed.`,
    );
  }
  return { identity: readIdentity(value), published };
}
