import { images } from "../../foundation/image/catalogue.ts";
import type { Workload } from "../../foundation/manifest/labels.ts";
import type { Part } from "../../foundation/part/part.ts";
import type { Site } from "../../foundation/site/site.ts";
import type { DirectoryGiven } from "./index.ts";
import { directoryHolders, directoryPort, directoryService, directoryWorkload } from "./manifests.ts";
import { type DirectoryPlan, type DirectorySubject, directoryVolume, planDirectory } from "./plan.ts";
import { directoryForm, directoryPoint } from "./restore-point.ts";
import { addressesPassword, managerPassword, readerPassword } from "./secrets.ts";

const restarts = {
  en: "The directory of people restarts: for some seconds nobody logs in.",
  fr: "L’annuaire des personnes redémarre : pendant quelques secondes, personne ne peut se connecter.",
};

/** Input of its plan. */
export interface Around {
  declaration: DirectorySubject;
  site: Pick<Site, "storageClass">;
  services: readonly { looksUp: readonly Workload[] }[];
  plans: { tenants?: readonly { id: string }[] | undefined; accounts?: object | undefined };
}

/** People and their groups. */
export const directoryPart: Part<{ directory?: DirectoryPlan | undefined }, Around, DirectoryGiven> = {
  kind: directoryService,
  whenNodeIsLost:
    "Waits for its node: one server has all entries on a volume (decision 0378). Until then nobody logs in who is not logged in already.",
  needs: ["service", "tenant", "accounts"],
  plan({ declaration, site, services, plans: { tenants = [], accounts } }) {
    const readers = services.flatMap(({ looksUp }) => looksUp);
    const ids = tenants.map(({ id }) => id);
    const { running, retired } = planDirectory(declaration, ids, readers, site, accounts !== undefined);
    return { running: { directory: running }, retired: { directory: retired } };
  },
  retirements: ({ directory }) => [[directoryService, directory?.retired]],
  drilled: ({ directory }, services) =>
    directory && services.includes(directoryService) ? { directory } : {},
  sections: { directory: { en: "directory of people", fr: "annuaire des personnes" } },
  thingNamed: (name) =>
    name === directoryService
      ? {
          kind: directoryService,
          title: { en: "the directory of people", fr: "l’annuaire des personnes" },
          retirement: ["directory", "retired"],
        }
      : undefined,
  held: ({ directory }) => (directory ? [directoryService] : []),
  heldBefore: ({ volumes }) => (directoryVolume in volumes ? [directoryService] : []),
  labels: [managerPassword, readerPassword, addressesPassword],
  copied: ({ directory }) =>
    directory
      ? [
          {
            service: directoryService,
            running: { version: directoryForm, host: directory.domain },
            keys: [],
            contents: directoryPoint,
            beside: directoryWorkload(directory),
            rows: undefined,
          },
        ]
      : [],
  restorePoints: [directoryService],
  holders: ({ directory }) => (directory ? [directoryHolders(directory)] : []),
  secrets: ({ directory }) =>
    directory
      ? [managerPassword, readerPassword, ...(directory.readers.length > 0 ? [addressesPassword] : [])]
      : [],
  software: ({ directory }) => (directory ? [{ name: "slapd", image: images.slapd }] : []),
  watched: ({ directory }) =>
    directory
      ? [
          {
            ...{ by: "connection", protocol: "tcp", kind: "directory", through: directoryService },
            ...{ workload: directoryWorkload(directory), port: directoryPort },
          },
        ]
      : [],
  noticed: ({ directory }) =>
    directory ? [{ pod: directoryService, section: directoryService, told: restarts }] : [],
  component: async () => (await import("./index.ts")).registerDirectory,
};
