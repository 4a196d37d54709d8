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
import { loginValues, personsGate } from "../persons.ts";
import type { MediawikiSection } from "./declaration.ts";
import { images } from "./images.ts";

/** Of Apache with at most three processes that answer. */
const own = { memoryMiB: 320, millicores: 500, ephemeralMiB: 256 };

/** A wiki: one pod, one volume, a database on the commune's MariaDB. */
export function planMediawiki(tenant: TenantFacts, section: MediawikiSection): ApplicationPlan {
  const { access, title = tenant.name, subdomain, storage } = section;
  const release = releaseOf(tenant, "mediawiki");
  const host = `${subdomain}.${tenant.domain}`;
  const database = databaseOf(tenant, "mediawiki", "the wiki's");
  // Read at each request, as the password of its database is.
  const salt = {
    secret: `${release}-salt`,
    key: "salt",
    label: secretLabel(
      tenant.service,
      "mediawiki",
      "salt",
      "by itself",
      "what the wiki signs sessions and forms with: another one logs everybody out",
    ),
  };
  const account = administratorOf(tenant, "mediawiki", "admin", "the wiki");
  const volume = { name: `${release}-files`, sizeGiB: gibibytes(storage) };
  const { host: server, port, ...user } = databaseValues(tenant, database);
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
      database: { host: `${server}:${port}`, ...user },
      salt: { secret: salt.secret, key: salt.key },
      admin: { user: account.user, mail: tenant.contact, secret: account.secret, key: account.key },
      ...(gate && { login: loginValues(tenant) }),
    },
  };
}
