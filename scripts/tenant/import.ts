import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import yaml from "js-yaml";
import type { CommuneDeclaration } from "../../components/commune/declaration.ts";
import { loadCommune } from "../../components/commune/load.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { tenantId } from "../../components/foundation/declaration/identifier.ts";
import { shownFile } from "../../components/foundation/declaration/problem.ts";
import { schemaLine } from "../../components/foundation/declaration/schema-line.ts";
import { show } from "../../components/foundation/declaration/show.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { publicKey } from "../../components/foundation/multikey/public-key.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { firstPage } from "../../components/tenants/applications/pages.ts";
import { type Archive, tenantFile } from "../../components/tenants/exit/archive.ts";
import {
  type Agreed,
  arrivingApplications,
  arrivingFile,
  checkedFile,
  type Former,
  readFormerFile,
} from "../../components/tenants/exit/arrival.ts";
import { type ReviewFacts, reservedFor, smallestPlan } from "../../components/tenants/requests/review.ts";
import { type Tenant, tenantSchema } from "../../components/tenants/tenant/declaration.ts";
import { daysUntil, inTwoYears } from "../../components/tenants/tenant/term.ts";
import { filesOf } from "../export/folder.ts";
import { spoken, spokenError } from "../language.ts";
import { contextHelp } from "../reach.ts";
import { refuseWithoutYes } from "../restore.ts";
import type { Ask } from "../state.ts";
import { bring, type Feed, readyFor } from "./bring.ts";
import { departuresOf } from "./delete.ts";
import { type ExitTools, exportTenant } from "./export.ts";
import { addTenant, type NewTenant } from "./file.ts";
import { optionIn, verified } from "./verify.ts";

/** Tools of an import of an association. */
export interface ImportTools extends ExitTools {
  feed: Feed;
  /** Asks whoever imports; undefined if nobody can be asked. */
  ask: Ask | undefined;
}

interface Options {
  as?: string;
  key?: string;
  plan?: string;
  expires?: string;
  yes?: true;
  context?: string;
}

/** An archive that is whole, and what it brings. */
interface Arrival {
  commune: string;
  folder: string;
  archive: Archive;
  id: string;
}

/** The association as it would be in a plan; undefined if its file cannot be read here, which the check then says. */
function arrivingIn({ declaration }: Former, agreed: Agreed): Tenant | undefined {
  const read = tenantSchema().safeParse(arrivingFile(declaration, agreed));
  return read.success ? { ...read.data, pages: firstPage(read.data) } : undefined;
}

/** The pages that come with it, where its file has some: the archive is whole, and has nothing but files. */
function pagesIn(folder: string, { declaration }: Former): NewTenant["pages"] {
  if (declaration.applications.site?.folder === undefined) return undefined;
  const site = join(folder, "site");
  return new Map(filesOf(site).map((path) => [path, readFileSync(join(site, path))]));
}

/** First step: the association's file, and the pages of its site beside it. */
function declare(
  tools: ImportTools,
  subject: ReviewFacts["subject"],
  { commune, folder, archive, id }: Arrival,
  options: Options,
): void {
  const { stacks, now } = tools;
  const today = now().toISOString().slice(0, 10);
  const gone = departuresOf(stacks, commune).findLast((each) => each.id === id);
  if (gone && archive.commune !== commune && -daysUntil(gone.at, today) < reservedFor)
    throw new TranslatedError({
      en: `${id} was another association of ${commune}, which left on ${gone.at}: its id stays reserved for ${reservedFor} days. Give this one another: --as <id>. Nothing was changed.`,
      fr: `${id} était une autre association de ${commune}, partie le ${gone.at} : son identifiant reste réservé ${reservedFor} jours. Donnez-en un autre à celle-ci : --as <id>. Rien n’a été changé.`,
    });
  const path = join(folder, tenantFile);
  const former = readFormerFile(shownFile(path), readFileSync(path));
  const agreed = { id, expires: options.expires ?? inTwoYears(today) };
  const plan = options.plan ?? smallestPlan(subject, (name) => arrivingIn(former, { ...agreed, plan: name }));
  const tenant = checkedFile(former, { ...agreed, plan });
  const { file } = addTenant(stacks, commune, {
    id,
    text: `${schemaLine("tenant", stacks, 2)}\n# Came from ${archive.commune} (${archive.communeDomain}), where it was ${archive.id}, with its archive of ${archive.at.slice(0, 10)}.\n${yaml.dump(tenant, { lineWidth: -1 })}`,
    pages: pagesIn(folder, former),
  });
  const again = `npx commune tenant import ${commune} ${folder} --key ${options.key ?? archive.key}${options.as === undefined ? "" : ` --as ${id}`}`;
  console.log(
    [
      spoken({
        en: `${file}: written, in the plan ${plan}, until ${agreed.expires}. First of two steps. Read it, commit it, then: npx commune report ${commune}, and pulumi up.`,
        fr: `${file} : écrit, dans la formule ${plan}, jusqu’au ${agreed.expires}. Première de deux étapes. Relisez, enregistrez, puis : npx commune report ${commune}, et pulumi up.`,
      }),
      spoken({
        en: `After that the same line again brings its rows and files: ${again}`,
        fr: `Après cela, la même ligne apporte sa base et ses fichiers : ${again}`,
      }),
    ].join("\n"),
  );
}

/**
 * Holds an archive to a key that somebody has read elsewhere: whoever makes an archive writes a key of their own into it.
 * What is typed is not shown before, so that it is not copied from the archive itself.
 */
async function refuseWithoutKey(
  { ask }: Pick<ImportTools, "ask">,
  folder: string,
  { key, commune, communeDomain }: Archive,
): Promise<void> {
  const where = spoken({
    en: `The archive says that it is of ${commune}, at ${communeDomain}. If that is the commune that it should come from, its key is at https://${communeDomain}/.well-known/commune.json, behind the # of proof.verificationMethod; or have it read out to you.`,
    fr: `L’archive dit qu’elle est de ${commune}, à ${communeDomain}. Si c’est bien la commune dont elle doit venir, sa clé est à https://${communeDomain}/.well-known/commune.json, derrière le # de proof.verificationMethod ; ou faites-vous-la lire.`,
  });
  if (ask === undefined)
    throw new TranslatedError({
      en: `only the key of the commune that an association comes from tells its archive from somebody else's: name it, --key z6Mk…; --yes does not stand for it. ${where} Nothing was changed.`,
      fr: `seule la clé de la commune d’où vient une association distingue son archive de celle de quelqu’un d’autre : nommez-la, --key z6Mk… ; --yes n’en tient pas lieu. ${where} Rien n’a été changé.`,
    });
  console.log(where);
  const typed = (
    await ask(spoken({ en: "The key of that commune: ", fr: "La clé de cette commune : " }), {
      isSecret: false,
    })
  ).trim();
  if (typed === key) return;
  throw new TranslatedError({
    en: `${show(typed)} is not the key that signed ${folder}: it is not of that commune, or the key is misspelt. Nothing was changed.`,
    fr: `${show(typed)} n’est pas la clé qui a signé ${folder} : elle n’est pas de cette commune, ou mal recopiée. Rien n’a été changé.`,
  });
}

/** Second step: what it had, into the applications that are up. */
async function fill(
  tools: ImportTools,
  declaration: CommuneDeclaration,
  { commune, folder, archive, id }: Arrival,
  { context, yes }: Options,
): Promise<void> {
  const plan = planCommune(declaration, siteOf(siteSchema.parse({})));
  const tenant = plan.tenants?.find((each) => each.id === id);
  if (tenant === undefined || tenant.suspendedSince !== undefined)
    throw new TranslatedError({
      en: `${id} is ${tenant ? "suspended" : "retired"} in ${commune}: nothing of it runs that could take anything. Nothing was changed.`,
      fr: `${id} est ${tenant ? "suspendue" : "arrêtée"} dans ${commune} : rien d’elle ne tourne qui pourrait recevoir quelque chose. Rien n’a été changé.`,
    });
  const { arriving, homeless, newer } = arrivingApplications(archive, tenant.applications);
  if (newer.length > 0)
    throw new TranslatedError({
      en: `${newer.join("; ")}: older software does not read what newer has written. Update this toolkit first. Nothing was changed.`,
      fr: `${newer.join("; ")} : un logiciel plus ancien ne lit pas ce qu’un plus récent a écrit. Mettez d’abord cet outillage à jour. Rien n’a été changé.`,
    });
  if (arriving.length === 0)
    throw new TranslatedError({
      en: `nothing in ${folder} is of an application that ${id} has here: ${tenant.applications.map(({ name }) => name).join(", ")}. Nothing was changed.`,
      fr: `rien dans ${folder} n’est d’un outil que ${id} a ici : ${tenant.applications.map(({ name }) => name).join(", ")}. Rien n’a été changé.`,
    });
  const bringing = {
    ...{ kubectl: tools.kubectl(commune, context), feed: tools.feed },
    ...{ context: tools.contextOf(commune, context), folder, archive, tenant },
  };
  const ready = [];
  for (const each of arriving) ready.push(await readyFor(bringing, each));
  const before = `${folder}-before-${tools
    .now()
    .toISOString()
    .replace(/[^0-9]/g, "")
    .slice(0, 14)}`;
  await refuseWithoutYes(
    { ...(yes && { yes }) },
    [
      spoken({
        en: `${id} of ${commune} gets what ${archive.id} of ${archive.commune} had on ${archive.at.slice(0, 10)}:`,
        fr: `${id} de ${commune} reçoit ce que ${archive.id} de ${archive.commune} avait le ${archive.at.slice(0, 10)} :`,
      }),
      ...ready.map(({ application: { name, host }, oldHost }) =>
        oldHost === host
          ? spoken({ en: `  ${name}, at ${host}`, fr: `  ${name}, à ${host}` })
          : spoken({
              en: `  ${name}, at ${host} instead of ${oldHost}`,
              fr: `  ${name}, à ${host} au lieu de ${oldHost}`,
            }),
      ),
      ...homeless.map((name) =>
        spoken({
          en: `  ${name} is not brought: it is not declared here`,
          fr: `  ${name} n’est pas apporté : il n’est pas déclaré ici`,
        }),
      ),
      spoken({
        en: `What these have now is replaced. A copy of it is written before: ${before}`,
        fr: `Ce que ceux-ci ont maintenant est remplacé. Une copie en est écrite avant : ${before}`,
      }),
    ].join("\n"),
    bringing.context,
  );
  const own = await exportTenant(tools, commune, id, {
    to: before,
    ...(context !== undefined && { context }),
  });
  try {
    for (const each of ready) console.log(await bring(bringing, each));
  } catch (error) {
    const why = spokenError(error);
    throw new TranslatedError(
      {
        en: `${why}\nWhat stands above is done, the rest is not. Run this again; or put back what was there: npx commune tenant import ${commune} ${before} --key ${own}`,
        fr: `${why}\nCe qui est au-dessus est fait, le reste non. Relancez ; ou remettez ce qu’il y avait : npx commune tenant import ${commune} ${before} --key ${own}`,
      },
      { cause: error },
    );
  }
  console.log(
    [
      spoken({
        en: `${id} has what it had at ${archive.commune}. Accounts that WordPress and wikis keep themselves came with it: their passwords are those of before, and the first ones that this stack tells are not theirs. Agendas have new ones (stack output tenants).`,
        fr: `${id} a ce qu’elle avait à ${archive.commune}. Les comptes que WordPress et les wikis tiennent eux-mêmes sont venus avec : leurs mots de passe sont ceux d’avant, et les premiers que dit cette pile ne sont pas les leurs. Les agendas en ont de nouveaux (stack output tenants).`,
      }),
      spoken({
        en: `Look at its pages. Then let ${archive.commune} erase it (npx commune tenant delete), remove ${before}, and have domains that are the association's own lead here.`,
        fr: `Regardez ses pages. Puis laissez ${archive.commune} l’effacer (npx commune tenant delete), supprimez ${before}, et faites mener ici les domaines qui sont à l’association elle-même.`,
      }),
    ].join("\n"),
  );
}

/** `commune tenant import`: an association that arrives with its archive. */
export function importTenantCommand(tools: ImportTools): Command {
  return new Command("import")
    .description(
      "Take an association over with the archive that it took along, from another commune or from this one. Run first, it writes the association's file and its pages, for you to read, commit and apply. Run again, it brings rows and files into the applications that are up then, and puts this commune's addresses in the place of the old ones. What it replaces is copied before.",
    )
    .argument("<commune>", "id of the commune that takes it over")
    .argument("<folder>", "the archive, unpacked")
    .option("--as <id>", "its id here; that of the archive when absent")
    .option(
      "--key <multikey>",
      "key of the commune that it comes from, from its page /.well-known/commune.json; asked for when absent",
    )
    .option("--plan <name>", "what it may take; the smallest plan that is enough when absent")
    .option("--expires <day>", "day until which it is hosted; two years from now when absent")
    .option("--yes", "do not ask before anything is replaced")
    .option("--context <name>", contextHelp)
    .action(async (commune: string, given: string, options: Options) => {
      const folder = given.replace(/\/+$/, "");
      const key = optionIn("--key", publicKey(), options.key);
      const id = optionIn("--as", tenantId(), options.as);
      const archive = await verified(folder, key);
      if (key === undefined) await refuseWithoutKey(tools, folder, archive);
      const loaded = loadCommune(tools.stacks, commune);
      if (!loaded.ok) throw loaded.error;
      const { declaration } = loaded;
      const { tenants } = declaration;
      if (tenants === undefined)
        throw new TranslatedError({
          en: `${commune} declares no room for associations: tenants: in its commune.yaml (docs/tenants.md). Nothing was changed.`,
          fr: `${commune} ne déclare pas de place pour des associations : tenants: dans son commune.yaml (docs/tenants.md). Rien n’a été changé.`,
        });
      const arrival = { commune, folder, archive, id: id ?? archive.id };
      if (declaration.associations[arrival.id] === undefined)
        declare(tools, { ...declaration, tenants }, arrival, options);
      else await fill(tools, declaration, arrival, options);
    });
}
