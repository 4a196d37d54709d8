import type { LinkedKind, Part } from "../foundation/part/part.ts";
import type { AlertFile } from "../foundation/part/watched.ts";
import { federationSection } from "./declaration.ts";
import { descriptorPagePath } from "./descriptor.ts";
import { french } from "./french.ts";
import { homePath, isServedHome } from "./home-page.ts";
import type { FederationPlan } from "./plan.ts";
import { descriptorLabel } from "./secrets.ts";
import { reconcilerPort } from "./settings.ts";
import { reconcilerWorkload } from "./workloads.ts";

const fields = (linked: readonly LinkedKind[]) => ({
  federation: federationSection(linked)
    .optional()
    .describe("Other communes whose services are linked with this one's. None when absent."),
});

export interface Plans {
  federation?: FederationPlan;
}

/** Alerts on what the reconciler says besides its links: of the commune's services, and of their restore points. */
function alertsOf({ settings: { services }, pointsEverySeconds }: FederationPlan): AlertFile[] {
  return [
    ...(services.length > 0 ? [{ file: "services", values: {} }] : []),
    ...(pointsEverySeconds === undefined ? [] : [{ file: "points", values: { EVERY: pointsEverySeconds } }]),
  ];
}

/** The commune's descriptor and its links. */
export const federationPart: Part<Plans, unknown, unknown, ReturnType<typeof fields>> = {
  kind: "federation",
  whenNodeIsLost:
    "The publisher is elsewhere after about 85 s, the reconciler after about six minutes. Links stay as they are, and peers ask again.",
  fields,
  french,
  boundToDomain: ["federation"],
  touches: { federation: ["peers"] },
  toldElsewhere: ["with", "except", "also", "services", "only"].map((field) => `federation.${field}`),
  ofRepository: { federation: "members are declared in stacks/federation.yaml" },
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
  watched: ({ federation }) =>
    federation
      ? [
          {
            ...{ by: "metrics", job: "reconciler", path: "/metrics", through: undefined, isOpenToSite: true },
            ...{ workload: reconcilerWorkload(federation.settings.id), port: reconcilerPort },
            alerts: alertsOf(federation),
          },
        ]
      : [],
  hosts({ federation }) {
    if (federation === undefined) return [];
    const { settings, website } = federation;
    const { domain } = settings;
    const path = isServedHome({ domain, website }) ? homePath : descriptorPagePath;
    return [{ service: "federation", host: domain, path }];
  },
};
