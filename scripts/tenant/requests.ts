import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { Command } from "commander";
import yaml from "js-yaml";
import { loadCommune } from "../../components/commune/load.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { schemaLine } from "../../components/foundation/declaration/schema-line.ts";
import { inCommune } from "../../components/foundation/declaration/stacks.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { type Decision, decisionsFile } from "../../components/tenants/requests/decisions.ts";
import { refusalLetter } from "../../components/tenants/requests/letter.ts";
import {
  largestRequest,
  readRequest,
  type TenantRequest,
} from "../../components/tenants/requests/request.ts";
import {
  planFor,
  type Review,
  type ReviewFacts,
  reviewRequest,
} from "../../components/tenants/requests/review.ts";
import { inTwoYears } from "../../components/tenants/tenant/term.ts";
import { spoken, spokenError } from "../language.ts";
import { contextHelp } from "../reach.ts";
import { departuresOf } from "./delete.ts";
import { addTenant } from "./file.ts";
import type { RequestTools } from "./request-tools.ts";
import { nextText, reviewText } from "./review-text.ts";

interface Options {
  key?: string;
  plan?: string;
  expires?: string;
  json?: true;
}

/** French of decisions. */
const answers = { approved: "acceptée", refused: "refusée" } as const;

/** A request that a form has signed. Throws if the file is none. */
export function readSigned(file: string, key: string): TenantRequest {
  if (!existsSync(file))
    throw new TranslatedError({
      en: `${file} does not exist. Save the attachment of the message there.`,
      fr: `${file} n’existe pas. Enregistrez-y la pièce jointe du message.`,
    });
  const bytes = readFileSync(file).subarray(0, largestRequest + 1);
  const found = readRequest(bytes, key);
  if ("problem" in found) throw new Error(`${file} ${found.problem}.`);
  return found.request;
}

function loaded(stacks: string, id: string) {
  const found = loadCommune(stacks, id);
  if (!found.ok) throw found.error;
  const { declaration } = found;
  const { tenants } = declaration;
  if (tenants === undefined)
    throw new TranslatedError({
      en: `${id} declares no room for associations: tenants: in its commune.yaml (docs/tenants.md).`,
      fr: `${id} ne déclare pas de place pour des associations : tenants: dans son commune.yaml (docs/tenants.md).`,
    });
  return { ...found, tenants };
}

/** Every request of some files, judged. */
async function reviewed(
  tools: RequestTools,
  id: string,
  files: readonly string[],
  options: Options,
): Promise<Review[]> {
  const { stacks, keyOf, today } = tools;
  const { declaration, tenants, decisions } = loaded(stacks, id);
  const key = options.key ?? (await keyOf(id));
  const requests = files.map((file) => readSigned(file, key));
  const facts: ReviewFacts = {
    subject: { ...declaration, tenants },
    hosted: Object.values(declaration.associations),
    decided: decisions,
    left: departuresOf(stacks, id),
    waiting: requests,
    ownNames: [
      declaration.id,
      declaration.name,
      `ville de ${declaration.name}`,
      `mairie de ${declaration.name}`,
    ],
    today: today(),
  };
  return requests.map((request) =>
    reviewRequest(request, facts, {
      plan: options.plan ?? planFor(facts.subject, request),
      expires: options.expires ?? inTwoYears(today()),
    }),
  );
}

/** Number of objects that an association adds, or the reason why it is not known: charts are rendered by helm. */
async function objectsMore(
  { stacks, objects }: RequestTools,
  id: string,
  { candidate }: Review,
): Promise<string> {
  if (candidate === undefined) return "";
  const { declaration, federation, places, portal, decisions } = loaded(stacks, id);
  const site = siteOf(siteSchema.parse({}));
  const beside = { metropolis: federation, places: places?.places, portal, decisions };
  const counted = async (associations: typeof declaration.associations) =>
    (await objects(id, planCommune({ ...declaration, associations }, site, beside), site, undefined)).length;
  const { associations } = declaration;
  try {
    const more =
      (await counted({ ...associations, [candidate.id]: candidate })) - (await counted(associations));
    return spoken({ en: `: ${more} objects more`, fr: ` : ${more} objets de plus` });
  } catch (error) {
    // What somebody decides on is all there without it.
    const why = spokenError(error);
    return spoken({
      en: `; how many objects is not known: ${why}`,
      fr: ` ; combien d’objets n’est pas connu : ${why}`,
    });
  }
}

export const keyHelp = "the form's public key; asked of the stack when absent";

/** `commune tenant review`: what associations have asked for. Changes nothing. */
export function reviewCommand(tools: RequestTools): Command {
  return new Command("review")
    .description(
      "Judge signed requests of associations: who it looks like, whether there is a place, what it takes. Changes nothing.",
    )
    .argument("<commune>", "id of the commune")
    .argument("<files...>", "requests, as the form's messages brought them")
    .option("--key <multikey>", keyHelp)
    .option("--json", "print what was found as JSON")
    .action(async (id: string, files: string[], options: Options) => {
      const all = await reviewed(tools, id, files, options);
      const lines: string[] = [];
      for (const review of all) {
        const more = review.refused.length > 0 || options.json ? "" : await objectsMore(tools, id, review);
        lines.push(reviewText(review, more));
        if (review.refused.length === 0)
          lines.push(
            spoken({
              en: `    approve: npx commune tenant approve ${id} <file>     refuse: npx commune tenant refuse ${id} <file> --reason "…"`,
              fr: `    accepter : npx commune tenant approve ${id} <fichier>     refuser : npx commune tenant refuse ${id} <fichier> --reason "…"`,
            }),
          );
      }
      if (options.json)
        console.log(
          JSON.stringify({ requests: all.map(({ candidate: _, ...review }) => review) }, undefined, 2),
        );
      else console.log(lines.join("\n"));
      if (all.some(({ refused }) => refused.length > 0)) process.exitCode = 1;
    });
}

function decide(
  { stacks, today }: RequestTools,
  commune: string,
  { digest, request }: Review,
  decision: Decision["decision"],
): void {
  const line: Decision = { digest, id: request.id, decision, at: today() };
  appendFileSync(inCommune(stacks, commune, decisionsFile), `${JSON.stringify(line)}\n`);
}

/** `commune tenant approve`: writes the tenant's file, ready to be read and committed. */
export function approveCommand(tools: RequestTools): Command {
  return new Command("approve")
    .description(
      "Write the file of an association whose request is approved, beside the others. Nothing else changes until it is applied.",
    )
    .argument("<commune>", "id of the commune")
    .argument("<file>", "the request")
    .option("--plan <name>", "what it may take; the smallest plan that is enough when absent")
    .option("--expires <day>", "day until which it is hosted; two years from now when absent")
    .option("--despite <reason>", "approve although something is to be looked at: why that is well")
    .option("--key <multikey>", keyHelp)
    .action(async (id: string, file: string, options: Options & { despite?: string }) => {
      const [review] = await reviewed(tools, id, [file], options);
      if (review === undefined) return;
      if (review.refused.length > 0)
        throw new TranslatedError({
          en: `it cannot be approved:\n${reviewText(review)}\nNothing was changed.`,
          fr: `elle ne peut pas être acceptée :\n${reviewText(review)}\nRien n’a été changé.`,
        });
      if (review.doubts.length > 0 && options.despite === undefined)
        throw new TranslatedError({
          en: `look at this first:\n${reviewText(review)}\nThen: --despite "<why that is well>". Nothing was changed.`,
          fr: `regardez d’abord ceci :\n${reviewText(review)}\nPuis : --despite "<pourquoi c’est bien ainsi>". Rien n’a été changé.`,
        });
      const reason =
        options.despite === undefined
          ? ""
          : `# Approved although it ${review.doubts.join("; and ")}. Why: ${options.despite.replaceAll(/[\s\p{C}]+/gu, " ")}\n`;
      const { file: written, declaration } = addTenant(tools.stacks, id, {
        id: review.request.id,
        text: `${schemaLine("tenant", tools.stacks, 2)}\n# Asked ${review.request.asked.slice(0, 10)}, confirmed by its mailbox ${review.request.confirmed.slice(0, 10)}: request ${review.digest}\n${reason}${yaml.dump(review.tenant, { lineWidth: -1 })}`,
      });
      decide(tools, id, review, "approved");
      console.log(
        [
          spoken({
            en: `${written}: written. Read it, commit it with ${decisionsFile}, then: npx commune report ${id}, and pulumi up.`,
            fr: `${written} : écrit. Relisez, enregistrez avec ${decisionsFile}, puis : npx commune report ${id}, et pulumi up.`,
          }),
          "",
          nextText(declaration, review, file),
        ].join("\n"),
      );
    });
}

/** `commune tenant refuse`: remembers it, and answers by the commune's relay. */
export function refuseCommand(tools: RequestTools): Command {
  return new Command("refuse")
    .description(
      "Remember that a request is refused, and send the answer by the form's pod, which has the login at the relay. Prints it, to be sent by hand where it did not go out.",
    )
    .argument("<commune>", "id of the commune")
    .argument("<file>", "the request")
    .requiredOption("--reason <text>", "why, in French: it is in the answer, and is not kept")
    .option("--key <multikey>", keyHelp)
    .option("--context <name>", contextHelp)
    .action(async (id: string, file: string, options: Options & { reason: string; context?: string }) => {
      const [review] = await reviewed(tools, id, [file], options);
      if (review === undefined) return;
      const { declaration, decisions } = loaded(tools.stacks, id);
      const decided = decisions.find(({ digest }) => digest === review.digest);
      if (decided)
        throw new TranslatedError({
          en: `it was ${decided.decision} on ${decided.at} already. Nothing was changed.`,
          fr: `elle a déjà été ${answers[decided.decision]} le ${decided.at}. Rien n’a été changé.`,
        });
      const letter = refusalLetter(declaration.name, review.request, options.reason);
      decide(tools, id, review, "refused");
      console.log(
        `To: ${letter.to}\nReply-To: ${declaration.contact}\nSubject: ${letter.subject}\n\n${letter.text}`,
      );
      const remembered = spoken({
        en: `The refusal is in ${decisionsFile}: commit it; the association's private link reports it after the next pulumi up.`,
        fr: `Le refus est dans ${decisionsFile} : enregistrez ; le lien privé de l’association le dit après le prochain pulumi up.`,
      });
      try {
        await tools.send(id, letter, options.context);
        console.log(spoken({ en: `Sent. ${remembered}`, fr: `Envoyé. ${remembered}` }));
      } catch (error) {
        console.log(
          spoken({
            en: `NOT sent: ${spokenError(error)}. Send it yourself, as above. ${remembered}`,
            fr: `PAS envoyé : ${spokenError(error)}. Envoyez-le vous-même, comme ci-dessus. ${remembered}`,
          }),
        );
        process.exitCode = 1;
      }
    });
}
