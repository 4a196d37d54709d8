import { gibibytes } from "../../../foundation/declaration/size.ts";
import { images as shared } from "../../../foundation/image/catalogue.ts";
import { mariadbConnection } from "../../../platform/mariadb/manifests.ts";
import {
  type ApplicationAccount,
  type ApplicationDatabase,
  type ApplicationPlan,
  databaseName,
  pointContents,
  releaseOf,
  secretLabel,
  type TenantFacts,
  withFront,
} from "../application.ts";
import type { GaletteSection } from "./declaration.ts";
import { images } from "./images.ts";

/** A guess that nobody has measured: Apache with at most three processes that answer. */
const own = { memoryMiB: 288, millicores: 500, ephemeralMiB: 256 };

/** Folders of its volume with what people brought; all others it makes anew. */
const kept = ["attachments", "documents", "files", "photos"] as const;

/** Memberships: one pod, one volume, a database on the commune's MariaDB. */
export function planGalette(tenant: TenantFacts, section: GaletteSection): ApplicationPlan {
  const { access, subdomain, storage } = section;
  const { commune, service } = tenant;
  const release = releaseOf(tenant, "galette");
  const host = `${subdomain}.${tenant.domain}`;
  const database: ApplicationDatabase = {
    name: databaseName(tenant, "galette"),
    secret: `${release}-database`,
    key: "password",
    label: secretLabel(
      service,
      "galette",
      "database-password",
      "by itself",
      "password of Galette's user on MariaDB",
    ),
  };
  const account: ApplicationAccount = {
    user: "admin",
    secret: `${release}-admin`,
    key: "password",
    label: secretLabel(
      service,
      "galette",
      "admin",
      "never",
      "first password of who administers Galette, who changes it there",
    ),
  };
  const volume = { name: `${release}-data`, sizeGiB: gibibytes(storage) };
  const { host: server, port } = mariadbConnection({ commune }, database.name);
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
      host,
      image: images.galette.reference,
      frontImage: shared.nginx.reference,
      storage: `${volume.sizeGiB}Gi`,
      database: {
        host: server,
        port,
        name: database.name,
        secret: database.secret,
        key: database.key,
      },
      admin: { user: account.user, secret: account.secret, key: account.key },
    },
  };
}
