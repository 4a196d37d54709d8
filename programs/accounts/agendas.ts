import { createHash } from "node:crypto";
import type { Server } from "node:http";
import { formIn } from "../../components/foundation/program/form.ts";
import { Limit } from "../../components/foundation/program/limits.ts";
import { type Answer, programServer, type Question } from "../../components/foundation/program/server.ts";
import { isOf, type Role, roleIn } from "../../components/tenants/accounts/devices.ts";
import { uidIn } from "../../components/tenants/accounts/person.ts";
import type { People } from "./directory.ts";
import type { AccountsTools } from "./tools.ts";

/** The most questions that the agenda of one association has answered in a minute: some hundred telephones at once. */
export const questionsAMinute = 300;

/** The longest question, bytes: a name and a password. */
const largest = 2 * 1024;

/** Tools of the agendas, with their keys by the ids of associations: the key is all that says which one asks. */
export interface AgendasTools extends Pick<AccountsTools, "directory" | "now" | "failed"> {
  agendaKeys: ReadonlyMap<string, string>;
}

/**
 * Answers an agenda whether a name and a password are those of a telephone of a person of its own association: `admins`,
 * `members`, or `nobody`.
 *
 * An association's pod may be anybody's. It learns what it was given a right password for, of its own association alone.
 * Whether a name is there, its other groups and why it is refused it does not learn, by the time neither: the directory is
 * asked once for every name.
 */
export function agendasServer({ agendaKeys, directory, now, failed }: AgendasTools): Server {
  const asked = new Limit(questionsAMinute, 60_000);
  const associations = new Map([...agendaKeys].map(([id, key]) => [digestOfKey(key), id]));
  const answer = async (question: Question): Promise<Answer> => {
    if (question.path !== "/check" || question.method !== "POST") return said(404, "not here");
    const key = /^Bearer (\S+)$/.exec(question.headers.authorization ?? "")?.[1] ?? "";
    const id = associations.get(digestOfKey(key));
    if (id === undefined) return said(403, "unknown");
    if (!asked.take(id, now())) return said(429, "too many");
    const form = await formIn(question, largest);
    const uid = uidIn(form?.get("login") ?? undefined);
    if (uid === undefined) return said(200, "nobody");
    const password = form?.get("password") ?? "";
    return said(200, (await directory((people) => roleBy(people, id, uid, password))) ?? "nobody");
  };
  return programServer({ answer, failed, headers: { "content-type": "text/plain; charset=utf-8" } });
}

async function roleBy(people: People, id: string, uid: string, password: string): Promise<Role | undefined> {
  const holder = await people.holder(uid);
  const isOne = holder?.devices.some((device) => device.association === id && isOf(device, password));
  if (holder === undefined || !isOne) return undefined;
  return roleIn(await people.groupsOf(holder.person), { id });
}

/** Looked up by what it comes to: the time of that says nothing of a key. */
const digestOfKey = (key: string) => createHash("sha256").update(key).digest("base64url");

const said = (status: number, text: string): Answer => ({ status, body: `${text}\n` });
