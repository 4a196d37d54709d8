import { secretLabel } from "../../foundation/seed/labels.ts";

/** Label of the secret with which the form signs requests, and seals the links of its messages. */
export const requestsLabel = secretLabel(
  "requests",
  "signing-key",
  "by itself",
  "signs what associations ask for, and the links by which they confirm it",
);
