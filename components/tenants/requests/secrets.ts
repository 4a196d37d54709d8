import type { SecretLabel } from "../../foundation/seed/labels.ts";

/** What the form signs requests with, and seals the links of its messages with. */
export const requestsLabel: SecretLabel = {
  service: "requests",
  purpose: "signing-key",
  version: 1,
  rotation: "by itself",
  description: "signs what associations ask for, and the links by which they confirm it",
};
