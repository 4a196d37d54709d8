import type { Part } from "../foundation/part/part.ts";
import type { FederationPlan } from "./plan.ts";
import { descriptorLabel } from "./secrets.ts";

/** What the commune says of itself, and its links. */
export const federationPart: Part<{ federation?: FederationPlan }> = {
  labels: [descriptorLabel],
  secrets: ({ federation }) => (federation ? [descriptorLabel] : []),
};
