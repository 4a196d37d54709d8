import { givenNames } from "../components/commune/secret-names.ts";
import { siteSchema } from "../components/foundation/site/settings.ts";

/** Names that a stack's settings can have, after `commune:`; keys of buckets are their declaration's. */
export const knownSettings: readonly string[] = [
  ...Object.keys(siteSchema.shape),
  // No part of the site: docs/site.md.
  "seed",
  "domain",
  "moved",
  "pointBefore",
  "restored",
  "published",
  "madeBy",
  "drill",
  ...givenNames,
];
