import { randomBytes } from "node:crypto";
import type { Answer, Question } from "../../components/foundation/program/server.ts";
import { groupsOf } from "../../components/platform/directory/plan.ts";
import { pageAnswer } from "../../components/portal/program-page.ts";
import {
  agendasOf,
  type Device,
  deviceNameFault,
  digestOf,
  mostDevices,
  newPassword,
  roleIn,
  typedDeviceName,
} from "../../components/tenants/accounts/devices.ts";
import {
  devicePaths,
  devicesPage,
  newDevicePage,
  type TypedDevice,
} from "../../components/tenants/accounts/devices-pages.ts";
import type { AccountsPage, Note } from "../../components/tenants/accounts/pages.ts";
import { devicesPath } from "../../components/tenants/accounts/settings.ts";
import { type AccountsTools, type Acting, stopped } from "./tools.ts";

const late: Note = { kind: "faults", text: "Ce formulaire a trop attendu, et rien n’est fait. Recommencez." };

/** Actions of people on their own telephones. */
export class Devices {
  readonly #tools: AccountsTools;

  constructor(tools: AccountsTools) {
    this.#tools = tools;
  }

  async answer({ method, path, search }: Question, form: URLSearchParams, acting: Acting): Promise<Answer> {
    const { keys, now } = this.#tools;
    const { person, directory } = acting;
    const { devices = [] } = (await directory.holder(person.uid)) ?? {};
    const having = { ...acting, devices };
    if (method !== "POST" && path === devicesPath) return this.#list(200, having, { note: toldBy(search) });
    const isKnown = path === devicePaths.add || path === devicePaths.withdraw;
    if (method !== "POST" || !isKnown)
      return this.#page(404, stopped("Il n’y a rien ici", "Cette page n’est pas là."));
    if (!keys.isToken(form.get("token") ?? "", person.uid, path, now()))
      return this.#list(422, having, { note: late });
    return path === devicePaths.add ? this.#add(form, having) : this.#withdraw(form, having);
  }

  async #add(form: URLSearchParams, having: Having): Promise<Answer> {
    const { settings, now } = this.#tools;
    const { person, groups, directory, devices } = having;
    const typed = { name: typedDeviceName(form.get("nom") ?? ""), association: form.get("agenda") ?? "" };
    const association = agendasOf(groups, settings.associations).find(({ id }) => id === typed.association);
    if (association === undefined || devices.length >= mostDevices) return this.#list(409, having, {});
    // The page that shows a password is not shown again: a second press on the button makes no second one.
    const fault = deviceNameFault(typed.name, devices);
    if (fault !== undefined) return this.#list(422, having, { fault, typed });
    const password = newPassword();
    const device: Device = {
      ...{ id: randomBytes(6).toString("hex"), association: association.id, name: typed.name },
      ...{ day: new Date(now()).toISOString().slice(0, 10), digest: digestOf(password) },
    };
    await directory.addDevice(person, device);
    this.#did("add-device", person.uid, device);
    const writes = roleIn(groups, association) === "admins";
    return this.#page(200, newDevicePage(device, association, { uid: person.uid, password, writes }));
  }

  async #withdraw(form: URLSearchParams, having: Having): Promise<Answer> {
    const { person, directory, devices } = having;
    const device = devices.find(({ id }) => id === form.get("appareil"));
    if (device !== undefined) {
      await directory.withdraw(person, device);
      this.#did("withdraw-device", person.uid, device);
    }
    // One that is gone already is what was wanted.
    return { status: 303, headers: { location: `${devicesPath}?fait=retire` }, body: "" };
  }

  #did(act: "add-device" | "withdraw-device", who: string, { association }: Device): void {
    this.#tools.did({ actor: who, act, who, group: groupsOf(association).members });
  }

  #list(
    status: number,
    { person, groups, devices }: Having,
    more: { note?: Note; fault?: string; typed?: TypedDevice },
  ): Answer {
    const { settings, keys, now } = this.#tools;
    const { associations } = settings;
    const agendas = agendasOf(groups, associations);
    const token = (path: string) => keys.token(person.uid, path, now());
    return this.#page(status, devicesPage(devices, { ...more, agendas, associations, token }));
  }

  #page(status: number, page: AccountsPage): Answer {
    return pageAnswer(this.#tools.look, status, page);
  }
}

/** Somebody who asks, with their telephones. */
interface Having extends Acting {
  devices: readonly Device[];
}

function toldBy(search: string): Note {
  return new URLSearchParams(search).get("fait") === "retire"
    ? { kind: "well", text: "Cet appareil est retiré. Dans une minute, il n’ouvre plus rien." }
    : undefined;
}
