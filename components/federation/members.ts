import { existsSync } from "node:fs";
import { join } from "node:path";
import type * as z from "zod";
import { domain } from "../declaration/domain.ts";
import { email } from "../declaration/email.ts";
import { communeId } from "../declaration/identifier.ts";
import { inseeCode } from "../declaration/insee.ts";
import { line } from "../declaration/line.ts";
import { type Loaded, loadYaml } from "../declaration/load.ts";
import { named, section } from "../declaration/section.ts";
import { publicKey } from "./public-key.ts";

/** One commune of the metropolis, as the others know it. */
export const memberSection = section({
  name: line({ maximumLength: 100, example: "Bron" }).describe("Name that people read."),
  insee: inseeCode().describe("Official code of the commune."),
  domain: domain({ example: "bron.fr" }).describe(
    "Its domain: what it says of itself is at `https://<domain>/.well-known/commune.json`.",
  ),
  contact: email({ example: "numerique@bron.fr" }).describe("Where the people in charge are reached."),
  publicKey: publicKey()
    .optional()
    .describe(
      "The key that it signs with. When absent: the one that its stack says, or the first one seen at its domain.",
    ),
  stack: communeId()
    .optional()
    .describe("Its stack, when it lives in the same Pulumi backend: its key is read there."),
});

/** `stacks/federation.yaml`: who belongs to the metropolis. Communes kept in other repositories are members too. */
export const federationSchema = section({
  name: line({ maximumLength: 100, example: "Métropole de Lyon" }).describe("Name of the metropolis."),
  members: named(communeId(), memberSection, "members").describe("The communes, by id."),
});

export type Federation = z.output<typeof federationSchema>;
export type Member = z.output<typeof memberSection>;

/** The metropolis as its file says; nothing when there is no file. */
export function loadFederation(stacks: string): Loaded<Federation> | undefined {
  const file = join(stacks, "federation.yaml");
  return existsSync(file) ? loadYaml(file, federationSchema) : undefined;
}
