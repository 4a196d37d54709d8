import { gibibytes } from "../../../foundation/declaration/size.ts";
import { images as shared } from "../../../foundation/image/catalogue.ts";
import {
  type ApplicationPlan,
  administratorOf,
  pointContents,
  releaseOf,
  secretLabel,
  type TenantFacts,
  withFront,
} from "../application.ts";
import { databaseOf, databaseValues } from "../database.ts";
import type { DolibarrSection } from "./declaration.ts";
import { images } from "./images.ts";

/** Many times what a hundred pages took here (docs/charts.md): pictures and files of people were not tried. Apache with at most three processes that answer. */
const own = { memoryMiB: 512, millicores: 500, ephemeralMiB: 256 };

/** Memberships, accounts and invoices: one pod, one volume, a database on the commune's MariaDB. */
export function planDolibarr(tenant: TenantFacts, section: DolibarrSection): ApplicationPlan {
  const { access, subdomain, storage } = section;
  const release = releaseOf(tenant, "dolibarr");
  const host = `${subdomain}.${tenant.domain}`;
  const database = databaseOf(tenant, "dolibarr", "Dolibarr's");
  const account = administratorOf(tenant, "dolibarr", "admin", "Dolibarr");
  const key = {
    secret: `${release}-key`,
    key: "key",
    label: secretLabel(
      tenant.service,
      "dolibarr",
      "key",
      "never",
      "what Dolibarr keeps passwords of other services with",
    ),
  };
  const volume = { name: `${release}-documents`, sizeGiB: gibibytes(storage) };
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
      ...{ host, title: tenant.name },
      image: images.dolibarr.reference,
      frontImage: shared.nginx.reference,
      storage: `${volume.sizeGiB}Gi`,
      database: databaseValues(tenant, database),
      key: { secret: key.secret, key: key.key },
      admin: { user: account.user, secret: account.secret, key: account.key },
    },
  };
}
