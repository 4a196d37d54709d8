import { gibibytes } from "../../../foundation/declaration/size.ts";
import { images as shared } from "../../../foundation/image/catalogue.ts";
import type { SecretLabel } from "../../../foundation/seed/labels.ts";
import {
  type ApplicationAccount,
  type ApplicationPlan,
  type ApplicationSecret,
  pointContents,
  releaseOf,
  type TenantFacts,
  withFront,
} from "../application.ts";
import { loginValues, personsGate } from "../persons.ts";
import { agendaKey, devicesAddress } from "../telephones.ts";
import type { RadicaleSection } from "./declaration.ts";
import { images } from "./images.ts";

/** Of one Python process with eight connections at most. */
const own = { memoryMiB: 128, millicores: 300, ephemeralMiB: 64 };

/** Passwords are read at each login, and nobody can change them in Radicale. */
function passwordOf(service: string, who: string, description: string): SecretLabel {
  return { service, purpose: `radicale-${who}`, version: 1, rotation: "by itself", description };
}

/**
 * An agenda and contacts: one pod, one volume; one account that writes, and one that members share to read. Where the commune
 * has pages of accounts, telephones come in as one of the two with a password of their own.
 */
export function planRadicale(tenant: TenantFacts, section: RadicaleSection): ApplicationPlan {
  const { access, subdomain, storage } = section;
  const { service } = tenant;
  const release = releaseOf(tenant, "radicale");
  const host = `${subdomain}.${tenant.domain}`;
  const account: ApplicationAccount = {
    user: "bureau",
    secret: `${release}-admin`,
    key: "password",
    label: passwordOf(service, "admin", "password of who writes in the agenda and the contacts"),
  };
  const members: ApplicationAccount | undefined =
    access === "members"
      ? {
          user: "membres",
          secret: `${release}-members`,
          key: "password",
          label: passwordOf(service, "members", "password that members share to read agenda and contacts"),
        }
      : undefined;
  const devices: ApplicationSecret | undefined = tenant.hasAccounts
    ? { secret: `${release}-devices`, key: "key", label: agendaKey(service) }
    : undefined;
  const volume = { name: `${release}-collections`, sizeGiB: gibibytes(storage) };
  const told = ({ user, secret, key }: ApplicationAccount) => ({ user, secret, key });
  // Where everybody reads the agenda, members have no more than they.
  const reserved = access === "public" ? "admins" : access;
  const gate = personsGate(
    tenant,
    reserved,
    { tile: "Agenda de l’association", path: "/.web/" },
    { keepsAccounts: true },
  );
  return {
    name: "radicale",
    release,
    host,
    access,
    data: "accounts.agenda.contacts",
    // The old pod ends before the new one begins: the volume has one writer.
    pods: 1,
    ...withFront(own),
    timed: undefined,
    volumes: [volume],
    account,
    members,
    database: undefined,
    gate,
    devices,
    secrets: devices ? [devices] : [],
    exit: {
      // The official image is Alpine's.
      files: {
        claim: volume.name,
        folder: "/var/lib/radicale",
        names: ["collections"],
        uid: 1000,
        hasTools: false,
      },
      own: undefined,
    },
    // Caches and the lock make themselves anew.
    restorePoint: pointContents(1000, {
      name: volume.name,
      paths: ["collections"],
      excluded: ["collections/collection-root/*/*/.Radicale.cache", "collections/.Radicale.lock"],
    }),
    values: {
      ...{ host, access, title: tenant.name },
      image: images.radicale.reference,
      frontImage: shared.nginx.reference,
      storage: `${volume.sizeGiB}Gi`,
      admin: told(account),
      ...(members && { members: told(members) }),
      ...(gate && { login: loginValues(tenant) }),
      ...(devices && {
        devices: { check: devicesAddress(tenant), secret: devices.secret, key: devices.key },
      }),
    },
  };
}
