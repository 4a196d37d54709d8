import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import * as z from "zod";

/** Time for which a form may be open before it is sent, milliseconds. */
export const formLives = 2 * 3_600_000;

/** Validity of an invitation, milliseconds. */
export const invitationLives = 3 * 24 * 3_600_000;

const invitationSchema = z.strictObject({
  commune: z.string(),
  /** Id of the association. */
  association: z.string(),
  /** Login of the person who invites; absent if it is the commune. */
  by: z.string().optional(),
  /** Whether it is to administer the association, which the commune alone writes to somebody. */
  isAdmin: z.boolean(),
  givenName: z.string(),
  surname: z.string(),
  mail: z.string(),
  /** Time at which it was written, milliseconds since 1970. */
  at: z.number(),
});

/** The contents of the link in a letter: the whole invitation, because nothing of it is stored elsewhere. */
export type Invitation = z.output<typeof invitationSchema>;

/** Longest link that is read, characters. */
const longestLink = 4_000;

/** Binds forms to a person, and seals and notes invitations: all keys are derived from one secret. */
export class AccountsKeys {
  readonly #forms: Buffer;
  readonly #invitations: Buffer;
  readonly #notes: Buffer;

  /** @param secret base64url, as the seed gives it. */
  constructor(secret: string) {
    const bytes = Buffer.from(secret, "base64url");
    const derived = (purpose: string) =>
      Buffer.from(hkdfSync("sha256", bytes, "", `commune-cloud accounts ${purpose}`, 32));
    this.#forms = derived("forms");
    this.#invitations = derived("invitations");
    this.#notes = derived("notes of invitations");
  }

  /** Token of a form: of that person, to that path, for some time. */
  token(uid: string, path: string, now: number): string {
    const at = now.toString(36);
    return `${at}.${mac(this.#forms, formText(uid, path, at))}`;
  }

  /** Whether a form was given out to that person, for that path, a short while ago. */
  isToken(token: string, uid: string, path: string, now: number): boolean {
    const [at = "", given = "", ...more] = token.slice(0, 200).split(".");
    if (more.length > 0 || !isSame(mac(this.#forms, formText(uid, path, at)), given)) return false;
    const age = now - Number.parseInt(at, 36);
    return age >= 0 && age <= formLives;
  }

  /** An invitation as it stands in a link: whoever holds the link reads it, and nobody can change it. */
  seal(invitation: Invitation): string {
    const body = Buffer.from(JSON.stringify(invitation)).toString("base64url");
    return `${body}.${mac(this.#invitations, body)}`;
  }

  /** The name under which it is noted that a link was used: nobody without the secret finds one by the other. */
  usedName(link: string): string {
    return note(this.#notes, `used ${link}`);
  }

  /** The name under which it is noted that somebody's invitations to an association are void. */
  voidName({ association, mail }: Pick<Invitation, "association" | "mail">): string {
    return note(this.#notes, `void ${association} ${mail.toLowerCase()}`);
  }

  /** The invitation of a link; why there is none otherwise. */
  open(link: string, now: number): Invitation | "unknown" | "expired" {
    const [body = "", given = "", ...more] = link.slice(0, longestLink).split(".");
    if (more.length > 0 || !isSame(mac(this.#invitations, body), given)) return "unknown";
    const invitation = invitationSchema.parse(JSON.parse(Buffer.from(body, "base64url").toString("utf8")));
    return now - invitation.at > invitationLives ? "expired" : invitation;
  }
}

/** Writes the text that a form's token signs. Neither a login name nor a path contains a line break. */
const formText = (uid: string, path: string, at: string) => `${uid}\n${path}\n${at}`;

const mac = (key: Buffer, text: string) => createHmac("sha256", key).update(text).digest("base64url");

const note = (key: Buffer, text: string) => createHmac("sha256", key).update(text).digest("hex");

function isSame(own: string, given: string): boolean {
  const [one, other] = [Buffer.from(own), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}
