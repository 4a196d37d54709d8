import { createHash } from "node:crypto";
import type { Server } from "node:http";
import { formIn } from "../../components/foundation/program/form.ts";
import { Limit, sourceOf } from "../../components/foundation/program/limits.ts";
import { type Answer, programServer, type Question } from "../../components/foundation/program/server.ts";
import { mailFailure } from "../../components/platform/mail/transport.ts";
import { pageAnswer } from "../../components/portal/program-page.ts";
import { digestOf } from "../../components/tenants/requests/decisions.ts";
import {
  type Faults,
  faultsOf,
  requestOf,
  type Typed,
  typedIn,
} from "../../components/tenants/requests/form.ts";
import {
  confirmPage,
  type FormPage,
  followPage,
  formPage,
  receivedPage,
  sentPage,
  stoppedPage,
} from "../../components/tenants/requests/form-pages.ts";
import type { RequestKeys, TenantRequest } from "../../components/tenants/requests/request.ts";
import {
  confirmPath,
  type Decided,
  followPath,
  type RequestsSettings,
  requestsPath,
} from "../../components/tenants/requests/settings.ts";
import { badLink, tooMany } from "./answers.ts";
import type { Post } from "./post.ts";
import { Tokens } from "./tokens.ts";

/** The largest form that is read, bytes: every field full of letters of four bytes fits. */
const largestForm = 16 * 1024;

const [minute, hour, day] = [60_000, 3_600_000, 24 * 3_600_000];

/** The longest link that is read: those of mails are some 800 characters. */
const longestLink = 8_000;

/** Tools of the form. */
export interface RequestsTools {
  settings: RequestsSettings;
  keys: RequestKeys;
  post: Post;
  /** Decisions until now. */
  decided: () => Decided;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Receives a request that could not be answered, and failures of mail: never what was typed. */
  failed: (error: unknown) => void;
}

const digestOfLink = (link: string) => createHash("sha256").update(link).digest("base64url");

const headers = {
  "content-type": "text/plain; charset=utf-8",
  "strict-transport-security": "max-age=15552000; includeSubDomains",
  // The link of a mail is in the address.
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
};

/** The form of associations: it keeps nothing but who has sent how much, and what was used up. */
export function requestsServer(tools: RequestsTools): Server {
  const form = new RequestForm(tools);
  return programServer({ answer: (question) => form.answer(question), headers, failed: tools.failed });
}

class RequestForm {
  readonly #tools: RequestsTools;
  readonly #tokens = new Tokens();
  readonly #sentBySource = new Limit(30, 10 * minute);
  readonly #mailsBySource = new Limit(5, hour);
  readonly #mailsToMailbox = new Limit(3, day);
  readonly #mails: Limit;
  /** The private links of links that were used, and until when these could be used again. */
  readonly #confirmed = new Map<string, { until: number; follow: string }>();

  constructor(tools: RequestsTools) {
    this.#tools = tools;
    this.#mails = new Limit(tools.settings.perDay, day);
  }

  async answer(question: Question): Promise<Answer> {
    const { method, path, search } = question;
    if (path === "/healthz") return { status: 200, body: "ok\n" };
    const isRead = method === "GET" || method === "HEAD";
    if (path === requestsPath) {
      if (isRead) return this.#page(200, formPage(this.#tools.settings, this.#token()));
      if (method === "POST") return this.#sent(question);
    }
    if (path === confirmPath) {
      if (isRead) return this.#toConfirm(new URLSearchParams(search).get("d") ?? "");
      if (method === "POST") return this.#confirm(question);
    }
    if (path === followPath) {
      if (isRead) return this.#followed(new URLSearchParams(search).get("d") ?? "");
      return { status: 405, headers: { allow: "GET, HEAD" }, body: "GET\n" };
    }
    if (path === requestsPath || path === confirmPath)
      return { status: 405, headers: { allow: "GET, HEAD, POST" }, body: "GET, POST\n" };
    return { status: 404, body: "not found\n" };
  }

  async #sent(question: Question): Promise<Answer> {
    const { settings, now } = this.#tools;
    const source = sourceOf(question.headers["x-forwarded-for"]?.toString(), undefined);
    if (!this.#sentBySource.take(source, now())) return tooMany(settings);
    const form = await formIn(question, largestForm);
    if (form === undefined)
      return this.#page(413, stoppedPage(settings, "Trop long", "Ce formulaire est trop long pour être lu."));
    const typed = typedIn(form);
    const faults = faultsOf(typed, settings.tools);
    const isWhole = Object.keys(faults).length === 0;
    const onlyChecked = form.get("action") === "verifier";
    // A form with a fault uses up nothing: it is given back with another token.
    if (onlyChecked || !isWhole) {
      const note = isWhole ? "Tout est en ordre. Vous pouvez envoyer la demande." : undefined;
      return this.#again(onlyChecked ? 200 : 422, typed, faults, note);
    }
    switch (this.#tokens.take(form.get("token") ?? "", now())) {
      case "good":
        break;
      case "fast":
        return this.#again(422, typed, {}, "Cela est allé très vite. Relisez vos réponses, puis envoyez.");
      case "used":
        return this.#again(
          422,
          typed,
          {},
          "Ce formulaire a déjà été envoyé. Envoyez-le de nouveau si c’est une autre demande.",
        );
      case "late":
      case "unknown":
        return this.#again(
          422,
          typed,
          {},
          "Ce formulaire a trop attendu. Envoyez-le de nouveau : vos réponses sont là.",
        );
    }
    // Whoever fills in what nobody sees is told what everybody is.
    if ((form.get("website") ?? "") !== "") return this.#page(200, sentPage(settings));
    return this.#askMailbox(typed, source);
  }

  async #askMailbox(typed: Typed, source: string): Promise<Answer> {
    const { settings, keys, post, now, failed } = this.#tools;
    const request = requestOf(typed, settings.commune, new Date(now()), settings.tools);
    if (request === undefined)
      return this.#again(422, typed, {}, "Une réponse ne peut pas être lue. Écrivez-la plus simplement.");
    if (!this.#mailsBySource.take(source, now())) return tooMany(settings);
    // The same answer for every mailbox: nobody learns from it who has asked before.
    if (this.#mailsToMailbox.take(request.contact.toLowerCase(), now())) {
      if (!this.#mails.take("all", now()))
        return this.#page(
          503,
          stoppedPage(
            settings,
            "Revenez demain",
            "Nous avons reçu beaucoup de demandes aujourd’hui, et ne pouvons plus envoyer de message.",
          ),
        );
      try {
        await post.askMailbox(request, keys.seal(request));
      } catch (error) {
        failed(mailFailure(error));
        return this.#page(
          503,
          stoppedPage(
            settings,
            "Le message n’est pas parti",
            "Notre messagerie ne répond pas. Réessayez dans une heure.",
          ),
        );
      }
    }
    return this.#page(200, sentPage(settings));
  }

  #toConfirm(link: string): Answer {
    const { settings } = this.#tools;
    const request = this.#opened(link);
    if (typeof request === "string") return badLink(settings, request);
    const known = this.#confirmed.get(digestOfLink(link));
    return this.#page(
      200,
      known ? receivedPage(settings, known.follow) : confirmPage(settings, link, request),
    );
  }

  async #confirm(question: Question): Promise<Answer> {
    const { settings, keys, post, now, failed } = this.#tools;
    const form = await formIn(question, largestForm);
    const link = form?.get("d") ?? "";
    const request = this.#opened(link);
    if (typeof request === "string") return badLink(settings, request);
    const digest = digestOfLink(link);
    for (const [old, { until }] of this.#confirmed) {
      if (until > now()) break;
      this.#confirmed.delete(old);
    }
    const known = this.#confirmed.get(digest);
    if (known) return this.#page(200, receivedPage(settings, known.follow));
    if (!this.#mails.take("all", now()))
      return this.#page(
        503,
        stoppedPage(
          settings,
          "Revenez demain",
          "Nous avons reçu beaucoup de demandes aujourd’hui. Votre lien sert encore demain.",
        ),
      );
    // Marked before it is sent: two clicks at once are one request.
    const confirmed = { ...request, confirmed: new Date(now()).toISOString() };
    const follow = keys.follow({
      ...{ commune: request.commune, id: request.id, name: request.name, confirmed: confirmed.confirmed },
      digest: digestOf(request),
    });
    this.#confirmed.set(digest, { until: now() + 3 * day, follow });
    try {
      await post.toCommune(keys.sign(confirmed));
    } catch (error) {
      this.#confirmed.delete(digest);
      failed(mailFailure(error));
      return this.#page(
        503,
        stoppedPage(
          settings,
          "Votre demande n’est pas partie",
          "Notre messagerie ne répond pas. Ouvrez le lien de nouveau dans une heure.",
        ),
      );
    }
    await this.#acknowledge(confirmed, follow);
    return this.#page(200, receivedPage(settings, follow));
  }

  /** The page has the same link: a letter that does not go out loses nobody's request. */
  async #acknowledge(request: TenantRequest, follow: string): Promise<void> {
    const { post, now, failed } = this.#tools;
    if (!this.#mails.take("all", now())) return;
    try {
      await post.acknowledge(request, follow);
    } catch (error) {
      failed(mailFailure(error));
    }
  }

  #followed(link: string): Answer {
    const { keys, settings, decided } = this.#tools;
    const followed = link.length > longestLink ? undefined : keys.followed(link);
    if (followed?.commune !== settings.commune)
      return this.#page(
        400,
        stoppedPage(
          settings,
          "Ce lien ne mène à aucune demande",
          "Copiez-le du message jusqu’au bout, ou écrivez-nous.",
        ),
      );
    return this.#page(200, followPage(settings, followed, decided()[followed.digest]));
  }

  #opened(link: string) {
    const { keys, now, settings } = this.#tools;
    if (link.length > longestLink) return "unknown" as const;
    const request = keys.open(link, new Date(now()));
    // One key is of one commune; a declaration that was copied with its seed is not.
    return typeof request !== "string" && request.commune !== settings.commune
      ? ("unknown" as const)
      : request;
  }

  #again(status: number, typed: Typed, faults: Faults, note?: string): Answer {
    return this.#page(
      status,
      formPage(this.#tools.settings, this.#token(), { typed, faults, ...(note && { note }) }),
    );
  }

  #token(): string {
    return this.#tokens.issue(this.#tools.now());
  }

  #page(status: number, page: FormPage): Answer {
    return pageAnswer(this.#tools.settings, status, page);
  }
}
