import { Command } from "commander";
import { loadCommune } from "../../components/commune/load.ts";
import { longestName, personFaults } from "../../components/tenants/accounts/person.ts";
import { accountsHost } from "../../components/tenants/accounts/plan.ts";
import { contextHelp } from "../reach.ts";
import type { RequestTools } from "./request-tools.ts";

interface Options {
  givenName: string;
  surname: string;
  context?: string;
}

/** `commune tenant invite`: how the first administrator of an association comes. */
export function inviteCommand({ stacks, commission }: Pick<RequestTools, "stacks" | "commission">): Command {
  return new Command("invite")
    .description(
      "Write to somebody who shall administer an association. They accept by the link of the letter; nothing changes before.",
    )
    .argument("<commune>", "id of the commune")
    .argument("<tenant>", "id of the association")
    .argument("<address>", "their own address of mail")
    .requiredOption("--given-name <name>", "what they are called")
    .requiredOption("--surname <name>", "their family's name")
    .option("--context <name>", contextHelp)
    .action(async (id: string, tenant: string, address: string, { context, ...names }: Options) => {
      const loaded = loadCommune(stacks, id);
      if (!loaded.ok) throw loaded.error;
      const { declaration } = loaded;
      const association = declaration.associations[tenant];
      if (association === undefined || association.retired !== undefined)
        throw new Error(`${id} hosts no association ${tenant}: npx commune tenant list ${id} shows them.`);
      if (accountsHost(declaration) === undefined)
        throw new Error(
          `${id} has no pages of accounts: write directory: {}, identity: {} and mail: in its commune.yaml, and apply it (docs/accounts.md).`,
        );
      const mail = address.toLowerCase();
      const [wrong] = Object.keys(
        personFaults({ ...names, name: "", mail }, ["givenName", "surname", "mail"]),
      );
      if (wrong !== undefined)
        throw new Error(
          `${{ givenName: "--given-name", surname: "--surname" }[wrong] ?? address} cannot be written in a letter: a name has letters, spaces, hyphens and apostrophes, ${longestName} at most, and an address looks like prenom.nom@exemple.fr.`,
        );
      await commission(id, { association: tenant, mail, ...names }, context);
      console.log(`A letter is on its way. It is good for three days, and makes them an administrator.`);
    });
}
