import { email } from "../../foundation/declaration/email.ts";
import { isLinkLike, linkLikeFault } from "../../platform/mail/link-like.ts";
import { reservedIds } from "../tenant/domains.ts";

/** Somebody in the directory. */
export interface Person {
  /** Name of the entry. */
  dn: string;
  /** Login name. */
  uid: string;
  /** Name that others read. */
  name: string;
  givenName: string;
  surname: string;
  mail: string;
  /** Day on which the entry was made, `2026-11-28`; undefined if the entry does not say so. */
  since: string | undefined;
}

/** Somebody's names. */
export interface Names {
  givenName: string;
  surname: string;
}

/** The typed fields about a person. */
export interface TypedPerson extends Names {
  /** Name that others read, if the person chooses it. */
  name: string;
  mail: string;
}

export type PersonField = keyof TypedPerson;

/** Mistakes by field, in French. */
export type PersonFaults = Partial<Record<PersonField, string>>;

/** Longest name, characters. */
export const longestName = 60;

/** Reads a sent form about a person: truncated, and with accents in one spelling. */
export function typedPerson(form: URLSearchParams): TypedPerson {
  const text = (field: PersonField) =>
    (form.get(field) ?? "").slice(0, 300).trim().normalize("NFC").replace(/ {2,}/g, " ");
  return {
    ...{ givenName: text("givenName"), surname: text("surname"), name: text("name") },
    mail: text("mail").toLowerCase(),
  };
}

/**
 * Pattern of a name: letters of French and its neighbours, marks above and below them, and punctuation of names.
 * Nothing that looks like another alphabet, strikes letters through, or is invisible.
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

/** Returns the mistakes in what somebody has typed, among the fields of a form. */
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

/** Login names that nobody gets: those of the commune's functions, of servers, and of this directory. */
const reserved: ReadonlySet<string> = new Set([
  ...reservedIds,
  ...["agents", "agent", "nobody", "manager", "accounts", "system", "daemon", "guest", "maire", "dpo"],
  // Accounts of an agenda, which are nobody's.
  ...["bureau", "membres"],
]);

/** Longest login name that is made, characters, before a number that distinguishes it. */
const longestLogin = 40;

/** Letters that are not a letter from a to z with a mark, and their usual spelling. */
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
 * Returns login names for somebody, best first: `alix.durand`, `alix.durand2`. None is a reserved one.
 *
 * @param most number of proposals.
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

/** Reads the login's header: a name that the directory may have; undefined otherwise. */
export function uidIn(header: string | undefined): string | undefined {
  return header !== undefined && /^[\w.\-@+]{1,100}$/.test(header) ? header : undefined;
}
