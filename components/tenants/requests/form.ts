import { identifierFrom, longestIdentifier } from "../../foundation/declaration/identifier.ts";
import { personFaults } from "../accounts/person.ts";
import { reservedIds } from "../tenant/domains.ts";
import { hasLuhnKey } from "../tenant/registration.ts";
import {
  administratorFields,
  askedServices,
  associationNameFault,
  longestPurpose,
  mostApplications,
  requestSchema,
  type Unconfirmed,
} from "./request.ts";
import type { Tool } from "./settings.ts";

/** Fields of the form, in their order. */
export const formFields = [
  "name",
  "id",
  "rna",
  "siren",
  "contact",
  "applications",
  "purpose",
  ...administratorFields,
  "terms",
] as const;
export type FormField = (typeof formFields)[number];

/** The typed values, by field: they are shown again unchanged, next to their mistakes. */
export interface Typed {
  name: string;
  id: string;
  rna: string;
  siren: string;
  contact: string;
  applications: readonly string[];
  /** Chosen services of the commune. */
  services: readonly string[];
  purpose: string;
  /** The administrator of the association's applications: all three fields, or none. */
  givenName: string;
  surname: string;
  mail: string;
  terms: boolean;
}

/** Mistakes by field, in French; correct fields are absent. */
export type Faults = Partial<Record<FormField, string>>;

/** Most that is read of one field, characters: the rest is cut off, and the text is then too long for every field. */
const longest = 1000;

/** Reads a sent form. The first of repeated fields counts. */
export function typedIn(form: URLSearchParams): Typed {
  const text = (field: string) =>
    (form.get(field) ?? "").slice(0, longest).replaceAll("\r\n", "\n").trim().normalize("NFC");
  return {
    ...{ name: text("name"), id: text("id").toLowerCase(), rna: text("rna"), siren: text("siren") },
    ...{ contact: text("contact"), purpose: text("purpose"), terms: form.get("terms") === "oui" },
    ...{ givenName: text("givenName"), surname: text("surname"), mail: text("mail").toLowerCase() },
    applications: [...new Set(form.getAll("applications").slice(0, mostApplications))],
    services: [...new Set(form.getAll("services").slice(0, 10))],
  };
}

/** Whether any field about the administrator is filled in. */
function hasAdministrator({ givenName, surname, mail }: Typed): boolean {
  return givenName !== "" || surname !== "" || mail !== "";
}

function administratorFault(typed: Typed, field: (typeof administratorFields)[number]): string | undefined {
  return hasAdministrator(typed) ? personFaults(typed, [field])[field] : undefined;
}

const rnaPattern = /^W\d[0-9A-Z]\d{7}$/;

/** Removes the spaces, dots and hyphens that people write in numbers. */
const plain = (text: string) => text.replace(/[\s.-]/g, "").toUpperCase();

/**
 * Checks a field.
 *
 * @param offered applications that can be asked for.
 */
type Check = (typed: Typed, offered: readonly Tool[]) => string | undefined;

const checks: Readonly<Record<FormField, Check>> = {
  name: ({ name }) => associationNameFault(name),
  id({ id, name }) {
    const from = identifierFrom(name)?.slice(0, longestIdentifier);
    const such = from ? ` Par exemple : ${from}.` : "";
    if (id === "") return `Choisissez un nom court pour votre adresse.${such}`;
    if (id.length > longestIdentifier)
      return `Ce nom court a ${id.length} caractères. Il en faut ${longestIdentifier} au plus.`;
    if (!/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(id) || id.includes("--") || id.includes("-t-"))
      return `Ce nom court ne peut avoir que des lettres sans accent, des chiffres et des tirets seuls, et commence par une lettre.${such}`;
    if (reservedIds.includes(id)) return "Ce nom court est réservé. Choisissez-en un autre.";
    return undefined;
  },
  rna({ rna }) {
    if (rna === "" || rnaPattern.test(plain(rna))) return undefined;
    return "Ce numéro n’est pas un numéro RNA : la lettre W et neuf chiffres, comme W691234567. Il est sur le récépissé de la préfecture.";
  },
  siren({ siren }) {
    if (siren === "") return undefined;
    const digits = plain(siren);
    if (/^\d{14}$/.test(digits))
      return `Ce numéro est un SIRET. Le SIREN est son début : ${digits.slice(0, 9)}.`;
    if (!/^\d{9}$/.test(digits)) return "Un numéro SIREN a neuf chiffres.";
    return hasLuhnKey(digits) ? undefined : "Ce numéro SIREN n’existe pas : un de ses chiffres est faux.";
  },
  contact({ contact }) {
    if (contact === "") return "Écrivez l’adresse de messagerie de l’association.";
    if (!requestSchema.shape.contact.safeParse(contact).success)
      return "Cette adresse de messagerie ne peut pas être lue. Écrivez-la comme : contact@votre-association.fr.";
    return undefined;
  },
  applications({ applications }, offered) {
    const known = applications.every((each) => offered.some(({ name }) => name === each));
    return applications.length > 0 && known ? undefined : "Choisissez au moins un outil.";
  },
  purpose({ purpose }) {
    if (purpose === "") return "Dites en quelques mots ce que fait votre association.";
    if (purpose.length > longestPurpose)
      return `Ce texte a ${purpose.length} caractères. Il en faut ${longestPurpose} au plus.`;
    if (!requestSchema.shape.purpose.safeParse(purpose).success)
      return "Ce texte contient un signe invisible. Tapez-le de nouveau.";
    return undefined;
  },
  givenName: (typed) => administratorFault(typed, "givenName"),
  surname: (typed) => administratorFault(typed, "surname"),
  mail: (typed) => administratorFault(typed, "mail"),
  terms: ({ terms }) =>
    terms ? undefined : "Lisez les conditions, et cochez la case si vous êtes d’accord.",
};

/**
 * Returns the mistakes in what somebody has typed.
 *
 * @param offered applications that can be asked for.
 */
export function faultsOf(typed: Typed, offered: readonly Tool[]): Faults {
  return Object.fromEntries(
    formFields.flatMap((field) => {
      const fault = checks[field](typed, offered);
      return fault === undefined ? [] : [[field, fault]];
    }),
  );
}

/**
 * Returns the request of a form without mistakes; undefined if the schema still finds one, which nobody's typing
 * should cause.
 */
export function requestOf(
  typed: Typed,
  commune: string,
  now: Date,
  offered: readonly Tool[],
): Unconfirmed | undefined {
  const { name, id, contact, purpose, applications, givenName, surname, mail } = typed;
  const services = askedServices.filter((each) => typed.services.includes(each));
  const [rna, siren] = [plain(typed.rna), plain(typed.siren)];
  const asked = now.toISOString();
  const read = requestSchema.safeParse({
    ...{ version: 1, commune, id, name, contact, purpose, asked, confirmed: asked },
    applications: offered.flatMap(({ name: tool }) => (applications.includes(tool) ? [tool] : [])),
    ...(services.length > 0 && { services }),
    ...(rna !== "" && { rna }),
    ...(siren !== "" && { siren }),
    ...(hasAdministrator(typed) && { administrator: { givenName, surname, mail } }),
  });
  if (!read.success) return undefined;
  const { confirmed: _, ...request } = read.data;
  return request;
}
