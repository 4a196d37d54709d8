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
import type { PahekoSection } from "./declaration.ts";
import { images } from "./images.ts";

/**
 * Apache with at most three processes that answer, each of which PHP lets have 128 MiB. Of its source in an image of our own,
 * 29 November 2026: 24 MiB of a hundred pages, eight at a time.
 */
const own = { memoryMiB: 288, millicores: 500, ephemeralMiB: 256 };

/** Memberships, their fees and accounts: one pod, and one volume with all of it in one file. */
export function planPaheko(tenant: TenantFacts, section: PahekoSection): ApplicationPlan {
  const { access, subdomain, storage } = section;
  const release = releaseOf(tenant, "paheko");
  const host = `${subdomain}.${tenant.domain}`;
  const key = {
    secret: `${release}-key`,
    key: "key",
    label: secretLabel(
      tenant.service,
      "paheko",
      "key",
      "by itself",
      "what Paheko signs sessions with: another one logs everybody out",
    ),
  };
  // Whoever logs in types a mail address.
  const account = administratorOf(tenant, "paheko", tenant.contact, "Paheko");
  const volume = { name: `${release}-data`, sizeGiB: gibibytes(storage) };
  return {
    name: "paheko",
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
    database: undefined,
    gate: undefined,
    secrets: [key],
    exit: {
      files: {
        claim: volume.name,
        folder: "/var/lib/paheko",
        names: ["association.sqlite"],
        uid: 33,
        hasTools: true,
      },
      own: undefined,
    },
    // What SQLite needs to finish or undo what was being written is beside its file.
    restorePoint: pointContents(33, {
      name: volume.name,
      paths: ["association.sqlite", "association.sqlite-journal", "backups"],
      excluded: [],
    }),
    values: {
      host,
      title: tenant.name,
      image: images.paheko.reference,
      frontImage: shared.nginx.reference,
      storage: `${volume.sizeGiB}Gi`,
      key: { secret: key.secret, key: key.key },
      admin: { mail: tenant.contact, secret: account.secret, key: account.key },
    },
  };
}
