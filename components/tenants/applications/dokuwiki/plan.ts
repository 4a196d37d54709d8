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
import { loginValues, personsGate } from "../persons.ts";
import type { DokuwikiSection } from "./declaration.ts";
import { images } from "./images.ts";

/** Of Apache with at most four processes that answer. */
const own = { memoryMiB: 224, millicores: 500, ephemeralMiB: 256 };

/** A wiki: one pod, one volume. */
export function planDokuwiki(tenant: TenantFacts, section: DokuwikiSection): ApplicationPlan {
  const { access, title = tenant.name, subdomain, storage } = section;
  const release = releaseOf(tenant, "dokuwiki");
  const host = `${subdomain}.${tenant.domain}`;
  const account = administratorOf(tenant, "dokuwiki", "admin", "the wiki");
  const volume = { name: `${release}-storage`, sizeGiB: gibibytes(storage) };
  const gate = personsGate(tenant, access, { tile: "Wiki de l’association", path: "/start?do=login" });
  return {
    name: "dokuwiki",
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
    database: undefined,
    gate,
    secrets: [],
    exit: {
      // Not its cache, index, locks and temporary files: DokuWiki makes them anew.
      files: {
        claim: volume.name,
        folder: "/storage",
        names: [
          ...["pages", "attic", "media", "media_attic", "meta", "media_meta"].map((each) => `data/${each}`),
          "conf",
        ],
        uid: 33,
        hasTools: true,
      },
      own: undefined,
    },
    // Caches, indexes and locks make themselves anew, at the next start.
    restorePoint: pointContents(33, {
      name: volume.name,
      paths: ["data", "conf"],
      excluded: ["data/cache", "data/index", "data/locks", "data/tmp"],
    }),
    values: {
      host,
      title,
      access,
      image: images.dokuwiki.reference,
      frontImage: shared.nginx.reference,
      storage: `${volume.sizeGiB}Gi`,
      admin: { user: account.user, mail: tenant.contact, secret: account.secret, key: account.key },
      ...(gate && { login: loginValues(tenant) }),
    },
  };
}
