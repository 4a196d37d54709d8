import type { Answer, Question } from "../../components/foundation/program/server.ts";
import { groupsOf } from "../../components/platform/directory/plan.ts";
import { pageAnswer } from "../../components/portal/program-page.ts";
import {
  type AssociationMember,
  administered,
  isLastAdmin,
  losesAccount,
} from "../../components/tenants/accounts/members.ts";
import { memberPaths, membersPage, removalPage } from "../../components/tenants/accounts/members-pages.ts";
import { type AccountsPage, associationPath, type Note } from "../../components/tenants/accounts/pages.ts";
import {
  type PersonFaults,
  personFaults,
  type TypedPerson,
  typedPerson,
} from "../../components/tenants/accounts/person.ts";
import type { Association } from "../../components/tenants/accounts/settings.ts";
import type { Invitations, NotSent } from "./invitations.ts";
import { type AccountsTools, type Acting, stopped } from "./tools.ts";

/** An administrator of an association, and what of it is asked: the last part of the path. */
export interface Managing extends Acting {
  association: Association;
  what: string | undefined;
}

const said: Readonly<Record<string, string>> = {
  invite:
    "Un courriel part à cette adresse, si elle existe. La personne est dans la liste quand elle a accepté.",
  retire: "Cette personne n’est plus membre.",
  administrateur: "Cette personne administre maintenant l’association.",
  membre: "Cette personne n’administre plus l’association ; elle en reste membre.",
};

const late: Note = { kind: "faults", text: "Ce formulaire a trop attendu, et rien n’est fait. Recommencez." };

const notSent: Readonly<Record<NotSent, string>> = {
  many: "Beaucoup d’invitations sont parties aujourd’hui. Continuez demain.",
  relay: "Notre messagerie ne répond pas, et rien n’est parti. Réessayez dans une heure.",
};

/** The most open questions about members: each may hold a list of all. */
export const questionsAtOnce = 50;

/** Actions of the administrators of an association on its members. */
export class Membership {
  readonly #tools: AccountsTools;
  readonly #invitations: Invitations;
  /** Actions by association, one after the other: two administrators cannot remove each other. */
  readonly #turns = new Map<string, Promise<unknown>>();
  /** Number of questions without an answer yet. */
  #open = 0;
  /** Lists are made one after the other: a few at once, of large associations, would fill this program's memory. */
  #lists: Promise<unknown> = Promise.resolve();

  constructor(tools: AccountsTools, invitations: Invitations) {
    this.#tools = tools;
    this.#invitations = invitations;
  }

  async answer(question: Question, form: URLSearchParams, acting: Managing): Promise<Answer> {
    if (this.#open >= questionsAtOnce)
      return this.#page(503, stopped("Réessayez dans un instant", "Beaucoup de pages sont demandées."));
    this.#open += 1;
    try {
      return await this.#answer(question, form, acting);
    } finally {
      this.#open -= 1;
    }
  }

  async #answer(question: Question, form: URLSearchParams, acting: Managing): Promise<Answer> {
    const { what, association, person } = acting;
    const { method, search, path } = question;
    const query = new URLSearchParams(search);
    if (method !== "POST") {
      if (what === undefined) return this.#list(200, acting, { note: toldBy(query.get("fait")) });
      if (path === memberPaths(association).remove) return this.#asked(acting, query.get("qui") ?? "");
      return this.#nothing();
    }
    if (!["inviter", "retirer", "droits"].includes(what ?? "")) return this.#nothing();
    const { keys, now } = this.#tools;
    if (!keys.isToken(form.get("token") ?? "", person.uid, path, now()))
      return this.#list(422, acting, { note: late });
    if (what === "inviter") return this.#invite(form, acting);
    return this.#inTurn(association, async () => {
      // Somebody else may have been quicker, and taken these rights away.
      const groups = await acting.directory.groupsOf(person);
      if (administered(groups, [association]).length === 0) return this.#nothing();
      return this.#about(form, { ...acting, groups });
    });
  }

  async #invite(form: URLSearchParams, acting: Managing): Promise<Answer> {
    const { association, person } = acting;
    const typed = typedPerson(form);
    const faults = personFaults(typed, ["givenName", "surname", "mail"]);
    if (Object.keys(faults).length > 0) return this.#list(422, acting, { faults, typed });
    const failed = await this.#invitations.send(association, person, typed);
    if (failed === undefined) return this.#done(association, "invite");
    const note: Note = { kind: "faults", text: notSent[failed] };
    return this.#list(failed === "many" ? 429 : 503, acting, { note, typed });
  }

  #membersOf(directory: Acting["directory"], association: Association): Promise<AssociationMember[]> {
    const list = this.#lists.then(() => directory.membersOf(association));
    this.#lists = list.catch(() => undefined);
    return list;
  }

  /** Removes somebody, or changes whether they administer. */
  async #about(form: URLSearchParams, acting: Managing): Promise<Answer> {
    const { directory, association, what } = acting;
    const members = await this.#membersOf(directory, association);
    const member = members.find(({ uid }) => uid === form.get("qui"));
    if (member === undefined) return this.#nobody(acting);
    const takesRights = what === "retirer" || form.get("droits") === "membre";
    if (takesRights && isLastAdmin(members, member.uid))
      return this.#list(409, acting, {
        note: {
          kind: "faults",
          text: "C’est le seul administrateur : nommez-en un autre d’abord.",
        },
      });
    if (what === "retirer") return this.#remove(member, form, acting);
    return this.#setRights(member, form.get("droits") ?? "", acting);
  }

  async #setRights(member: AssociationMember, rights: string, acting: Managing): Promise<Answer> {
    const { directory, association, person } = acting;
    const { members, admins } = groupsOf(association.id);
    if (rights !== "administrateur" && rights !== "membre") return this.#nothing();
    // A member in both cases, first: nobody is in no group in between.
    await directory.join(member, members);
    if (rights === "administrateur") await directory.join(member, admins);
    else await directory.leave(member, admins);
    const act = rights === "administrateur" ? "promote" : "demote";
    this.#tools.did({ actor: person.uid, act, who: member.uid, group: admins });
    return this.#done(association, rights);
  }

  async #remove(member: AssociationMember, form: URLSearchParams, acting: Managing): Promise<Answer> {
    const { directory, association, person } = acting;
    const { members, admins } = groupsOf(association.id);
    const deletes = losesAccount(await directory.groupsOf(member), association);
    // Whoever presses the button has read what becomes of the account: where that is something else by now, they read it anew.
    if (deletes !== (form.get("compte") === "supprime")) return this.#asked(acting, member.uid);
    await this.#invitations.revoke(directory, association, member);
    await directory.leave(member, admins);
    await directory.leave(member, members);
    // Who is invited again some day makes new ones: a telephone may be somebody else's by then.
    const { devices = [] } = (await directory.holder(member.uid)) ?? {};
    for (const device of devices)
      if (device.association === association.id) await directory.withdraw(member, device);
    this.#tools.did({ actor: person.uid, act: "remove", who: member.uid, group: members });
    if (deletes) {
      await directory.remove(member);
      this.#tools.did({ actor: person.uid, act: "delete", who: member.uid });
    }
    // Who has left themself sees their own account, or none.
    return member.uid === person.uid ? seeOther("/") : this.#done(association, "retire");
  }

  /** The page before somebody is removed. */
  async #asked(acting: Managing, uid: string): Promise<Answer> {
    const { directory, association, person } = acting;
    const { keys, now } = this.#tools;
    const member = (await this.#membersOf(directory, association)).find((each) => each.uid === uid);
    if (member === undefined) return this.#nobody(acting);
    const deletes = losesAccount(await directory.groupsOf(member), association);
    const token = keys.token(person.uid, memberPaths(association).remove, now());
    return this.#page(200, removalPage(association, member, { token, deletes }));
  }

  async #list(
    status: number,
    { directory, association, person, groups }: Managing,
    more: { note?: Note; faults?: PersonFaults; typed?: TypedPerson },
  ): Promise<Answer> {
    const { settings, keys, now } = this.#tools;
    const token = (path: string) => keys.token(person.uid, path, now());
    const others = administered(groups, settings.associations).filter(({ id }) => id !== association.id);
    const members = await this.#membersOf(directory, association);
    return this.#page(status, membersPage(association, members, { ...more, token, others }));
  }

  #nobody(acting: Managing): Promise<Answer> {
    return this.#list(409, acting, { note: { kind: "faults", text: "Cette personne n’est pas membre." } });
  }

  #nothing(): Answer {
    return this.#page(404, stopped("Il n’y a rien ici", "Cette page n’est pas là."));
  }

  #done(association: Association, what: string): Answer {
    return seeOther(`${associationPath(association)}?fait=${what}`);
  }

  #page(status: number, page: AccountsPage): Answer {
    return pageAnswer(this.#tools.look, status, page);
  }

  async #inTurn(association: Association, work: () => Promise<Answer>): Promise<Answer> {
    const before = this.#turns.get(association.id) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#turns.set(association.id, mine);
    return mine;
  }
}

const seeOther = (location: string): Answer => ({ status: 303, headers: { location }, body: "" });

function toldBy(what: string | null): Note {
  const text = said[what ?? ""];
  return text === undefined ? undefined : { kind: "well", text };
}
