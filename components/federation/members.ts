import { existsSync } from "node:fs";
import type * as z from "zod";
import { domain } from "../foundation/declaration/domain.ts";
import { email } from "../foundation/declaration/email.ts";
import { communeId } from "../foundation/declaration/identifier.ts";
import { inseeCode } from "../foundation/declaration/insee.ts";
import { line } from "../foundation/declaration/line.ts";
import { list } from "../foundation/declaration/list.ts";
import { type Loaded, loadYaml } from "../foundation/declaration/load.ts";
import { named, section } from "../foundation/declaration/section.ts";
import { show } from "../foundation/declaration/show.ts";
import { inStacks } from "../foundation/declaration/stacks.ts";
import { publicKey } from "../foundation/multikey/public-key.ts";
import { isOf } from "./territory.ts";

/** One commune of the metropolis, as the others know it. */
const memberSection = section({
  name: line({ maximumLength: 100, example: "Bron" }).describe("Name that people read."),
  insee: inseeCode().describe("Official code of the commune."),
  domain: domain({ example: "bron.fr" }).describe(
    "Its domain. Its descriptor is at `https://<domain>/.well-known/commune.json`.",
  ),
  contact: email({ example: "numerique@bron.fr" }).describe("Address of the people in charge."),
  hosts: list(domain({ example: "nuage.grandlyon.com" }), { maximum: 20, noun: "host names" })
    .optional()
    .describe(
      "Host names outside its domain that belong to it. Its descriptor is refused as a whole if it names any other host that is not below its domain.",
    ),
  publicKey: publicKey()
    .optional()
    .describe(
      "The key that it signs with. When absent: the one of its stack, or the first one seen at its domain.",
    ),
  vaultKey: publicKey()
    .optional()
    .describe(
      "The key that signs the passwords of its vaults, for the hosts of its copies. When absent: the one of its stack.",
    ),
  stack: communeId()
    .optional()
    .describe("Its stack, if it is in the same Pulumi backend: its keys are read there."),
});

/** Returns another member to which a host belongs, by its domain or its list. */
function ownerBeside(
  members: Record<string, z.output<typeof memberSection>>,
  id: string,
  host: string,
): string | undefined {
  const entries = Object.entries(members);
  const domains = entries.map(([, { domain }]) => domain);
  const owner = entries.find(
    ([other, { domain, hosts = [] }]) => other !== id && isOf(host, { domain, hosts, others: domains }),
  );
  return owner?.[0];
}

/**
 * Schema of `stacks/federation.yaml`: the members of the metropolis. Communes kept in other repositories are members
 * too.
 */
export const federationSchema = section({
  name: line({ maximumLength: 100, example: "Métropole de Lyon" }).describe("Name of the metropolis."),
  members: named(communeId(), memberSection, "members")
    .check(({ value: members, issues }) => {
      for (const [id, { hosts = [] }] of Object.entries(members)) {
        for (const [index, host] of hosts.entries()) {
          const other = ownerBeside(members, id, host);
          if (other === undefined) continue;
          const message = `${show(host)} is ${other}'s already. A host belongs to one member: remove it from one of the two.`;
          issues.push({ code: "custom", path: [id, "hosts", index], message, input: host });
        }
      }
    })
    .describe("The communes, by id."),
});

export type Federation = z.output<typeof federationSchema>;
export type Member = z.output<typeof memberSection>;

/** Loads the metropolis from its file; undefined if there is no file. */
export function loadFederation(stacks: string): Loaded<Federation> | undefined {
  const file = inStacks(stacks, "federation.yaml");
  return existsSync(file) ? loadYaml(file, federationSchema) : undefined;
}
