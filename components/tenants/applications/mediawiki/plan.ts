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
import type { MediawikiSection } from "./declaration.ts";
import { images } from "./images.ts";

/** Of Apache with at most three processes that answer. */
const own = { memoryMiB: 320, millicores: 500, ephemeralMiB: 256 };

/** The wiki's secrets. It reads the first two at each request, the last one at its first start. */
function labelsOf(service: string) {
  const label = (purpose: string, rotation: SecretLabel["rotation"], description: string): SecretLabel => ({
    ...{ service, purpose: `mediawiki-${purpose}`, version: 1, rotation, description },
  });
  return {
    database: label("database-password", "by itself", "password of the wiki's user on MariaDB"),
    salt: label(
      "salt",
      "by itself",
      "what the wiki signs sessions and forms with: another one logs everybody out",
    ),
    admin: label("admin", "never", "first password of who administers the wiki, who changes it there"),
  };
}

/** A wiki: one pod, one volume, a database on the commune's MariaDB. */
export function planMediawiki(tenant: TenantFacts, section: MediawikiSection): ApplicationPlan {
  const { access, title = tenant.name, subdomain, storage } = section;
  const { commune, service } = tenant;
  const release = releaseOf(tenant, "mediawiki");
  const host = `${subdomain}.${tenant.domain}`;
  const labels = labelsOf(service);
  const database: ApplicationDatabase = {
    name: databaseName(tenant, "mediawiki"),
    secret: `${release}-database`,
    key: "password",
    label: labels.database,
  };
  const salt = { secret: `${release}-salt`, key: "salt", label: labels.salt };
  const account = { user: "admin", secret: `${release}-admin`, key: "password", label: labels.admin };
  const volume = { name: `${release}-files`, sizeGiB: gibibytes(storage) };
  const { host: server, port } = mariadbConnection({ commune }, database.name);
  const gate = personsGate(tenant, access, {
    tile: "Encyclopédie de l’association",
    path: "/index.php?title=Special:Userlogin",
  });
  return {
    name: "mediawiki",
    release,
    host,
    access,
    data: "accounts.documents",
    // The old pod ends before the new one begins: the volume has one writer.
    pods: 1,
    ...withFront(own),
    timed: undefined,
    volumes: [volume],
    account,
    members: undefined,
    database,
    gate,
    secrets: [salt],
    exit: {
      files: { claim: volume.name, folder: "/data", names: ["images", "version"], uid: 33, hasTools: true },
      own: {
        file: "export.xml",
        command: ["php", "/var/www/html/maintenance/run.php", "dumpBackup", "--full", "--quiet"],
      },
    },
    restorePoint: pointContents(33, { name: volume.name, paths: ["images", "version"], excluded: [] }),
    values: {
      host,
      title,
      access,
      image: images.mediawiki.reference,
      frontImage: shared.nginx.reference,
      storage: `${volume.sizeGiB}Gi`,
      database: {
        host: `${server}:${port}`,
        name: database.name,
        secret: database.secret,
        key: database.key,
      },
      salt: { secret: salt.secret, key: salt.key },
      admin: { user: account.user, mail: tenant.contact, secret: account.secret, key: account.key },
      ...(gate && { login: loginValues(tenant) }),
    },
  };
}
