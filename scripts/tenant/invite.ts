import { Command } from "commander";
import { loadCommune } from "../../components/commune/load.ts";
import type { Commission } from "../../components/tenants/accounts/commission.ts";
import { longestName, personFaults } from "../../components/tenants/accounts/person.ts";
import { accountsHost } from "../../components/tenants/accounts/plan.ts";
import { administratorFields, type TenantRequest } from "../../components/tenants/requests/request.ts";
import { contextHelp } from "../reach.ts";
import type { RequestTools } from "./request-tools.ts";
import { keyHelp, readSigned } from "./requests.ts";

interface Options {
  givenName?: string;
  surname?: string;
  request?: string;
  key?: string;
  context?: string;
}

type Tools = Pick<RequestTools, "stacks" | "commission" | "keyOf">;
type Named = Pick<Commission, "givenName" | "surname" | "mail">;

/** The person whom the request of an association names. Throws if it names nobody, or is another association's. */
function namedIn(request: TenantRequest, commune: string, tenant: string, file: string): Named {
  const { administrator } = request;
  if (request.commune !== commune || request.id !== tenant)
    throw new Error(
      `${file} is the request of ${request.id} to ${request.commune}, not of ${tenant} to ${commune}.`,
    );
  if (administrator === undefined)
    throw new Error(
      `${file} does not say who shall administer ${tenant}: ask ${request.contact}, and write <address> --given-name <name> --surname <name>.`,
    );
  return administrator;
}

/** The person whom the words name. Throws if they are not all there, or cannot be written in a letter. */
function namedBy(address: string | undefined, { givenName, surname }: Options): Named {
  if (address === undefined || givenName === undefined || surname === undefined)
    throw new Error(
      "whom to invite? Write <address> --given-name <name> --surname <name>, or --request <file> where the form's request says it.",
    );
  const named = { givenName, surname, mail: address.toLowerCase() };
  const [wrong] = Object.keys(personFaults(named, administratorFields));
  if (wrong !== undefined)
    throw new Error(
      `${{ givenName: "--given-name", surname: "--surname" }[wrong] ?? address} cannot be written in a letter: a name has letters, spaces, hyphens and apostrophes, ${longestName} at most, no dot between words, and an address looks like prenom.nom@exemple.fr.`,
    );
  return named;
}

/** `commune tenant invite`: how the first administrator of an association comes. */
export function inviteCommand({ stacks, commission, keyOf }: Tools): Command {
  return new Command("invite")
    .description(
      "Write to somebody who shall administer an association. They accept by the link of the letter; nothing changes before.",
    )
    .argument("<commune>", "id of the commune")
    .argument("<tenant>", "id of the association")
    .argument("[address]", "their own address of mail")
    .option("--given-name <name>", "what they are called")
    .option("--surname <name>", "their family's name")
    .option(
      "--request <file>",
      "the request of the association, where it says who: in the place of address and names",
    )
    .option("--key <multikey>", keyHelp)
    .option("--context <name>", contextHelp)
    .action(async (id: string, tenant: string, address: string | undefined, options: Options) => {
      const { request, key, context } = options;
      if (
        request !== undefined &&
        [address, options.givenName, options.surname].some((word) => word !== undefined)
      )
        throw new Error("--request says whom to invite: leave out the address and the names.");
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
      const { givenName, surname, mail } =
        request === undefined
          ? namedBy(address, options)
          : namedIn(readSigned(request, key ?? (await keyOf(id))), id, tenant, request);
      await commission(id, { association: tenant, givenName, surname, mail }, context);
      console.log(`A letter is on its way. It is good for three days, and makes them an administrator.`);
    });
}
