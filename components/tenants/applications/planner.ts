import { gibibytes } from "../../foundation/declaration/size.ts";
import { images as shared } from "../../foundation/image/catalogue.ts";
import type { Json } from "../../foundation/manifest/pod-template.ts";
import type { ConsistentCopies, CopiedVolume } from "../../foundation/restore-point/contract.ts";
import { groupsOf } from "../../platform/directory/plan.ts";
import { cookieName } from "../../platform/login/configuration.ts";
import { checkAddress } from "../../platform/login/manifests.ts";
import type { Access } from "./access.ts";
import {
  type ApplicationAccount,
  type ApplicationGate,
  type ApplicationPlan,
  type ApplicationSecret,
  type ExitPlan,
  front,
  pointContents,
  releaseOf,
  secretLabel,
  type TenantFacts,
  withFront,
} from "./application.ts";
import { databaseOf, databaseValues } from "./database.ts";
import type { DeclaredSection, FieldValue } from "./fields.ts";
import type { Pages } from "./pages.ts";
import type { DeclaredApplication } from "./schema.ts";
import { agendaKey, devicesAddress } from "./telephones.ts";

/** An application's declaration with its name. */
export interface NamedApplication extends DeclaredApplication {
  name: string;
}

/** Plans an association's application: names, sizes, secrets, and its chart's values. Pure. */
export function planApplication(
  application: NamedApplication,
  tenant: TenantFacts,
  section: DeclaredSection,
  pages: Pages,
): ApplicationPlan {
  const { name, pod, timed, data } = application;
  const { access } = section;
  const release = releaseOf(tenant, name);
  const volume = volumeOf(application, release, section);
  const account = application.account && accountOf(application, tenant, "admin", application.account);
  const members =
    application.members && access === "members"
      ? accountOf(application, tenant, "members", application.members)
      : undefined;
  const database = application.rows && databaseOf(tenant, name, application.rows);
  const devices: ApplicationSecret | undefined =
    application.telephones && tenant.hasAccounts
      ? { secret: `${release}-devices`, key: "key", label: agendaKey(tenant.service) }
      : undefined;
  const secrets = Object.entries(application.secrets).map(
    ([own, { key, rotation, description }]): [string, ApplicationSecret] => [
      own,
      {
        ...{ secret: `${release}-${own}`, key },
        label: secretLabel(tenant.service, name, own, rotation, description),
      },
    ],
  );
  const gate = gateOf(application, tenant, access);
  const host =
    typeof section.subdomain === "string" ? `${section.subdomain}.${tenant.domain}` : tenant.domain;
  return {
    ...{ name, release, host, access },
    data: data.join(".") || "none",
    // With a volume, the old pod ends before the new one starts: the volume has one writer.
    pods: volume ? 1 : 2,
    ...(pod ? withFront(podSize(pod)) : front),
    timed: pod && timed ? podSize({ ...timed, disk: pod.disk }) : undefined,
    volumes: volume ? [volume] : [],
    ...{ account, members, database, gate, devices },
    secrets: [...secrets.map(([, secret]) => secret), ...(devices ? [devices] : [])],
    exit: exitOf(application, volume?.name),
    restorePoint:
      pod &&
      volume &&
      pointContents(pod.uid, copiedOf(application, volume.name), copiesOf(application, volume.name)),
    values: {
      ...valuesOfFields(application, tenant, section),
      host,
      frontImage: shared.nginx.reference,
      ...(application.image && { image: application.image.image }),
      ...(volume && { storage: `${volume.sizeGiB}Gi` }),
      ...(application.fields.folder && { pages: pages.files }),
      ...(database && { database: databaseValues(tenant, database) }),
      ...(account && { admin: { ...told(account), user: account.user, mail: tenant.contact } }),
      ...(members && { members: { ...told(members), user: members.user } }),
      ...Object.fromEntries(secrets.map(([own, secret]) => [own, told(secret)])),
      ...(gate && { login: loginValues(application, tenant) }),
      ...(devices && { devices: { check: devicesAddress(tenant), ...told(devices) } }),
    },
  };
}

const told = ({ secret, key }: ApplicationSecret) => ({ secret, key });

function podSize({ memory, cpu, disk }: { memory: number; cpu: number; disk: number }) {
  return { memoryMiB: memory, millicores: cpu, ephemeralMiB: disk };
}

function volumeOf({ volume }: DeclaredApplication, release: string, { storage }: DeclaredSection) {
  if (volume === undefined) return undefined;
  const sizeGiB = typeof storage === "object" ? gibibytes(storage) : (volume.size ?? 1);
  return { name: `${release}-${volume.name}`, sizeGiB };
}

function accountOf(
  { name }: NamedApplication,
  tenant: TenantFacts,
  who: "admin" | "members",
  { user, rotation, description }: NonNullable<DeclaredApplication["account"]>,
): ApplicationAccount {
  return {
    user: user === "{contact}" ? tenant.contact : user,
    secret: `${releaseOf(tenant, name)}-${who}`,
    key: "password",
    label: secretLabel(tenant.service, name, who, rotation, description),
  };
}

/**
 * Returns the rules of the front, if people log in through the commune's login. On a page that everybody reads,
 * members log in too.
 */
function gateOf(
  { login }: DeclaredApplication,
  { id, loginHost }: TenantFacts,
  access: Access,
): ApplicationGate | undefined {
  if (login === undefined) return undefined;
  const { members, admins } = groupsOf(id);
  const { tile, path, keepsAccounts, tellsWho, whenPublic } = login;
  if (!tellsWho)
    return access === "public"
      ? undefined
      : { tile, path, groups: [access === "members" ? members : admins], admins: undefined, keepsAccounts };
  if (loginHost === undefined) return undefined;
  const who = access === "public" ? whenPublic : access;
  return { tile, path, groups: who === "admins" ? [admins] : [members, admins], admins, keepsAccounts };
}

/**
 * Returns the login's values for a chart: where its front asks, where people log out, and the cookie that identifies
 * them.
 */
function loginValues({ login }: DeclaredApplication, tenant: TenantFacts): Json {
  const check = checkAddress(tenant);
  return login?.tellsWho
    ? { check, logout: `https://${tenant.loginHost}/?logout=1`, cookie: cookieName }
    : { check };
}

function exitOf({ exit, pod, volume }: DeclaredApplication, claim: string | undefined): ExitPlan {
  const { names, hasTools, export: own } = exit;
  return {
    files:
      pod && volume && claim !== undefined && names !== undefined
        ? { claim, folder: volume.mount, names, uid: pod.uid, hasTools }
        : undefined,
    own,
  };
}

function copiedOf({ restorePoint }: DeclaredApplication, name: string): CopiedVolume {
  const { paths = [], excluded = [] } = restorePoint ?? {};
  const [first, ...more] = paths;
  return { name, ...(first !== undefined && { paths: [first, ...more] }), excluded };
}

function copiesOf(
  { restorePoint, image }: DeclaredApplication,
  volume: string,
): ConsistentCopies | undefined {
  if (restorePoint?.copies === undefined || image === undefined) return undefined;
  return { image: image.image, volume, commands: restorePoint.copies };
}

/** Returns an association's fields as values of the chart; without a title, the association's name. */
function valuesOfFields(
  { fields }: DeclaredApplication,
  tenant: TenantFacts,
  section: DeclaredSection,
): Json {
  const own = Object.entries(fields).flatMap(([name, { kind }]): [string, FieldValue][] => {
    const value = section[name];
    if (kind === "subdomain" || kind === "storage" || kind === "folder") return [];
    return [[name, value ?? ""]];
  });
  return {
    ...Object.fromEntries(own),
    title: typeof section.title === "string" ? section.title : tenant.name,
  };
}
