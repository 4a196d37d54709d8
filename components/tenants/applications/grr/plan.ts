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
import type { GrrSection } from "./declaration.ts";
import { images } from "./images.ts";

/** A guess that nobody has measured: Apache with at most three processes that answer. */
const own = { memoryMiB: 224, millicores: 400, ephemeralMiB: 256 };

/** Folders of its volume. */
const kept = ["css", "docresa", "images"] as const;

/** Bookings: one pod, one volume, a database on the commune's MariaDB. */
export function planGrr(tenant: TenantFacts, section: GrrSection): ApplicationPlan {
  const { access, subdomain, storage } = section;
  const { commune, service } = tenant;
  const release = releaseOf(tenant, "grr");
  const host = `${subdomain}.${tenant.domain}`;
  const database: ApplicationDatabase = {
    name: databaseName(tenant, "grr"),
    secret: `${release}-database`,
    key: "password",
    label: secretLabel(service, "grr", "database-password", "by itself", "password of GRR's user on MariaDB"),
  };
  const account: ApplicationAccount = {
    user: "administrateur",
    secret: `${release}-admin`,
    key: "password",
    label: secretLabel(
      service,
      "grr",
      "admin",
      "never",
      "first password of who administers GRR, who changes it there",
    ),
  };
  const volume = { name: `${release}-data`, sizeGiB: gibibytes(storage) };
  const { host: server, port } = mariadbConnection({ commune }, database.name);
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
      database: {
        host: server,
        port,
        name: database.name,
        secret: database.secret,
        key: database.key,
      },
      admin: { user: account.user, mail: tenant.contact, secret: account.secret, key: account.key },
    },
  };
}
