import pulumi from "@pulumi/pulumi";
import { type Published, readPublished } from "../commune/published.ts";
import { refuse } from "../commune/refuse.ts";
import { type Site, siteOf, siteSchema } from "./site.ts";

/**
 * Reads the site from the stack's settings (`pulumi config set commune:<key> <value>`).
 *
 * Stops the program, naming every setting that cannot be used, and the command that mends it.
 */
export function siteFromConfig(): Site {
  const config = new pulumi.Config("commune");
  const written = Object.fromEntries(
    Object.keys(siteSchema.shape)
      .map((key) => [key, config.get(key)] as const)
      .filter(([, value]) => value !== undefined),
  );
  const read = siteSchema.safeParse(written);
  if (read.success) return siteOf(read.data);
  const lines = read.error.issues.map((issue) => {
    const key = issue.path.join(".");
    return `commune:${key} is ${JSON.stringify(config.get(key))}: ${issue.message}. Change it with: pulumi config set commune:${key} <value>`;
  });
  return refuse(`${lines.join("\n")}\nNothing was changed.`);
}

/** Secrets that somebody else gave to the commune (a relay's password, keys to a store), by name. */
export type GivenSecrets = (name: string) => pulumi.Output<string>;

/**
 * The stack's given secrets: `pulumi config set --secret commune:<name>`.
 *
 * @param needed names that the declaration needs; the program stops when one is not set, with the command for each.
 */
export function givenSecrets(needed: readonly string[]): GivenSecrets {
  const config = new pulumi.Config("commune");
  const missing = needed.filter((name) => config.getSecret(name) === undefined);
  if (missing.length > 0) {
    const lines = missing.map(
      (name) =>
        `commune:${name} is not set, and the declaration needs it. Set it with: pulumi config set --secret commune:${name} -s ${pulumi.getStack()}`,
    );
    refuse(`${lines.join("\n")}\nNothing was changed.`);
  }
  return (name) => config.requireSecret(name);
}

/**
 * The seed given for a redeployment (`pulumi config set --secret commune:seed <base64>`), if any. It is read in
 * the clear, to be compared with the one that runs before anything is registered; it is a secret from there on.
 */
export async function seedFromConfig(): Promise<string | undefined> {
  const seed = new pulumi.Config("commune").getSecret("seed");
  return seed && new Promise((resolve) => seed.apply(resolve));
}

/** Services whose data somebody has moved by hand: `pulumi config set commune:moved nextcloud,mastodon`. */
export function movedServices(): string[] {
  return (
    new pulumi.Config("commune")
      .get("moved")
      ?.split(",")
      .map((service) => service.trim()) ?? []
  );
}

/**
 * What this stack published after its last complete update; nothing before the first one.
 *
 * Stops the program when it cannot be read: nothing would tell then which changes destroy data.
 */
export async function lastPublished(): Promise<Published | undefined> {
  const own = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const last = new pulumi.StackReference("last-update", { name: own });
  const { value } = await last.getOutputDetails("published");
  if (value === undefined || value === null) return undefined;
  const read = readPublished(value);
  if (read === undefined && new pulumi.Config("commune").get("published") !== "ignored") {
    refuse(
      `What this stack published after its last update cannot be read by this version of the toolkit, so that nothing tells which changes would destroy data: pulumi stack output published. Use the version that applied it last, or a newer one. When you know that no version, name, volume or server is declared otherwise than it runs: pulumi config set commune:published ignored, apply once, and take it back with pulumi config rm commune:published.\nNothing was changed.`,
    );
  }
  return read;
}
