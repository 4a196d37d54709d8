import { secretLabel } from "../../foundation/seed/labels.ts";

/** What the form signs requests with, and seals the links of its messages with. */
export const requestsLabel = secretLabel(
  "requests",
  "signing-key",
  "by itself",
  "signs what associations ask for, and the links by which they confirm it",
);
