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
import { loginValues, personsGate } from "../persons.ts";
import type { SpipSection } from "./declaration.ts";
import { images } from "./images.ts";

/** Of Apache with at most three processes that answer. */
const own = { memoryMiB: 224, millicores: 400, ephemeralMiB: 256 };

/** What is kept: pictures and documents, and the keys without which no password is right. The rest is computed of them. */
const kept = ["IMG", "config"] as const;

/** A site: one pod, one volume, a database on the commune's MariaDB. */
export function planSpip(tenant: TenantFacts, section: SpipSection): ApplicationPlan {
  const { access, title = tenant.name, subdomain, storage } = section;
  const release = releaseOf(tenant, "spip");
  const host = `${subdomain}.${tenant.domain}`;
  const database = databaseOf(tenant, "spip", "the site's");
  const account = administratorOf(tenant, "spip", "admin", "the site");
  const volume = { name: `${release}-files`, sizeGiB: gibibytes(storage) };
  const { host: server, port, ...user } = databaseValues(tenant, database);
  const gate = personsGate(tenant, access, {
    tile: "Journal de l’association",
    path: "/spip.php?page=login",
  });
  return {
    name: "spip",
    release,
    host,
    access,
    data: "accounts.posts.media.comments",
    // The old pod ends before the new one begins: the volume has one writer.
    pods: 1,
    ...withFront(own),
    timed: undefined,
    volumes: [volume],
    account,
    members: undefined,
    database,
    gate,
    secrets: [],
    exit: {
      files: { claim: volume.name, folder: "/var/lib/spip", names: kept, uid: 33, hasTools: true },
      own: undefined,
    },
    restorePoint: pointContents(33, { name: volume.name, paths: kept, excluded: [] }),
    values: {
      host,
      title,
      access,
      image: images.spip.reference,
      frontImage: shared.nginx.reference,
      storage: `${volume.sizeGiB}Gi`,
      database: { host: `${server}:${port}`, ...user },
      admin: { user: account.user, mail: tenant.contact, secret: account.secret, key: account.key },
      ...(gate && { login: loginValues(tenant) }),
    },
  };
}
