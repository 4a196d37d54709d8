import { images } from "../../foundation/image/catalogue.ts";
import { checksum } from "../../foundation/manifest/checksum.ts";
import type { Part } from "../../foundation/part/part.ts";
import { inVersion } from "../../foundation/seed/labels.ts";
import type { Site } from "../../foundation/site/site.ts";
import type { MariadbDeclaration } from "./declaration.ts";
import { mariadbPort } from "./gate.ts";
import { mariadbHolders, mariadbServer, mariadbVolume, mariadbWorkload } from "./manifests.ts";
import { type MariadbPlans, mariadbServersOf, mariadbService, ownerOfMariadb, planMariadb } from "./plan.ts";
import { rootPassword } from "./secrets.ts";

const kind = "mariadb";

/** Input of the plan of the server that associations share. */
export interface Around {
  declaration: { id: string; tenants?: { mariadb?: MariadbDeclaration | undefined } | undefined };
  site: Pick<Site, "storageClass">;
}

/** The MariaDB servers of associations: the one that they share, and those that are one's own. */
export const mariadbPart: Part<MariadbPlans, Around> = {
  kind,
  whenNodeIsLost: "Waits for its node: rows are on a volume (decision 0348).",
  plan({ declaration: { id, tenants }, site }) {
    const { running, retired } = planMariadb(id, tenants?.mariadb, site);
    return { running: { mariadb: running }, retired: { mariadb: retired } };
  },
  retirements: ({ tenants }) => [[mariadbService, tenants?.mariadb?.retired]],
  thingNamed(name) {
    if (name === mariadbService) {
      const title = {
        en: "the associations' database server",
        fr: "le serveur de base de données des associations",
      };
      return { kind, title, retirement: ["tenants", "mariadb", "retired"], isOfAssociations: true };
    }
    const owner = ownerOfMariadb(name);
    if (owner === undefined) return undefined;
    const title = { en: "the database of the association %", fr: "la base de l’association %" };
    // It goes with its association.
    return { kind, owner, title, isOfAssociations: true };
  },
  held: ({ mariadb }) => (mariadb ? [mariadbService] : []),
  heldBefore: ({ volumes }) => (mariadbVolume(mariadbService) in volumes ? [mariadbService] : []),
  holders: (plans) => mariadbServersOf(plans).map(mariadbHolders),
  secrets: (plans) => mariadbServersOf(plans).map(({ server }) => rootPassword(server)),
  software: (plans) =>
    mariadbServersOf(plans).length === 0
      ? []
      : [
          { name: "mariadb", image: images.mariadb },
          { name: "nginx", image: images.nginx },
        ],
  watched: (plans) =>
    mariadbServersOf(plans).map((planned) => ({
      ...{ by: "connection", protocol: "tcp", kind: "database", through: planned.server },
      ...{ workload: mariadbWorkload(planned), port: mariadbPort },
    })),
  serverPods: (plans, versions) =>
    Object.fromEntries(
      mariadbServersOf(plans).map((planned) => [
        planned.server,
        checksum(mariadbServer(planned, inVersion(rootPassword(planned.server), versions)).spec.template),
      ]),
    ),
};
