import { gibibytes } from "../../../foundation/declaration/size.ts";
import { images as shared } from "../../../foundation/image/catalogue.ts";
import {
  type ApplicationPlan,
  type ApplicationSecret,
  administratorOf,
  pointContents,
  releaseOf,
  secretLabel,
  type TenantFacts,
  withFront,
} from "../application.ts";
import { databaseOf, databaseValues } from "../database.ts";
import type { FoodsoftSection } from "./declaration.ts";
import { images } from "./images.ts";

/** Half as much again as hundreds of pages took here, and a seventh more than a large order (docs/charts.md): one process, which answers one person at a time. */
const own = { memoryMiB: 384, millicores: 800, ephemeralMiB: 256 };

/** Of its timed job, which runs beside it now and then. */
const orders = { memoryMiB: 224, millicores: 300, ephemeralMiB: 256 };

/** Orders: one pod, one volume, a database on the commune's MariaDB, and a job every quarter of an hour. */
export function planFoodsoft(tenant: TenantFacts, section: FoodsoftSection): ApplicationPlan {
  const { access, title = tenant.name, subdomain, storage } = section;
  const release = releaseOf(tenant, "foodsoft");
  const host = `${subdomain}.${tenant.domain}`;
  const database = databaseOf(tenant, "foodsoft", "Foodsoft's");
  const account = administratorOf(tenant, "foodsoft", tenant.contact, "Foodsoft");
  const volume = { name: `${release}-storage`, sizeGiB: gibibytes(storage) };
  const cookies: ApplicationSecret = {
    secret: `${release}-cookies`,
    key: "key",
    label: secretLabel(
      tenant.service,
      "foodsoft",
      "cookies",
      "by itself",
      "key that signs Foodsoft's cookies, in which it keeps who is logged in",
    ),
  };
  return {
    name: "foodsoft",
    release,
    host,
    access,
    data: "accounts.contacts.documents",
    // The old pod ends before the new one begins: the volume has one writer.
    pods: 1,
    ...withFront(own),
    timed: orders,
    volumes: [volume],
    account,
    members: undefined,
    database,
    gate: undefined,
    secrets: [cookies],
    exit: {
      files: {
        claim: volume.name,
        folder: "/usr/src/app/storage",
        names: ["."],
        uid: 65_534,
        hasTools: true,
      },
      own: undefined,
    },
    restorePoint: pointContents(65_534, { name: volume.name, excluded: [] }),
    values: {
      ...{ host, title },
      image: images.foodsoft.reference,
      frontImage: shared.nginx.reference,
      storage: `${volume.sizeGiB}Gi`,
      database: databaseValues(tenant, database),
      admin: { mail: account.user, secret: account.secret, key: account.key },
      cookies: { secret: cookies.secret, key: cookies.key },
    },
  };
}
