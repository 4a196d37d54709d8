import { gibibytes } from "../../../foundation/declaration/size.ts";
import { images as shared } from "../../../foundation/image/catalogue.ts";
import type { SecretLabel } from "../../../foundation/seed/labels.ts";
import { mariadbConnection } from "../../../platform/mariadb/manifests.ts";
import {
  type ApplicationDatabase,
  type ApplicationPlan,
  databaseName,
  pointContents,
  releaseOf,
  type TenantFacts,
  withFront,
} from "../application.ts";
import { loginValues, personsGate } from "../persons.ts";
import type { SpipSection } from "./declaration.ts";
import { images } from "./images.ts";

/** Of Apache with at most three processes that answer. */
const own = { memoryMiB: 224, millicores: 400, ephemeralMiB: 256 };

/** What is kept: pictures and documents, and the keys without which no password is right. The rest is computed of them. */
const kept = ["IMG", "config"] as const;

/** The site's secrets. It reads the first at each request, the other at its first start. */
function labelsOf(service: string) {
  const label = (purpose: string, rotation: SecretLabel["rotation"], description: string): SecretLabel => ({
    ...{ service, purpose: `spip-${purpose}`, version: 1, rotation, description },
  });
  return {
    database: label("database-password", "by itself", "password of the site's user on MariaDB"),
    admin: label("admin", "never", "first password of who administers the site, who changes it there"),
  };
}

/** A site: one pod, one volume, a database on the commune's MariaDB. */
export function planSpip(tenant: TenantFacts, section: SpipSection): ApplicationPlan {
  const { access, title = tenant.name, subdomain, storage } = section;
  const { commune, service } = tenant;
  const release = releaseOf(tenant, "spip");
  const host = `${subdomain}.${tenant.domain}`;
  const labels = labelsOf(service);
  const database: ApplicationDatabase = {
    name: databaseName(tenant, "spip"),
    secret: `${release}-database`,
    key: "password",
    label: labels.database,
  };
  const account = { user: "admin", secret: `${release}-admin`, key: "password", label: labels.admin };
  const volume = { name: `${release}-files`, sizeGiB: gibibytes(storage) };
  const { host: server, port } = mariadbConnection({ commune }, database.name);
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
      database: {
        host: `${server}:${port}`,
        name: database.name,
        secret: database.secret,
        key: database.key,
      },
      admin: { user: account.user, mail: tenant.contact, secret: account.secret, key: account.key },
      ...(gate && { login: loginValues(tenant) }),
    },
  };
}
