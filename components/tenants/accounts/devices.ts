import { createHash, randomInt, timingSafeEqual } from "node:crypto";
import { groupsOf } from "../../platform/directory/plan.ts";
import type { Agenda, Association } from "./settings.ts";

/** Most telephones of one person that can have a password. */
export const mostDevices = 10;

/** Longest name of a telephone, characters. */
export const longestDeviceName = 40;

/** A telephone, or a program of a computer, that opens one agenda with a password of its own. */
export interface Device {
  /** Id that distinguishes it from the person's other telephones. */
  id: string;
  /**
   * Id of the association whose agenda it opens: a password that passes through one association's pod opens nothing at
   * another.
   */
  association: string;
  /** Day on which it was added, `2026-11-29`. */
  day: string;
  /** Digest of its password. */
  digest: string;
  /** Name that its owner gave it. */
  name: string;
}

/** An association with an agenda. */
export type WithAgenda = Association & { agenda: Agenda };

/** Role in an association of somebody in these groups. */
export type Role = "admins" | "members";

export function roleIn(groups: readonly string[], { id }: Pick<Association, "id">): Role | undefined {
  const { members, admins } = groupsOf(id);
  if (groups.includes(admins)) return "admins";
  return groups.includes(members) ? "members" : undefined;
}

/** Returns the associations whose agenda somebody in these groups may open. */
export function agendasOf(groups: readonly string[], associations: readonly Association[]): WithAgenda[] {
  return associations.flatMap(({ agenda, ...association }) => {
    const role = roleIn(groups, association);
    const mayOpen = role === "admins" || (role === "members" && agenda?.isForMembers);
    return agenda && mayOpen ? [{ ...association, agenda }] : [];
  });
}

/** Letters that cannot be mistaken for one another in any typeface. */
const letters = "abcdefghjkmnpqrstuvwxyz";

/** Letters of a password, in groups of four: 24 out of 23 letters are 108 bits. */
const length = 24;

/** Returns a new password as it is shown: only letters, which a telephone's keyboard has on one page, and hyphens. */
export function newPassword(): string {
  const all = Array.from({ length }, () => letters[randomInt(letters.length)]).join("");
  return all.match(/.{4}/g)?.join("-") ?? "";
}

/**
 * Returns the digest that is kept of a password. The password is random and as long as a key, so it cannot be guessed:
 * a slow hash adds nothing.
 */
export function digestOf(password: string): string {
  // Hyphens need not be typed, and telephones start with a capital automatically.
  const typed = password.toLowerCase().replace(/[^a-z]/g, "");
  return createHash("sha256").update(typed).digest("base64url");
}

/** Whether a password is this telephone's. */
export function isOf({ digest }: Pick<Device, "digest">, password: string): boolean {
  const [kept, typed] = [Buffer.from(digest), Buffer.from(digestOf(password))];
  return kept.length === typed.length && timingSafeEqual(kept, typed);
}

/** Writes a telephone as a value of an attribute in the directory. */
export function writtenDevice({ id, association, day, digest, name }: Device): string {
  return [id, association, day, digest, name].join(" ");
}

/** Reads a value of that attribute; undefined if this program did not write it. */
export function readDevice(value: string): Device | undefined {
  const [, id, association, day, digest, name] =
    /^([a-z0-9]+) ([a-z0-9-]+) (\d{4}-\d\d-\d\d) ([\w-]{43}) (.+)$/.exec(value) ?? [];
  if (!id || !association || !day || !digest || !name) return undefined;
  return { id, association, day, digest, name };
}

/** Reads a typed name, with accents in one spelling. */
export function typedDeviceName(text: string): string {
  return text.slice(0, 300).trim().normalize("NFC").replace(/ {2,}/g, " ");
}

/** Returns the mistake in a name, in French; undefined if there is none. */
export function deviceNameFault(name: string, others: readonly Device[]): string | undefined {
  if (name === "") return "Écrivez un nom, pour le reconnaître plus tard.";
  if (name.length > longestDeviceName)
    return `Ce nom a ${name.length} caractères. Il en faut ${longestDeviceName} au plus.`;
  if (!/^[\p{Script=Latin}\p{M}\p{N} '’.,()-]+$/u.test(name) || !/[\p{L}\p{N}]/u.test(name))
    return "Ce nom contient un signe que nous ne pouvons pas écrire. Gardez des lettres, des chiffres et des espaces.";
  if (others.some((each) => each.name === name)) return "Un appareil a déjà ce nom. Écrivez-en un autre.";
  return undefined;
}
