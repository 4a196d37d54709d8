import { Command } from "commander";
import { loadExceptions } from "../audit/approval/exceptions.ts";
import { append, previousOf, type SignedEntry } from "../audit/approval/log.ts";
import { signedText } from "../audit/log.ts";
import { texts } from "../audit/words.ts";
import { DeclarationError } from "../components/foundation/declaration/problem.ts";
import type { Language, Translated } from "../components/foundation/language/language.ts";
import { day } from "../components/foundation/language/numbers.ts";
import { askedLanguage } from "../components/foundation/language/reader.ts";
import { TranslatedError } from "../components/foundation/language/translated-error.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { isToldToClusters } from "../policies/admission.ts";
import { exceptionsFile, type WrittenException } from "../policies/exceptions.ts";
import { rules } from "../policies/rules.ts";
import { signerOf } from "./approval/signing.ts";
import { signWithSsh } from "./approval/ssh.ts";
import { askOnTerminal, asksYes } from "./ask.ts";
import { spoken } from "./language.ts";

interface Options {
  key: string;
  yes?: true;
  json?: true;
}

/** Text that is signed, in the language of those who sign it: officials. */
function shown({ rule, object, reason, owner, expires }: WrittenException, language: Language): string {
  const must = rules.find(({ id }) => id === rule)?.description[language] ?? "";
  const { labelled } = texts;
  return [
    `  ${labelled[language](rule, must)}`,
    `  ${may[language](object, day(expires, language))}`,
    `  ${labelled[language](owner, reason)}`,
  ].join("\n");
}

const may: Translated<(object: string, until: string) => string> = {
  fr: (object, until) => `${object} peut ne pas la respecter jusqu’au ${until}.`,
  en: (object, until) => `${object} may break it until ${until}.`,
};

const question = { fr: "  Autoriser cette exception ?", en: "  Allow this exception?" } as const;

/** Whether somebody agrees. Throws if there is no terminal to ask on. */
async function agrees(exception: WrittenException, yes: boolean): Promise<boolean> {
  if (yes) return true;
  // An official signs: French, whatever the locale of the machine.
  const language = askedLanguage(process.env) ?? "fr";
  console.error(shown(exception, language));
  const answer = await asksYes(question, language, askOnTerminal);
  if (answer === undefined)
    throw new TranslatedError({
      en: "standard input is no terminal: --yes signs without a question.",
      fr: "il n’y a pas de terminal pour demander : --yes signe sans poser de question.",
    });
  return answer;
}

/** `commune except <id>`: an official or the data protection officer signs exceptions of rules, one by one. */
export function exceptCommand(stacks = repositoryFile("stacks")): Command {
  return new Command("except")
    .description(
      `Sign the exceptions of rules in stacks/<commune>/${exceptionsFile} that nobody has signed. Changes nothing but the log.`,
    )
    .argument("<commune>", "id of the commune")
    .requiredOption("--key <file>", "SSH key that signs, or its .pub where an agent holds it")
    .option("--yes", "sign all of them without a question")
    .option("--json", "print the lines of the log as JSON")
    .action(async (id: string, { key, yes, json }: Options) => {
      const now = new Date().toISOString();
      const loaded = loadExceptions(stacks, id, now.slice(0, 10));
      if (!loaded.ok) throw new DeclarationError(loaded.problems);
      const signer = signerOf(stacks, id, key);
      if (signer.role === "administrator")
        throw new TranslatedError({
          en: `${signer.name} is administrator: an official or the data protection officer signs what a rule may be broken for.`,
          fr: `${signer.name} est administrateur : c’est un élu ou le délégué à la protection des données qui signe pour quoi une règle peut être exceptée.`,
        });
      const unsigned = loaded.exceptions.filter(
        ({ signedBy, expires }) => signedBy === undefined && expires >= now.slice(0, 10),
      );
      const lines: string[] = [];
      const signed: WrittenException[] = [];
      for (const { signedBy: _, ...exception } of unsigned) {
        if (!(await agrees(exception, yes ?? false))) continue;
        const entry: SignedEntry = {
          ...{ kind: "excepted", stack: id, at: new Date().toISOString(), previous: previousOf(stacks, id) },
          ...{ exception, form: 2, role: signer.role, by: signer.fingerprint },
        };
        const line = { entry, signature: await signWithSsh(signedText(entry), key) };
        append(stacks, line);
        signed.push(exception);
        const { rule, object, expires } = exception;
        lines.push(
          json
            ? JSON.stringify(line)
            : spoken({
                en: `Signed by ${signer.name}: ${rule} at ${object} until ${expires}.`,
                fr: `Signé par ${signer.name} : ${rule} sur ${object} jusqu’au ${expires}.`,
              }),
        );
      }
      if (unsigned.length === 0)
        console.error(
          spoken({
            en: `Nothing in ${exceptionsFile} waits for a signature.`,
            fr: `Rien dans ${exceptionsFile} n’attend de signature.`,
          }),
        );
      if (lines.length > 0) console.log(lines.join("\n"));
      if (signed.some(({ rule }) => isToldToClusters(rule)))
        console.error(
          spoken({
            en: "A cluster that was told the rules refuses it still. Whoever administers it runs: npx commune admission | kubectl --context <name> apply -f -",
            fr: "Un cluster à qui les règles ont été dites refuse encore. Qui l’administre lance : npx commune admission | kubectl --context <nom> apply -f -",
          }),
        );
    });
}
