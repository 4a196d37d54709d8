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
import type { DolibarrSection } from "./declaration.ts";
import { images } from "./images.ts";

/** A guess that nobody has measured: Apache with at most three processes that answer. */
const own = { memoryMiB: 512, millicores: 500, ephemeralMiB: 256 };

/** Memberships, accounts and invoices: one pod, one volume, a database on the commune's MariaDB. */
export function planDolibarr(tenant: TenantFacts, section: DolibarrSection): ApplicationPlan {
  const { access, subdomain, storage } = section;
  const { commune, service } = tenant;
  const release = releaseOf(tenant, "dolibarr");
  const host = `${subdomain}.${tenant.domain}`;
  const database: ApplicationDatabase = {
    name: databaseName(tenant, "dolibarr"),
    secret: `${release}-database`,
    key: "password",
    label: secretLabel(
      service,
      "dolibarr",
      "database-password",
      "by itself",
      "password of Dolibarr's user on MariaDB",
    ),
  };
  const account: ApplicationAccount = {
    user: "admin",
    secret: `${release}-admin`,
    key: "password",
    label: secretLabel(
      service,
      "dolibarr",
      "admin",
      "never",
      "first password of who administers Dolibarr, who changes it there",
    ),
  };
  const key = {
    secret: `${release}-key`,
    key: "key",
    label: secretLabel(
      service,
      "dolibarr",
      "key",
      "never",
      "what Dolibarr keeps passwords of other services with",
    ),
  };
  const volume = { name: `${release}-documents`, sizeGiB: gibibytes(storage) };
  const { host: server, port } = mariadbConnection({ commune }, database.name);
  return {
    name: "dolibarr",
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
    secrets: [key],
    exit: {
      files: {
        claim: volume.name,
        folder: "/var/www/documents",
        names: ["."],
        uid: 33,
        hasTools: true,
      },
      own: undefined,
    },
    restorePoint: pointContents(33, { name: volume.name, excluded: ["*/temp"] }),
    values: {
      host,
      image: images.dolibarr.reference,
      frontImage: shared.nginx.reference,
      storage: `${volume.sizeGiB}Gi`,
      database: {
        host: server,
        port,
        name: database.name,
        secret: database.secret,
        key: database.key,
      },
      key: { secret: key.secret, key: key.key },
      admin: { user: account.user, secret: account.secret, key: account.key },
    },
  };
}
