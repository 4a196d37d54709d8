import { type Role, roles } from "../../../audit/approval/approvers.ts";
import { TranslatedError } from "../../../components/foundation/language/translated-error.ts";
import { mailboxRelay } from "./mailbox.ts";

/** Communes of the tour: the one whose declaration it changes, and the one that keeps its copies. */
export interface Pair {
  commune: string;
  /** Public domain of the commune, and the mailbox where requests go. */
  domain: string;
  contact: string;
  neighbour: string;
  /** Below which the associations of the commune are. */
  associations: string;
}

/** Functions that sign in the tour: one person plays all three here. */
export const signers: Readonly<Record<Role, string>> = {
  administrator: "équipe numérique",
  official: "la maire",
  "data-protection": "délégué à la protection des données",
};

/** Lines that the commune adds to its declaration: room for associations, mail, and copies with its neighbour. */
export function communeLines({ neighbour, associations }: Pick<Pair, "neighbour" | "associations">): string {
  return `
# The tour: associations may ask for a place, and ${neighbour} keeps encrypted copies.
tenants: { domain: ${associations}, requests: {} }
mail: { relay: ${mailboxRelay.host}, port: ${mailboxRelay.port}, encryption: none }
recovery: { vaults: [${neighbour}] }
`;
}

/** Lines that its neighbour adds. */
export function neighbourLines({ commune }: Pick<Pair, "commune">): string {
  return `
# The tour: room for the encrypted copies of ${commune}.
recovery: { host: { ${commune}: { space: 2 GiB } } }
`;
}

/** The metropolis, with the source of a member's key: its stack. Throws if that member is not in it. */
export function withStack(text: string, member: string): string {
  const found = new RegExp(`^( +)${member}:[ \\t]*\\n`, "m").exec(text);
  if (found === null)
    throw new TranslatedError({
      en: `stacks/federation.yaml has no member ${member}.`,
      fr: `stacks/federation.yaml n’a pas de membre ${member}.`,
    });
  const [line, margin] = found;
  const told = `${line}${margin}  stack: ${member}\n`;
  return text.includes(told) ? text : text.replace(line, told);
}

/** File of those who may sign, with the public half of each key. */
export function approversText(keys: Readonly<Record<Role, string>>, from: string): string {
  const lines = roles.map(
    (role) => `  - { name: ${signers[role]}, role: ${role}, from: "${from}", key: ${keys[role].trim()} }\n`,
  );
  return `approvers:\n${lines.join("")}`;
}
