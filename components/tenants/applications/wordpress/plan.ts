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
import type { WordpressSection } from "./declaration.ts";
import { images } from "./images.ts";

/** Of Apache with at most three processes that answer. */
const own = { memoryMiB: 224, millicores: 500, ephemeralMiB: 256 };

/** Of its timed job, which runs beside it now and then. */
const events = { memoryMiB: 96, millicores: 200, ephemeralMiB: 256 };

/** Prints the site in WordPress' own format, WXR. Source: wp-admin/includes/export.php. */
const exportScript = `
$_SERVER['HTTP_HOST'] = $_SERVER['SERVER_NAME'] = 'localhost';
require '/usr/src/wordpress/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/export.php';
export_wp();`;

/** A site: one pod, one volume, a database on the commune's MariaDB, and a job every quarter of an hour. */
export function planWordpress(tenant: TenantFacts, section: WordpressSection): ApplicationPlan {
  const { access, title = tenant.name, subdomain, storage } = section;
  const release = releaseOf(tenant, "wordpress");
  const host = subdomain === undefined ? tenant.domain : `${subdomain}.${tenant.domain}`;
  const database = databaseOf(tenant, "wordpress", "the site's");
  // Read at each request, as the password of its database is.
  const salt = {
    secret: `${release}-salt`,
    key: "salt",
    label: secretLabel(
      tenant.service,
      "wordpress",
      "salt",
      "by itself",
      "what the site signs sessions and forms with: another one logs everybody out",
    ),
  };
  const account = administratorOf(tenant, "wordpress", "admin", "the site");
  const volume = { name: `${release}-uploads`, sizeGiB: gibibytes(storage) };
  const { host: server, port, ...user } = databaseValues(tenant, database);
  const gate = personsGate(tenant, access, { tile: "Site de l’association", path: "/wp-login.php" });
  return {
    name: "wordpress",
    release,
    host,
    access,
    data: "accounts.posts.media.comments",
    // The old pod ends before the new one begins: the volume has one writer.
    pods: 1,
    ...withFront(own),
    timed: events,
    volumes: [volume],
    account,
    members: undefined,
    database,
    gate,
    secrets: [salt],
    exit: {
      files: {
        claim: volume.name,
        folder: "/usr/src/wordpress/wp-content/uploads",
        names: ["."],
        uid: 33,
        hasTools: true,
      },
      own: { file: "export.xml", command: ["php", "-r", exportScript] },
    },
    restorePoint: pointContents(33, { name: volume.name, excluded: [] }),
    values: {
      host,
      title,
      access,
      image: images.wordpress.reference,
      frontImage: shared.nginx.reference,
      storage: `${volume.sizeGiB}Gi`,
      database: { host: `${server}:${port}`, ...user },
      salt: { secret: salt.secret, key: salt.key },
      admin: { user: account.user, mail: tenant.contact, secret: account.secret, key: account.key },
      ...(gate && { login: loginValues(tenant) }),
    },
  };
}
