import { gibibytes } from "../../../foundation/declaration/size.ts";
import { images as shared } from "../../../foundation/image/catalogue.ts";
import type { SecretLabel } from "../../../foundation/seed/labels.ts";
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
import { databaseValues, postgresqlOf } from "../database.ts";
import type { MobilizonSection } from "./declaration.ts";
import { images } from "./images.ts";

/** A guess that nobody has measured: one Erlang machine. */
const own = { memoryMiB: 512, millicores: 500, ephemeralMiB: 256 };

/** What its migrations make where it is missing, which they may not. Source: priv/repo/migrations/20180109150000_prerequites.exs */
const extensions = ["postgis", "pg_trgm", "unaccent"];

/** An agenda: one pod, one volume, a database on a PostgreSQL of the association's own. */
export function planMobilizon(tenant: TenantFacts, section: MobilizonSection): ApplicationPlan {
  const { access, title = tenant.name, subdomain, storage } = section;
  const release = releaseOf(tenant, "mobilizon");
  const host = `${subdomain}.${tenant.domain}`;
  const database = postgresqlOf(tenant, "mobilizon", "Mobilizon's", extensions);
  const account = administratorOf(tenant, "mobilizon", tenant.contact, "Mobilizon");
  const volume = { name: `${release}-uploads`, sizeGiB: gibibytes(storage) };
  const secret = (
    name: string,
    description: string,
    rotation: SecretLabel["rotation"],
  ): ApplicationSecret => ({
    secret: `${release}-${name}`,
    key: "key",
    label: secretLabel(tenant.service, "mobilizon", name, rotation, description),
  });
  const cookies = secret("cookies", "key that signs Mobilizon's cookies", "by itself");
  const sessions = secret("sessions", "key that signs who is logged in to Mobilizon", "by itself");
  const told = ({ secret, key }: ApplicationSecret) => ({ secret, key });
  return {
    name: "mobilizon",
    release,
    host,
    access,
    data: "accounts.agenda.documents",
    // The old pod ends before the new one begins: the volume has one writer, and so has each of its timed tasks.
    pods: 1,
    ...withFront(own),
    timed: undefined,
    volumes: [volume],
    account,
    members: undefined,
    database,
    gate: undefined,
    secrets: [cookies, sessions],
    exit: {
      files: {
        claim: volume.name,
        folder: "/var/lib/mobilizon/uploads",
        names: ["."],
        uid: 65_534,
        hasTools: false,
      },
      own: undefined,
    },
    restorePoint: pointContents(65_534, { name: volume.name, excluded: [] }),
    values: {
      ...{ host, title },
      image: images.mobilizon.reference,
      frontImage: shared.nginx.reference,
      storage: `${volume.sizeGiB}Gi`,
      database: databaseValues(tenant, database),
      admin: { mail: account.user, secret: account.secret, key: account.key },
      cookies: told(cookies),
      sessions: told(sessions),
    },
  };
}
