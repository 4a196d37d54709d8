import type { Part } from "../../foundation/part/part.ts";
import type { Mail } from "../../platform/mail/plan.ts";
import type { Decision } from "./decisions.ts";
import type { RequestsGiven } from "./index.ts";
import { requestsHolders } from "./manifests.ts";
import { planRequests, type RequestsPlan, type RequestsSubject, requestsService } from "./plan.ts";
import { requestsLabel } from "./secrets.ts";
import type { RequestsLook } from "./settings.ts";

/** Facts that the form is planned from. */
export interface Around {
  declaration: RequestsSubject;
  mail: Mail | undefined;
  look: RequestsLook | undefined;
  decisions: readonly Decision[] | undefined;
}

/** The form with which associations request hosting. */
export const requestsPart: Part<{ requests?: RequestsPlan | undefined }, Around, RequestsGiven> = {
  kind: requestsService,
  whenNodeIsLost:
    "The form is elsewhere after about 85 s. It keeps nothing: whoever was sending sends again.",
  plan: ({ declaration, mail, look, decisions }) => ({
    running: { requests: planRequests(declaration, mail, look, decisions) },
  }),
  thingNamed: (name) =>
    name === requestsService
      ? {
          kind: requestsService,
          title: { en: "the form for associations", fr: "le formulaire des associations" },
        }
      : undefined,
  labels: [requestsLabel],
  holders: ({ requests }) => (requests ? [requestsHolders(requests)] : []),
  secrets: ({ requests }) => (requests ? [requestsLabel] : []),
  component: async () => (await import("./index.ts")).registerRequests,
};
