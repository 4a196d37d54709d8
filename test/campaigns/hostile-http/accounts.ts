import { once } from "node:events";
import { writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { deviceAttribute } from "../../../components/platform/directory/configuration.ts";
import { groupsOf } from "../../../components/platform/directory/plan.ts";
import { digestOf, newPassword, writtenDevice } from "../../../components/tenants/accounts/devices.ts";
import { devicePaths } from "../../../components/tenants/accounts/devices-pages.ts";
import { AccountsKeys } from "../../../components/tenants/accounts/keys.ts";
import { accountsConfigMap, accountsDeployment } from "../../../components/tenants/accounts/manifests.ts";
import { memberPaths } from "../../../components/tenants/accounts/members-pages.ts";
import { associationPath } from "../../../components/tenants/accounts/pages.ts";
import {
  accountsKeyFile,
  agendaKeyFile,
  devicesPath,
  directoryPasswordFile,
  invitationPath,
} from "../../../components/tenants/accounts/settings.ts";
import { freePort } from "../../free-port.ts";
import { type LdapEntry, ldapDouble } from "../../programs/accounts/ldap.ts";
import { accountsSettings } from "../../programs/accounts/running.ts";
import { asDeployed, type Program } from "./running.ts";

/** People of the association that the one who asks administers. */
const people = 300;

const association = { id: "chorale" };
const uids = Array.from({ length: people }, (_, index) => `camille.chantereau${index}`);
const [admin = ""] = uids;

function directory(suffix: string, password: string): LdapEntry[] {
  const dnOf = (uid: string) => `uid=${uid},ou=people,${suffix}`;
  const device = { id: "a1", association: association.id, day: "2026-11-29", name: "Tablette" };
  const { members, admins } = groupsOf(association.id);
  const group = (cn: string, member: string[]) => ({
    dn: `cn=${cn},ou=groups,${suffix}`,
    attributes: { cn: [cn], member: member.map(dnOf) },
  });
  return [
    ...uids.map((uid) => ({
      dn: dnOf(uid),
      attributes: {
        ...{ objectClass: ["inetOrgPerson"], uid: [uid], cn: [`Camille Chantereau ${uid}`] },
        ...{ givenName: ["Camille"], sn: ["Chantereau"], mail: [`${uid}@bron.test`] },
        createTimestamp: ["20261127100000Z"],
        [deviceAttribute]: [writtenDevice({ ...device, digest: digestOf(password) })],
      },
    })),
    group(members, uids),
    group(admins, [admin]),
  ];
}

/** The pages of accounts, with a double of their directory and no relay; on the port of the pages, or on that of agendas. */
export async function accounts(folder: string, side: "pages" | "agendas'"): Promise<Program> {
  const [pages, agendas] = [await freePort(), await freePort()];
  const password = newPassword();
  const settings = accountsSettings(undefined);
  const ldap = ldapDouble(directory(settings.suffix, password)).listen(0, "127.0.0.1").unref();
  await once(ldap, "listening");
  const plan = {
    ...settings,
    server: `ldap://127.0.0.1:${(ldap.address() as AddressInfo).port}`,
    mail: { ...settings.mail, port: await freePort() },
  };
  const secret = (fill: number) => Buffer.alloc(32, fill).toString("base64url");
  const files = {
    "settings.json": accountsConfigMap(plan).data["settings.json"] ?? "",
    [accountsKeyFile]: secret(1),
    [directoryPasswordFile]: secret(2),
    [agendaKeyFile(association.id)]: secret(3),
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  const common = {
    name: `accounts, port of ${side === "pages" ? "the pages" : "agendas"}`,
    source: "accounts",
    ...asDeployed(accountsDeployment(plan, "", [])),
    environment: {
      ACCOUNTS_SETTINGS: join(folder, "settings.json"),
      ACCOUNTS_SECRETS: folder,
      ACCOUNTS_PORT: String(pages),
      ACCOUNTS_DEVICES_PORT: String(agendas),
    },
    healthy: `http://127.0.0.1:${pages}/healthz`,
  };
  if (side !== "pages")
    return {
      ...common,
      port: agendas,
      largest: "/check",
      paths: ["/check", "/"],
      reads: "/check",
      headers: [`authorization: Bearer ${secret(3)}`],
      forms: [admin, "nobody"].map((login) => ({ path: "/check", fields: { login, password } })),
    };
  return { ...common, port: pages, ...asked(new AccountsKeys(secret(1))) };
}

/** Requests that an administrator of the association may send: forms as the pages give them out. */
function asked(keys: AccountsKeys): Pick<Program, "largest" | "paths" | "reads" | "headers" | "forms"> {
  const now = Date.now();
  const list = associationPath(association);
  const { invite, remove, rights } = memberPaths(association);
  const other = uids.at(-1) ?? "";
  const names = { givenName: "Alix", surname: "Durand", name: "Alix D." };
  const fields: Record<string, Record<string, string>> = {
    "/": names,
    [invite]: { ...names, mail: "alix@exemple.test" },
    [remove]: { qui: other, compte: "supprime" },
    [rights]: { qui: other, droits: "administrateur" },
    [devicePaths.add]: { nom: "Téléphone", agenda: association.id },
    [devicePaths.withdraw]: { appareil: "a1" },
  };
  const link = keys.seal({
    ...{ commune: "bron", association: association.id, by: admin, isAdmin: false, at: now },
    ...{ givenName: "Camille", surname: "Chantereau", mail: `${other}@bron.test` },
  });
  return {
    largest: list,
    paths: [
      ...["/", "/?fait=nom", "/healthz", list, `${list}?fait=invite`, "/associations/judo"],
      ...[invite, `${remove}?qui=${other}`, remove, rights, devicesPath, ...Object.values(devicePaths)],
      ...[invitationPath, `${invitationPath}?d=${link}`],
    ],
    reads: rights,
    headers: [`auth-user: ${admin}`],
    forms: [
      ...Object.entries(fields).map(([path, own]) => ({
        path,
        fields: { token: keys.token(admin, path, now), ...own },
      })),
      { path: invitationPath, fields: { d: link } },
    ],
  };
}
