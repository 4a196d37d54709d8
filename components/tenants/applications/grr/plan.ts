import { gibibytes } from "../../../foundation/declaration/size.ts";
import { images as shared } from "../../../foundation/image/catalogue.ts";
import {
  type ApplicationPlan,
  administratorOf,
  pointContents,
  releaseOf,
  type TenantFacts,
  withFront,
} from "../application.ts";
import { databaseOf, databaseValues } from "../database.ts";
import type { GrrSection } from "./declaration.ts";
import { images } from "./images.ts";

/** Many times what a hundred pages took here (docs/charts.md): pictures and files of people were not tried. Apache with at most three processes that answer. */
const own = { memoryMiB: 224, millicores: 400, ephemeralMiB: 256 };

/** Folders of its volume. */
const kept = ["css", "docresa", "images"] as const;

/** Bookings: one pod, one volume, a database on the commune's MariaDB. */
export function planGrr(tenant: TenantFacts, section: GrrSection): ApplicationPlan {
  const { access, subdomain, storage } = section;
  const release = releaseOf(tenant, "grr");
  const host = `${subdomain}.${tenant.domain}`;
  const database = databaseOf(tenant, "grr", "GRR's");
  const account = administratorOf(tenant, "grr", "administrateur", "GRR");
  const volume = { name: `${release}-data`, sizeGiB: gibibytes(storage) };
  return {
    name: "grr",
    release,
    host,
    access,
    data: "accounts.agenda.documents",
    // The old pod ends before the new one begins: the volume has one writer.
    pods: 1,
    ...withFront(own),
    timed: undefined,
    volumes: [volume],
    account,
    members: undefined,
    database,
    gate: undefined,
    secrets: [],
    exit: {
      files: {
        claim: volume.name,
        folder: "/var/www/html/personnalisation/data",
        names: kept,
        uid: 33,
        hasTools: true,
      },
      own: undefined,
    },
    restorePoint: pointContents(33, { name: volume.name, paths: kept, excluded: [] }),
    values: {
      ...{ host, title: tenant.name },
      image: images.grr.reference,
      frontImage: shared.nginx.reference,
      storage: `${volume.sizeGiB}Gi`,
      database: databaseValues(tenant, database),
      admin: { user: account.user, mail: tenant.contact, secret: account.secret, key: account.key },
    },
  };
}
