import { images as shared } from "../../../foundation/image/catalogue.ts";
import type { SecretLabel } from "../../../foundation/seed/labels.ts";
import {
  type ApplicationAccount,
  type ApplicationPlan,
  pointContents,
  releaseOf,
  type TenantFacts,
  withFront,
} from "../application.ts";
import { databaseOf, databaseValues } from "../database.ts";
import type { EtherpadSection } from "./declaration.ts";
import { images } from "./images.ts";

/**
 * One Node process, which bundles its scripts with esbuild at each start. Of its source in an image of our own, 29 November 2026:
 * 250 MiB at rest, at most 320 MiB of a hundred pages, eight at a time.
 */
const own = { memoryMiB: 448, millicores: 500, ephemeralMiB: 256 };

/** Passwords are read at each start, and nobody can change them in Etherpad. */
function passwordOf(service: string, who: string, description: string): SecretLabel {
  return { service, purpose: `etherpad-${who}`, version: 1, rotation: "by itself", description };
}

/**
 * What Etherpad makes of itself, in the folder that upstream's own composition has on a volume; nothing that people wrote.
 * Source: https://github.com/ether/etherpad-lite/blob/v2.5.3/docker-compose.yml
 */
const volumeGiB = 1;

/** Pads: one pod, one small volume, a database on the commune's MariaDB; an account for the board, one that members share. */
export function planEtherpad(tenant: TenantFacts, section: EtherpadSection): ApplicationPlan {
  const { access, title = tenant.name, subdomain } = section;
  const { service } = tenant;
  const release = releaseOf(tenant, "etherpad");
  const host = `${subdomain}.${tenant.domain}`;
  const database = databaseOf(tenant, "etherpad", "the pads'");
  const account: ApplicationAccount = {
    user: "bureau",
    secret: `${release}-admin`,
    key: "password",
    label: passwordOf(service, "admin", "password of the board, which is also the key for programs"),
  };
  const members: ApplicationAccount | undefined =
    access === "members"
      ? {
          user: "membres",
          secret: `${release}-members`,
          key: "password",
          label: passwordOf(service, "members", "password that members share to read and write"),
        }
      : undefined;
  const volume = { name: `${release}-var`, sizeGiB: volumeGiB };
  const told = ({ user, secret, key }: ApplicationAccount) => ({ user, secret, key });
  return {
    name: "etherpad",
    release,
    host,
    access,
    data: "accounts.documents",
    // The old pod ends before the new one begins: two would write over each other, since pads are kept in memory.
    pods: 1,
    ...withFront(own),
    timed: undefined,
    volumes: [volume],
    account,
    members,
    database,
    gate: undefined,
    secrets: [],
    exit: { files: undefined, own: undefined },
    // What people wrote is in its one table.
    restorePoint: pointContents(5001, {
      name: volume.name,
      paths: ["installed_plugins.json"],
      excluded: [],
    }),
    values: {
      ...{ host, title, access },
      image: images.etherpad.reference,
      frontImage: shared.nginx.reference,
      storage: `${volume.sizeGiB}Gi`,
      database: databaseValues(tenant, database),
      admin: told(account),
      ...(members && { members: told(members) }),
    },
  };
}
