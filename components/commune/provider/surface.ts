import type * as z from "zod";
import type { siteSchema } from "../../foundation/site/settings.ts";
import { services } from "../../services/index.ts";
import { parts } from "../parts.ts";

/** Name of the Pulumi package. */
export const packageName = "commune";

/** Type of its one component: the one that the component has in TypeScript, so that URNs stay the same. */
export const communeType = "commune:index:Commune";

const ofParts = Object.fromEntries(parts.flatMap(({ ofRepository = {} }) => Object.entries(ofRepository)));

/** Sections of a declaration that need a commune's repository, or one that does, and why. */
export const withFiles: Readonly<Record<string, string>> = {
  ...ofParts,
  ...Object.fromEntries(
    services.flatMap(({ name, needs = [] }): [string, string][] => {
      const needed = needs.find((section) => section in ofParts);
      return needed === undefined ? [] : [[name, `it needs ${needed}, and ${ofParts[needed]}`]];
    }),
  ),
};

/** Settings of a site that only a commune's own program reads, and why. */
export const withRepository = {
  context: "the provider that the component gets says which cluster it is",
  registryLogin: "only the program of a repository copies that Secret",
  seedKept: "only the program of a repository compares the seed",
  incarnation: "npx commune relocate sets it",
} as const satisfies Partial<Record<keyof z.output<typeof siteSchema>, string>>;
