import { email } from "../../foundation/declaration/email.ts";
import { isLinkLike, linkLikeFault } from "../../platform/mail/link-like.ts";
import { reservedIds } from "../tenant/domains.ts";

/** Somebody in the directory. */
export interface Person {
  /** Name of the entry. */
  dn: string;
  /** What they log in with. */
  uid: string;
  /** As others read it. */
  name: string;
  givenName: string;
  surname: string;
  mail: string;
  /** Day on which the entry was made, `2026-11-28`; nothing where it does not say so. */
  since: string | undefined;
}

/** How somebody is called. */
export interface Names {
  givenName: string;
  surname: string;
}

/** What somebody has typed about a person. */
export interface TypedPerson extends Names {
  /** As others read it, where somebody chooses it. */
  name: string;
  mail: string;
}

export type PersonField = keyof TypedPerson;

/** What is wrong with each field, in French. */
export type PersonFaults = Partial<Record<PersonField, string>>;

/** The most that a name may have, characters. */
export const longestName = 60;

/** A form about a person as it was sent: cut, and with accents in one spelling. */
export function typedPerson(form: URLSearchParams): TypedPerson {
  const text = (field: PersonField) =>
    (form.get(field) ?? "").slice(0, 300).trim().normalize("NFC").replace(/ {2,}/g, " ");
  return {
    ...{ givenName: text("givenName"), surname: text("surname"), name: text("name") },
    mail: text("mail").toLowerCase(),
  };
}

/**
 * Letters of French and its neighbours, marks above and below them, and the signs of a name: what nobody can take for
 * another alphabet, and none that strikes letters through or cannot be seen.
 */
const namePattern = /^(?:[\p{Script=Latin} '’.-]|[\u0300-\u0333\u0339-\u034e\u0350-\u036f])+$/u;

function nameFault(text: string): string | undefined {
  if (text === "") return "Écrivez ce nom.";
  if (text.length > longestName)
    return `Ce nom a ${text.length} caractères. Il en faut ${longestName} au plus.`;
  if (isLinkLike(text)) return linkLikeFault;
  if (!namePattern.test(text) || !/\p{L}/u.test(text))
    return "Ce nom contient un signe que nous ne pouvons pas écrire. Gardez des lettres, des espaces, des tirets et des apostrophes.";
  return undefined;
}

const address = email();

function mailFault(text: string): string | undefined {
  if (text === "") return "Écrivez l’adresse de courriel.";
  return address.safeParse(text).success
    ? undefined
    : "Cette adresse ne peut pas être lue. Écrivez-la comme : prenom.nom@exemple.fr.";
}

/** What is wrong with what somebody has typed, of the fields that a form has. */
export function personFaults<Field extends PersonField>(
  typed: Pick<TypedPerson, Field>,
  fields: readonly Field[],
): PersonFaults {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const fault = (field === "mail" ? mailFault : nameFault)(typed[field]);
      return fault === undefined ? [] : [[field, fault]];
    }),
  );
}

/** Names to log in with that nobody gets: those of the commune's functions, of servers, and of this directory. */
const reserved: ReadonlySet<string> = new Set([
  ...reservedIds,
  ...["agents", "agent", "nobody", "manager", "accounts", "system", "daemon", "guest", "maire", "dpo"],
  // Accounts of an agenda, which are nobody's.
  ...["bureau", "membres"],
]);

/** The longest name to log in with that is made, characters, before a number that tells it from another. */
const longestLogin = 40;

/** Letters that are no letter of a to z with a mark, as people write them without. */
const written: Readonly<Record<string, string>> = {
  œ: "oe",
  æ: "ae",
  ß: "ss",
  ø: "o",
  ł: "l",
  đ: "d",
  þ: "th",
};

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[œæßøłđþ]/g, (letter) => written[letter] ?? "")
    .normalize("NFD")
    .replace(/[^a-z0-9 .'’-]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}

/**
 * Names to log in with for somebody, the best first: `alix.durand`, `alix.durand2`. None is a reserved one.
 *
 * @param most how many are proposed.
 */
export function loginNames({ givenName, surname }: Names, most = 100): string[] {
  const parts = [plain(givenName), plain(surname)].filter((part) => part !== "");
  const made = parts
    .join(".")
    .slice(0, longestLogin)
    .replace(/[.-]+$/, "");
  const base = made === "" ? "membre" : made;
  const all = [base, ...Array.from({ length: most }, (_, index) => `${base}${index + 2}`)];
  return all.filter((name) => !reserved.has(name)).slice(0, most);
}

/** What the login says of who somebody is: a name as the directory may have it, or nothing. */
export function uidIn(header: string | undefined): string | undefined {
  return header !== undefined && /^[\w.\-@+]{1,100}$/.test(header) ? header : undefined;
}
