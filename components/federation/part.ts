import type { Part } from "../foundation/part/part.ts";
import { descriptorPagePath } from "./descriptor.ts";
import { homePath, isServedHome } from "./home-page.ts";
import type { FederationPlan } from "./plan.ts";
import { descriptorLabel } from "./secrets.ts";

/** What the commune says of itself, and its links. */
export const federationPart: Part<{ federation?: FederationPlan }> = {
  kind: "federation",
  sections: { federation: { en: "links with communes", fr: "liens avec des communes" } },
  thingNamed: (name) =>
    name === "federation"
      ? {
          kind: "federation",
          title: { en: "the public pages and the links", fr: "les pages publiques et les liens" },
        }
      : undefined,
  labels: [descriptorLabel],
  secrets: ({ federation }) => (federation ? [descriptorLabel] : []),
  hosts({ federation }) {
    if (federation === undefined) return [];
    const { settings, website } = federation;
    const { domain } = settings;
    const path = isServedHome({ domain, website }) ? homePath : descriptorPagePath;
    return [{ service: "federation", host: domain, path }];
  },
};
