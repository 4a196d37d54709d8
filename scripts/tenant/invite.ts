import { Command } from "commander";
import { loadCommune } from "../../components/commune/load.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import type { Commission } from "../../components/tenants/accounts/commission.ts";
import { longestName, personFaults } from "../../components/tenants/accounts/person.ts";
import { accountsHost } from "../../components/tenants/accounts/plan.ts";
import { administratorFields, type TenantRequest } from "../../components/tenants/requests/request.ts";
import { spoken } from "../language.ts";
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
    throw new TranslatedError({
      en: `${file} is the request of ${request.id} to ${request.commune}, not of ${tenant} to ${commune}.`,
      fr: `${file} est la demande de ${request.id} à ${request.commune}, pas de ${tenant} à ${commune}.`,
    });
  if (administrator === undefined)
    throw new TranslatedError({
      en: `${file} does not say who shall administer ${tenant}: ask ${request.contact}, and write <address> --given-name <name> --surname <name>.`,
      fr: `${file} ne dit pas qui doit administrer ${tenant} : demandez à ${request.contact}, et écrivez <adresse> --given-name <prénom> --surname <nom>.`,
    });
  return administrator;
}

/** The person whom the words name. Throws if they are not all there, or cannot be written in a letter. */
function namedBy(address: string | undefined, { givenName, surname }: Options): Named {
  if (address === undefined || givenName === undefined || surname === undefined)
    throw new TranslatedError({
      en: "whom to invite? Write <address> --given-name <name> --surname <name>, or --request <file> where the form's request says it.",
      fr: "inviter qui ? Écrivez <adresse> --given-name <prénom> --surname <nom>, ou --request <fichier> si la demande du formulaire le dit.",
    });
  const named = { givenName, surname, mail: address.toLowerCase() };
  const [wrong] = Object.keys(personFaults(named, administratorFields));
  if (wrong !== undefined)
    throw new TranslatedError({
      en: `${{ givenName: "--given-name", surname: "--surname" }[wrong] ?? address} cannot be written in a letter: a name has letters, spaces, hyphens and apostrophes, ${longestName} at most, no dot between words, and an address looks like prenom.nom@exemple.fr.`,
      fr: `${{ givenName: "--given-name", surname: "--surname" }[wrong] ?? address} ne peut pas être écrit dans un courriel : un nom a des lettres, des espaces, des traits d’union et des apostrophes, ${longestName} au plus, pas de point entre les mots, et une adresse est comme prenom.nom@exemple.fr.`,
    });
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
        throw new TranslatedError({
          en: "--request says whom to invite: leave out the address and the names.",
          fr: "--request dit qui inviter : n’écrivez ni l’adresse ni les noms.",
        });
      const loaded = loadCommune(stacks, id);
      if (!loaded.ok) throw loaded.error;
      const { declaration } = loaded;
      const association = declaration.associations[tenant];
      if (association === undefined || association.retired !== undefined)
        throw new TranslatedError({
          en: `${id} hosts no association ${tenant}: npx commune tenant list ${id} shows them.`,
          fr: `${id} n’héberge pas d’association ${tenant} : npx commune tenant list ${id} les montre.`,
        });
      if (accountsHost(declaration) === undefined)
        throw new TranslatedError({
          en: `${id} has no pages of accounts: write directory: {}, identity: {} and mail: in its commune.yaml, and apply it (docs/accounts.md).`,
          fr: `${id} n’a pas de pages de comptes : écrivez directory: {}, identity: {} et mail: dans son commune.yaml, et appliquez (docs/accounts.md).`,
        });
      const { givenName, surname, mail } =
        request === undefined
          ? namedBy(address, options)
          : namedIn(readSigned(request, key ?? (await keyOf(id))), id, tenant, request);
      await commission(id, { association: tenant, givenName, surname, mail }, context);
      console.log(
        spoken({
          en: `A letter is on its way. It is good for three days, and makes them an administrator.`,
          fr: "Un courriel est en route. Il vaut trois jours, et fait de la personne une administratrice.",
        }),
      );
    });
}
