import { Command } from "commander";
import { loadExceptions } from "../audit/approval/exceptions.ts";
import { append, previousOf, type SignedEntry } from "../audit/approval/log.ts";
import { signedText } from "../audit/log.ts";
import { DeclarationError } from "../components/foundation/declaration/problem.ts";
import { day } from "../components/foundation/page/day.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { isToldToClusters } from "../policies/admission.ts";
import { exceptionsFile, type WrittenException } from "../policies/exceptions.ts";
import { rules } from "../policies/rules.ts";
import { signerOf } from "./approval/signing.ts";
import { signWithSsh } from "./approval/ssh.ts";
import { askOnTerminal, asksYes } from "./ask.ts";

interface Options {
  key: string;
  yes?: true;
  json?: true;
}

/** Text that is signed, in the language of those who sign it: officials. */
function shown({ rule, object, reason, owner, expires }: WrittenException): string {
  const must = rules.find(({ id }) => id === rule)?.description.fr ?? "";
  return [
    `  ${rule} : ${must}`,
    `  ${object} peut ne pas la respecter jusqu’au ${day(expires)}.`,
    `  ${owner} : ${reason}`,
  ].join("\n");
}

const question = { fr: "  Autoriser cette exception ?", en: "  Allow this exception?" } as const;

/** Whether somebody agrees. Throws if there is no terminal to ask on. */
async function agrees(exception: WrittenException, yes: boolean): Promise<boolean> {
  if (yes) return true;
  console.error(shown(exception));
  const answer = await asksYes(question, "fr", askOnTerminal);
  if (answer === undefined) throw new Error("standard input is no terminal: --yes signs without a question.");
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
        throw new Error(
          `${signer.name} is administrator: an official or the data protection officer signs what a rule may be broken for.`,
        );
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
          json ? JSON.stringify(line) : `Signed by ${signer.name}: ${rule} at ${object} until ${expires}.`,
        );
      }
      if (unsigned.length === 0) console.error(`Nothing in ${exceptionsFile} waits for a signature.`);
      if (lines.length > 0) console.log(lines.join("\n"));
      if (signed.some(({ rule }) => isToldToClusters(rule)))
        console.error(
          "A cluster that was told the rules refuses it still. Whoever administers it runs: npx commune admission | kubectl apply -f -",
        );
    });
}
