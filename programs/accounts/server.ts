import type { Server } from "node:http";
import { formIn } from "../../components/foundation/program/form.ts";
import { sourceOf } from "../../components/foundation/program/limits.ts";
import {
  type Answer,
  programServer,
  type Question,
  serverLimits,
} from "../../components/foundation/program/server.ts";
import { agentsGroup } from "../../components/platform/directory/plan.ts";
import { pageAnswer } from "../../components/portal/program-page.ts";
import { administered } from "../../components/tenants/accounts/members.ts";
import { type AccountsPage, type Note, ownPage } from "../../components/tenants/accounts/pages.ts";
import {
  type Person,
  type PersonFaults,
  personFaults,
  typedPerson,
  uidIn,
} from "../../components/tenants/accounts/person.ts";
import { associationsPath, devicesPath, invitationPath } from "../../components/tenants/accounts/settings.ts";
import { Devices } from "./devices.ts";
import { DirectoryAway } from "./directory.ts";
import { Invitations } from "./invitations.ts";
import { Membership } from "./membership.ts";
import { type AccountsTools, type Acting, largestForm, stopped } from "./tools.ts";

const headers = {
  "content-type": "text/plain; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
};

/** The pages of accounts: they keep nothing but who has invited how often, and which invitations are void. */
export function accountsServer(tools: AccountsTools): Server {
  const pages = new Pages(tools);
  return programServer(
    { answer: (question) => pages.answer(question), headers, failed: tools.failed },
    // A list of members is long, and is held until it has been taken: the front alone asks, and takes it at once.
    { ...serverLimits, connections: 100 },
  );
}

class Pages {
  readonly #tools: AccountsTools;
  readonly #invitations: Invitations;
  readonly #membership: Membership;
  readonly #devices: Devices;

  constructor(tools: AccountsTools) {
    this.#tools = tools;
    this.#invitations = new Invitations(tools);
    this.#membership = new Membership(tools, this.#invitations);
    this.#devices = new Devices(tools);
  }

  async answer(question: Question): Promise<Answer> {
    try {
      return await this.#answer(question);
    } catch (error) {
      if (!(error instanceof DirectoryAway)) throw error;
      this.#tools.failed(error.cause);
      const why = "L’annuaire de la commune ne répond pas, et rien n’est fait.";
      return this.#page(503, stopped("Réessayez dans un instant", why));
    }
  }

  async #answer(question: Question): Promise<Answer> {
    const { method, path } = question;
    if (path === "/healthz") return { status: 200, body: "ok\n" };
    if (!["GET", "HEAD", "POST"].includes(method))
      return { status: 405, headers: { allow: "GET, HEAD, POST" }, body: "GET, POST\n" };
    const form = method === "POST" ? await formIn(question, largestForm) : new URLSearchParams();
    if (form === undefined)
      return this.#page(413, stopped("Trop long", "Ce formulaire est trop long pour être lu."));
    if (path === invitationPath) return this.#invited(question, form);
    const uid = uidIn(question.headers["auth-user"]?.toString());
    // The front in the same pod says who asks, for each request.
    if (uid === undefined) return { status: 403, body: "no login\n" };
    return this.#tools.directory(async (directory) => {
      const person = await directory.person(uid);
      if (person === undefined)
        return this.#page(
          403,
          stopped(
            "Ce compte n’est plus là",
            "Votre compte a été supprimé. Écrivez à la commune si c’est une erreur.",
          ),
        );
      const groups = await directory.groupsOf(person);
      return this.#known(question, form, { directory, person, groups });
    });
  }

  #invited(question: Question, form: URLSearchParams): Promise<Answer> | Answer {
    const isPost = question.method === "POST";
    const link = isPost ? form.get("d") : new URLSearchParams(question.search).get("d");
    const source = sourceOf(question.headers["x-forwarded-for"]?.toString(), undefined);
    return isPost ? this.#invitations.accept(link ?? "", source) : this.#invitations.show(link ?? "");
  }

  /** The answer to somebody in the directory: they may do what it says now. */
  #known(question: Question, form: URLSearchParams, acting: Acting): Promise<Answer> | Answer {
    const { path, method, search } = question;
    if (path === "/")
      return method === "POST" ? this.#rename(form, acting) : this.#own(200, acting, this.#told(search));
    if (path === devicesPath || path.startsWith(`${devicesPath}/`))
      return this.#devices.answer(question, form, acting);
    const [, id, what] = path.startsWith(`${associationsPath}/`)
      ? (/^\/([a-z0-9-]+)(?:\/([a-z]+))?$/.exec(path.slice(associationsPath.length)) ?? [])
      : [];
    // The same for one that is not there and for one of others: who administers nothing learns of none.
    const association = administered(acting.groups, this.#tools.settings.associations).find(
      (each) => each.id === id,
    );
    if (association === undefined)
      return this.#page(
        404,
        stopped(
          "Il n’y a rien ici",
          "Cette page n’est pas là, ou elle est réservée aux administrateurs d’une association.",
        ),
      );
    return this.#membership.answer(question, form, { ...acting, association, what });
  }

  #told(search: string): Note {
    return new URLSearchParams(search).get("fait") === "nom"
      ? { kind: "well", text: "Votre nom est changé. Les outils le montrent à votre prochaine connexion." }
      : undefined;
  }

  async #rename(form: URLSearchParams, acting: Acting): Promise<Answer> {
    const { keys, now, did } = this.#tools;
    const { person, groups, directory } = acting;
    if (!keys.isToken(form.get("token") ?? "", person.uid, "/", now()))
      return this.#own(422, acting, {
        kind: "faults",
        text: "Ce formulaire a trop attendu. Envoyez-le de nouveau.",
      });
    // The directory refuses it too.
    if (groups.includes(agentsGroup))
      return this.#page(403, stopped("Ce n’est pas possible ici", "La commune tient le nom de ses agents."));
    const typed = typedPerson(form);
    const faults = personFaults(typed, ["givenName", "surname", "name"]);
    if (Object.keys(faults).length > 0) return this.#own(422, acting, undefined, { faults, typed });
    await directory.rename(person, typed);
    did({ actor: person.uid, act: "rename", who: person.uid });
    return { status: 303, headers: { location: "/?fait=nom" }, body: "" };
  }

  #own(
    status: number,
    { person, groups }: Acting,
    note: Note,
    more: { faults?: PersonFaults; typed?: Pick<Person, "givenName" | "surname" | "name"> } = {},
  ): Answer {
    const { settings, keys, now } = this.#tools;
    const token = keys.token(person.uid, "/", now());
    return this.#page(status, ownPage(settings, person, groups, { token, note, ...more }));
  }

  #page(status: number, page: AccountsPage): Answer {
    return pageAnswer(this.#tools.look, status, page);
  }
}
