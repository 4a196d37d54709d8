import type { Part } from "../../foundation/part/part.ts";
import { requestsHolders } from "./manifests.ts";
import type { RequestsPlan } from "./plan.ts";
import { requestsLabel } from "./secrets.ts";

/** The form by which associations ask for a place. */
export const requestsPart: Part<{ requests?: RequestsPlan | undefined }> = {
  labels: [requestsLabel],
  holders: ({ requests }) => (requests ? [requestsHolders(requests)] : []),
  secrets: ({ requests }) => (requests ? [requestsLabel] : []),
};
