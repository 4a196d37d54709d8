import { setTimeout as sleep } from "node:timers/promises";
import { type Dispatcher, request } from "undici";
import { TranslatedError } from "../../../components/foundation/language/translated-error.ts";
import { confirmPath, requestsPath } from "../../../components/tenants/requests/settings.ts";
import { attachedTo, type Letter, linkIn } from "../../../test/doubles/mailbox/letter.ts";

/** Answers that an association types into the form. */
export type Typed = Readonly<Record<string, string | readonly string[]>>;

/** Way to the form and the mailboxes. */
export interface FormPlace {
  /** Address of the commune's pages, without a path. */
  origin: string;
  dispatcher?: Dispatcher;
  /** Every letter so far, the oldest first. */
  letters: () => Promise<readonly Letter[]>;
  /** Mailbox for the commune's requests. */
  contact: string;
}

/** A form is not filled in by a person within four seconds, and is refused then. */
const readingTime = 5_000;

/** Time that a letter may take, in seconds. */
const patience = 60;

/** Asks for a place as an association would in a browser: the form, the link of the letter, the button behind it. */
export class Applicant {
  constructor(private readonly place: FormPlace) {}

  /** @returns the signed request, as the commune's mailbox has it. Throws if a page says no, or no letter comes. */
  async ask(typed: Typed, read: () => Promise<unknown> = () => sleep(readingTime)): Promise<string> {
    const { contact } = this.place;
    const form = await this.#open(requestsPath);
    const [, token] = /name="token" value="([^"]+)"/.exec(form) ?? [];
    if (token === undefined)
      throw new TranslatedError({
        en: `${this.place.origin}${requestsPath} has no form.`,
        fr: `${this.place.origin}${requestsPath} n’a pas de formulaire.`,
      });
    await read();
    const asked = (await this.place.letters()).length;
    await this.#send(requestsPath, { token, ...typed });
    const link = linkIn(await this.#letter(String(typed.contact), asked));
    await this.#open(`${confirmPath}?d=${link}`);
    const confirmed = (await this.place.letters()).length;
    await this.#send(confirmPath, { d: link });
    return attachedTo(await this.#letter(contact, confirmed));
  }

  #open(path: string): Promise<string> {
    return this.#ask(path, {});
  }

  #send(path: string, fields: Typed): Promise<string> {
    const form = new URLSearchParams();
    for (const [field, value] of Object.entries(fields))
      for (const each of [value].flat()) form.append(field, each);
    return this.#ask(path, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: form.toString(),
    });
  }

  async #ask(
    path: string,
    options: { method?: "POST"; headers?: Record<string, string>; body?: string },
  ): Promise<string> {
    const { origin, dispatcher } = this.place;
    const { statusCode, body } = await request(`${origin}${path}`, {
      ...options,
      ...(dispatcher && { dispatcher }),
    });
    const text = await body.text();
    if (statusCode === 200) return text;
    const said = /class="fault"[^>]*>([^<]+)|role="status"><p>([^<]+)/.exec(text);
    throw new Error(`${origin}${path.split("?")[0]} answered ${statusCode}: ${said?.[1] ?? said?.[2] ?? ""}`);
  }

  /** The newest letter to a mailbox that came after so many. */
  async #letter(to: string, before: number): Promise<Letter> {
    for (let second = 0; second < patience; second++) {
      const found = (await this.place.letters()).slice(before).findLast((letter) => letter.to.includes(to));
      if (found) return found;
      await sleep(1000);
    }
    throw new TranslatedError({
      en: `no letter came to ${to} within ${patience} s.`,
      fr: `aucun courriel n’est arrivé à ${to} en ${patience} s.`,
    });
  }
}
