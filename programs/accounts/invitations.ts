import { ofPlace } from "../../components/foundation/page/of-place.ts";
import { Limit } from "../../components/foundation/program/limits.ts";
import type { Answer } from "../../components/foundation/program/server.ts";
import { groupsOf } from "../../components/platform/directory/plan.ts";
import { mailFailure } from "../../components/platform/mail/transport.ts";
import { pageAnswer } from "../../components/portal/program-page.ts";
import type { Commission } from "../../components/tenants/accounts/commission.ts";
import type { Invitation } from "../../components/tenants/accounts/keys.ts";
import { invitationLetter, welcomeLetter } from "../../components/tenants/accounts/letters.ts";
import { administered } from "../../components/tenants/accounts/members.ts";
import { type AccountsPage, invitedPage, welcomePage } from "../../components/tenants/accounts/pages.ts";
import { type Person, personFaults, type TypedPerson } from "../../components/tenants/accounts/person.ts";
import type { AccountsSettings, Association } from "../../components/tenants/accounts/settings.ts";
import type { People } from "./directory.ts";
import { type AccountsTools, stopped } from "./tools.ts";

const [hour, day] = [3_600_000, 24 * 3_600_000];

/** The most invitations per day: of an association, to one address, and of all. */
export const invitationLimits = { association: 40, address: 3, all: 400 } as const;

/** Reason why no invitation was sent: too many, or the relay. */
export type NotSent = "many" | "relay";

/** Invitations: a letter, and what its link leads to. Kept elsewhere is that one was used or is void, and nothing of what it says. */
export class Invitations {
  readonly #tools: AccountsTools;
  readonly #ofAssociation = new Limit(invitationLimits.association, day);
  readonly #toAddress = new Limit(invitationLimits.address, day);
  readonly #all = new Limit(invitationLimits.all, day);
  readonly #acceptedBySource = new Limit(30, hour);

  constructor(tools: AccountsTools) {
    this.#tools = tools;
  }

  /** Writes to somebody. What is said afterwards is the same whether they have an account or not. */
  async send(
    association: Association,
    by: Person,
    { givenName, surname, mail }: TypedPerson,
  ): Promise<NotSent | undefined> {
    const { settings, keys, now, post, failed, did } = this.#tools;
    const at = now();
    if (!this.#ofAssociation.take(association.id, at)) return "many";
    if (!this.#toAddress.take(mail, at) || !this.#all.take("all", at)) return "many";
    const invitation: Invitation = {
      ...{ commune: settings.commune, association: association.id, by: by.uid },
      ...{ givenName, surname, mail, at, isAdmin: false },
    };
    try {
      const link = keys.seal(invitation);
      await post(invitationLetter(settings, association, invitation, link));
    } catch (error) {
      failed(mailFailure(error));
      return "relay";
    }
    did({ actor: by.uid, act: "invite", group: groupsOf(association.id).members });
    return undefined;
  }

  /** Voids what was written until now to somebody who is removed. */
  revoke({ links }: People, { id: association }: Association, { mail }: Person): Promise<void> {
    const { keys, now } = this.#tools;
    return links.revoke(keys.voidName({ association, mail }), now());
  }

  show(link: string): Promise<Answer> {
    return this.#with(link, async ({ invitation, association, by }) =>
      this.#page(200, invitedPage(this.#tools.settings, association, invitation, { by, link })),
    );
  }

  async accept(link: string, source: string): Promise<Answer> {
    if (!this.#acceptedBySource.take(source, this.#tools.now()))
      return this.#page(429, stopped("Trop d’envois", "Attendez une heure."));
    const { keys, now } = this.#tools;
    return this.#with(link, async ({ invitation, association, directory }) => {
      // Noted before anything is made: two clicks at once are one.
      const name = keys.usedName(link);
      if (!(await directory.links.use(name, now()))) return this.#wasUsed();
      try {
        const person = await this.#joined(directory, association, invitation);
        await this.#welcome(association, person);
        return this.#page(200, welcomePage(this.#tools.settings, association, person.uid));
      } catch (error) {
        await directory.links.putBack(name);
        throw error;
      }
    });
  }

  async #joined(directory: People, association: Association, invitation: Invitation): Promise<Person> {
    const { did } = this.#tools;
    const { members: group, admins } = groupsOf(association.id);
    const actor = invitation.by ?? theCommune;
    const known = await directory.owner(invitation.mail);
    const person = known ?? (await directory.make(invitation, invitation.mail));
    if (known === undefined) did({ actor, act: "make", who: person.uid });
    await directory.join(person, group);
    did({ actor: person.uid, act: "join", who: person.uid, group });
    if (invitation.isAdmin) {
      await directory.join(person, admins);
      did({ actor, act: "promote", who: person.uid, group: admins });
    }
    return person;
  }

  /** The page has the same name to log in with: a letter that does not go out stops nobody. */
  async #welcome(association: Association, { mail, uid }: Person): Promise<void> {
    const { settings, post, failed } = this.#tools;
    try {
      await post(welcomeLetter(settings, association, { mail, uid }));
    } catch (error) {
      failed(mailFailure(error));
    }
  }

  /**
   * Opens a link while it counts: its author still administers the association, and the invited person was not
   * removed since.
   */
  async #with(
    link: string,
    work: (found: {
      invitation: Invitation;
      association: Association;
      /** Name of whoever invites, for people. */
      by: string;
      directory: People;
    }) => Promise<Answer>,
  ): Promise<Answer> {
    const { settings, keys, now } = this.#tools;
    const invitation = keys.open(link, now());
    if (invitation === "unknown")
      return this.#void(400, "Ce lien n’est pas entier. Copiez-le du courriel jusqu’au bout.");
    if (invitation === "expired")
      return this.#void(
        410,
        "Cette invitation a plus de trois jours. Demandez-en une autre à l’association.",
      );
    const association = settings.associations.find(({ id }) => id === invitation.association);
    if (association === undefined || invitation.commune !== settings.commune) return this.#taken();
    return this.#tools.directory(async (directory) => {
      if ((await directory.links.noted(keys.usedName(link))) !== undefined) return this.#wasUsed();
      const voidSince = await directory.links.noted(keys.voidName(invitation));
      if (voidSince !== undefined && invitation.at <= voidSince) return this.#taken();
      if (invitation.by === undefined)
        return work({ invitation, association, by: communeName(settings), directory });
      const by = await directory.person(invitation.by);
      const isOpen = by && administered(await directory.groupsOf(by), [association]).length > 0;
      return by && isOpen ? work({ invitation, association, by: by.name, directory }) : this.#taken();
    });
  }

  #wasUsed(): Answer {
    return this.#void(
      410,
      "Cette invitation a déjà servi : vous êtes membre, et votre nom de connexion est dans le courriel suivant.",
    );
  }

  #taken(): Answer {
    return this.#void(410, "Cette invitation ne vaut plus. Demandez-en une autre à l’association.");
  }

  #void(status: number, why: string): Answer {
    const back = { href: `https://${this.#tools.settings.loginHost}/`, label: "Se connecter" };
    return this.#page(status, stopped("Ce lien ne sert plus", why, back));
  }

  #page(status: number, page: AccountsPage): Answer {
    return pageAnswer(this.#tools.look, status, page);
  }
}

/**
 * Writes to somebody whom the commune asks to administer an association: nobody else makes its first administrator.
 * Throws if the letter is not sent, without naming its recipient.
 */
export async function commission(
  { settings, keys, now, post }: Pick<AccountsTools, "settings" | "keys" | "now" | "post">,
  { association: id, ...person }: Commission,
): Promise<void> {
  const association = settings.associations.find((each) => each.id === id);
  const typed = { ...person, name: "" };
  const faults = personFaults(typed, ["givenName", "surname", "mail"]);
  if (association === undefined || Object.keys(faults).length > 0)
    throw new Error("there is no such association, or a name or the address cannot be written");
  const invitation: Invitation = {
    ...{ commune: settings.commune, association: id, ...person, at: now(), isAdmin: true },
  };
  try {
    await post(invitationLetter(settings, association, invitation, keys.seal(invitation)));
  } catch (error) {
    throw mailFailure(error);
  }
}

const theCommune = "commune";
const communeName = ({ name }: Pick<AccountsSettings, "name">) => `La ville ${ofPlace(name)}`;
