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
import type { GaletteSection } from "./declaration.ts";
import { images } from "./images.ts";

/** Many times what a hundred pages took here (docs/charts.md): photographs and documents were not tried. Apache with at most two processes that answer. */
const own = { memoryMiB: 288, millicores: 500, ephemeralMiB: 256 };

/** Folders of its volume with what people brought; all others it makes anew. */
const kept = ["attachments", "documents", "files", "photos"] as const;

/** Memberships: one pod, one volume, a database on the commune's MariaDB. */
export function planGalette(tenant: TenantFacts, section: GaletteSection): ApplicationPlan {
  const { access, subdomain, storage } = section;
  const release = releaseOf(tenant, "galette");
  const host = `${subdomain}.${tenant.domain}`;
  const database = databaseOf(tenant, "galette", "Galette's");
  const account = administratorOf(tenant, "galette", "admin", "Galette");
  const volume = { name: `${release}-data`, sizeGiB: gibibytes(storage) };
  return {
    name: "galette",
    release,
    host,
    access,
    data: "accounts.contacts.documents",
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
        folder: "/var/www/galette/data",
        names: kept,
        uid: 33,
        hasTools: true,
      },
      own: undefined,
    },
    restorePoint: pointContents(33, { name: volume.name, paths: kept, excluded: [] }),
    values: {
      ...{ host, title: tenant.name },
      image: images.galette.reference,
      frontImage: shared.nginx.reference,
      storage: `${volume.sizeGiB}Gi`,
      database: databaseValues(tenant, database),
      admin: { user: account.user, secret: account.secret, key: account.key },
    },
  };
}
