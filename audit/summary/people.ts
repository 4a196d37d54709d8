import { wordFor, words } from "../../components/commune/changes/words.ts";
import type { Language, Translated } from "../../components/foundation/language/language.ts";
import { joined } from "../../components/foundation/language/numbers.ts";
import { tenantService } from "../../components/tenants/tenant/declaration.ts";
import type { Facts } from "../facts.ts";
import { untoldIn } from "../untold.ts";
import type { Names } from "./names.ts";

/** People whom a change concerns: users of a service, one association, one commune, or an audience with a name of its own. */
export interface Concerned {
  kind: "users" | "association" | "commune" | "audience";
  name: string;
}

/** Returns the people whom the changes of a report concern, each once. */
export function concernedIn(facts: Facts, names: Names): Concerned[] {
  const named = (name: string): Concerned => {
    if (name in words.audience) return { kind: "audience", name };
    // Of a secret, those who use its service.
    const [owner = name] = name.split("/");
    return { kind: names.isAssociation(owner) ? "association" : "users", name: owner };
  };
  const told = facts.changes.flatMap(({ affected, what, name, field: [section, id] }): Concerned[] => {
    const isOfOne = section === "associations" && id !== undefined;
    const all = affected.map((each): Concerned => {
      if (each === "peers" && what === "link") return { kind: "commune", name };
      if (each === "associations" && isOfOne) return { kind: "association", name: tenantService(String(id)) };
      return named(each);
    });
    return what === "tenant" ? [...all, { kind: "association", name: tenantService(name) }] : all;
  });
  return once([...told, ...untoldIn(facts).flatMap(({ without }) => without.map(named))]);
}

function once(all: readonly Concerned[]): Concerned[] {
  return [...new Map(all.map((each) => [`${each.kind} ${each.name}`, each])).values()];
}

/** The most names that a list has before it says that there are more. */
const mostListed = 4;

const more: Translated = { fr: "d’autres", en: "others" };

/** The first names of a long list, and that there are more. */
function first(names: readonly string[], language: Language, longest: number): string[] {
  const all = [...new Set(names)];
  return all.length > longest + 1 ? [...all.slice(0, longest), more[language]] : all;
}

/** A list as in a sentence, with the first names alone if it is long. */
export function some(names: readonly string[], language: Language, longest: number = mostListed): string {
  return joined(first(names, language, longest), language);
}

const users: Translated<(services: string) => string> = {
  fr: (services) => `ceux qui utilisent ${services}`,
  en: (services) => `those who use ${services}`,
};

/** Names of some people, as a sentence has them: associations, communes, users of services together, audiences. */
export function peopleOf(all: readonly Concerned[], names: Names, language: Language): string[] {
  const of = (kind: Concerned["kind"]) => all.filter((each) => each.kind === kind).map(({ name }) => name);
  const services = of("users").map((name) => names.title(name)[language]);
  return [
    // Named before the users of services, which would read as a list that goes on.
    ...first(
      of("association").map((name) => names.title(name)[language]),
      language,
      mostListed,
    ),
    ...first(
      of("commune").map((id) => names.peer(id)),
      language,
      mostListed,
    ),
    ...(services.length === 0 ? [] : [users[language](some(services, language))]),
    ...of("audience").map((name) => wordFor(words.audience, name, language)),
  ];
}
