import { createHash, randomInt, timingSafeEqual } from "node:crypto";
import { groupsOf } from "../../platform/directory/plan.ts";
import type { Agenda, Association } from "./settings.ts";

/** How many telephones somebody may have a password for. */
export const mostDevices = 10;

/** The longest name of a telephone, characters. */
export const longestDeviceName = 40;

/** A telephone, or a program of a computer, that opens one agenda with a password of its own. */
export interface Device {
  /** Tells it from others of the same person. */
  id: string;
  /** Id of the association whose agenda it opens: what passes through one association's pod opens nothing at another. */
  association: string;
  /** Day on which it was made, `2026-11-29`. */
  day: string;
  /** What is kept of its password. */
  digest: string;
  /** What its owner calls it. */
  name: string;
}

/** An association with an agenda. */
export type WithAgenda = Association & { agenda: Agenda };

/** What somebody in these groups is to an association. */
export type Role = "admins" | "members";

export function roleIn(groups: readonly string[], { id }: Pick<Association, "id">): Role | undefined {
  const { members, admins } = groupsOf(id);
  if (groups.includes(admins)) return "admins";
  return groups.includes(members) ? "members" : undefined;
}

/** The associations whose agenda somebody in these groups may open. */
export function agendasOf(groups: readonly string[], associations: readonly Association[]): WithAgenda[] {
  return associations.flatMap(({ agenda, ...association }) => {
    const role = roleIn(groups, association);
    const mayOpen = role === "admins" || (role === "members" && agenda?.isForMembers);
    return agenda && mayOpen ? [{ ...association, agenda }] : [];
  });
}

/** Letters that nobody takes for one another, whatever they are written in. */
const letters = "abcdefghjkmnpqrstuvwxyz";

/** Letters of a password, in groups of four: 23 letters, 24 times, are 108 bits. */
const length = 24;

/** A password as it is shown: letters alone, which a telephone's keyboard has on one page, but for the hyphens. */
export function newPassword(): string {
  const all = Array.from({ length }, () => letters[randomInt(letters.length)]).join("");
  return all.match(/.{4}/g)?.join("-") ?? "";
}

/** What is kept of a password. It is random and as long as a key, so that nobody finds it by trying: a slow hash adds nothing. */
export function digestOf(password: string): string {
  // Hyphens need not be typed, and telephones begin with a capital by themselves.
  const typed = password.toLowerCase().replace(/[^a-z]/g, "");
  return createHash("sha256").update(typed).digest("base64url");
}

/** Whether a password is a telephone's. */
export function isOf({ digest }: Pick<Device, "digest">, password: string): boolean {
  const [kept, typed] = [Buffer.from(digest), Buffer.from(digestOf(password))];
  return kept.length === typed.length && timingSafeEqual(kept, typed);
}

/** A telephone as the directory has it, one value of an attribute. */
export function writtenDevice({ id, association, day, digest, name }: Device): string {
  return [id, association, day, digest, name].join(" ");
}

/** A value of that attribute; nothing for one that nobody here wrote. */
export function readDevice(value: string): Device | undefined {
  const [, id, association, day, digest, name] =
    /^([a-z0-9]+) ([a-z0-9-]+) (\d{4}-\d\d-\d\d) ([\w-]{43}) (.+)$/.exec(value) ?? [];
  if (!id || !association || !day || !digest || !name) return undefined;
  return { id, association, day, digest, name };
}

/** A new name, with accents in one spelling. */
export function typedDeviceName(text: string): string {
  return text.slice(0, 300).trim().normalize("NFC").replace(/ {2,}/g, " ");
}

/** What stands against a name, in French. */
export function deviceNameFault(name: string, others: readonly Device[]): string | undefined {
  if (name === "") return "Écrivez un nom, pour le reconnaître plus tard.";
  if (name.length > longestDeviceName)
    return `Ce nom a ${name.length} caractères. Il en faut ${longestDeviceName} au plus.`;
  if (!/^[\p{Script=Latin}\p{M}\p{N} '’.,()-]+$/u.test(name) || !/[\p{L}\p{N}]/u.test(name))
    return "Ce nom contient un signe que nous ne pouvons pas écrire. Gardez des lettres, des chiffres et des espaces.";
  if (others.some((each) => each.name === name)) return "Un appareil a déjà ce nom. Écrivez-en un autre.";
  return undefined;
}
