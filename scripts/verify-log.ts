import { existsSync, readFileSync } from "node:fs";
import { Command } from "commander";
import { loadSigners } from "../audit/approval/approvers.ts";
import { historySchema, unapproved } from "../audit/approval/history.ts";
import { logText, readLog } from "../audit/approval/log.ts";
import { judgeLog, signerOfLog, type Witness, witnessProblems } from "../audit/approval/verify.ts";
import { keyIn } from "../audit/drills/drills.ts";
import { judgeDrills, readDrills } from "../audit/drills/log.ts";
import { headOf } from "../audit/log.ts";
import { loadFederation } from "../components/federation/members.ts";
import { noDescriptor } from "../components/federation/reason.ts";
import { DeclarationError } from "../components/foundation/declaration/problem.ts";
import type { Language } from "../components/foundation/language/language.ts";
import { TranslatedError } from "../components/foundation/language/translated-error.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { type Found, foundText, holds } from "./approval/log-text.ts";
import { wholeHistory } from "./approval/past.ts";
import { noFederation, readMembers } from "./directory.ts";
import { heard } from "./heard/heard.ts";
import { languageOption } from "./language.ts";
import { doorwayOf } from "./look/doorway.ts";
import { underway } from "./underway.ts";

interface Options {
  history?: string;
  peers?: true;
  address?: string;
  ca?: string;
  language: Language;
  json?: true;
}

const remembered = {
  lines: {
    fr: (of: string, count: number) => `${of} : a retenu ${count} lignes`,
    en: (of: string, count: number) => `${of}: remembers ${count} lines`,
  },
  nothing: {
    fr: (of: string) => `${of} : n’en a rien retenu`,
    en: (of: string) => `${of}: remembers nothing of it`,
  },
} as const;

/** Memories that the members of the metropolis have of a commune's log, each signed by its own member. */
async function witnessesOf(
  stacks: string,
  id: string,
  options: Options,
): Promise<{ witnesses: Witness[]; asked: string[] }> {
  const loaded = loadFederation(stacks);
  if (loaded === undefined) throw new TranslatedError(noFederation);
  if (!loaded.ok) throw new DeclarationError(loaded.problems);
  underway({
    en: `the communes of the metropolis are asked what they remember of the log of ${id}`,
    fr: `les communes de la métropole disent ce qu’elles ont retenu du journal de ${id}`,
  });
  // Programs read English.
  const language = options.json ? "en" : options.language;
  const { members } = await readMembers(loaded.declaration, doorwayOf(options), new Date(), (descriptor) => ({
    ...descriptor,
    peers: descriptor.peers.filter((peer) => peer.id === id),
  }));
  const witnesses: Witness[] = [];
  const asked = members
    .filter((member) => member.id !== id)
    .map(({ id: of, descriptor, problem }) => {
      const known = descriptor?.peers.find((peer) => peer.id === id)?.approvals;
      for (const head of known ?? []) witnesses.push({ of, ...head });
      if (descriptor === undefined) return heard(`${of}: ${noDescriptor} (${problem})`, language);
      const last = known?.at(-1);
      return last === undefined
        ? remembered.nothing[language](of)
        : remembered.lines[language](of, last.count);
    });
  return { witnesses, asked };
}

/** `commune verify-log <id>`: whether the log of a commune's approvals holds, for anybody. */
export function verifyLogCommand(stacks = repositoryFile("stacks")): Command {
  return new Command("verify-log")
    .description(
      "Verify every line of a commune's log of approvals, and of that of its recovery drills: signatures, roles and order. Reads files only, contacts nothing but with --peers, and needs no other program.",
    )
    .argument("<commune>", "id of the commune")
    .option(
      "--history <file>",
      `what Pulumi knows of past updates (pulumi ${wholeHistory.join(" ")}): list those that nobody approved`,
    )
    .option("--peers", "ask the other communes what they remember of this log")
    .option("--address <host:port>", "address that stands for every public name; public DNS when absent")
    .option("--ca <file>", "certificate of the authority that signs the public names")
    .addOption(languageOption("what is found"))
    .option("--json", "print the result as JSON")
    .action(async (id: string, options: Options) => {
      const read = readLog(logText(stacks, id));
      const signers = loadSigners(stacks, id);
      const lines = judgeLog(read, { stack: id, ...signers });
      const { witnesses, asked } = options.peers
        ? await witnessesOf(stacks, id, options)
        : { witnesses: [], asked: [] };
      const drilled = readDrills(stacks, id);
      const publicKey = keyIn(stacks, id);
      const found: Found = {
        commune: id,
        ...headOf(read),
        lines,
        signer: { key: signers.log ?? signerOfLog(lines), isListed: signers.log !== undefined },
        drills: {
          ...headOf(drilled),
          publicKey,
          lines: judgeDrills(drilled, { stack: id, publicKey }),
        },
        witnesses: witnessProblems(read, witnesses),
        asked,
        unapproved:
          options.history === undefined ? undefined : unapproved(historyIn(options.history, id), lines),
      };
      if (!holds(found)) process.exitCode = 1;
      console.log(options.json ? JSON.stringify(found, undefined, 2) : foundText(found, options.language));
    });
}

/** Past updates according to Pulumi, from the file that somebody had it write. */
function historyIn(file: string, id: string) {
  if (!existsSync(file))
    throw new TranslatedError({
      en: `${file} does not exist. Whoever runs the services writes it: npx pulumi ${wholeHistory.join(" ")} -s ${id} > ${file}`,
      fr: `${file} n’existe pas. Qui fait tourner les services l’écrit : npx pulumi ${wholeHistory.join(" ")} -s ${id} > ${file}`,
    });
  return historySchema.parse(JSON.parse(readFileSync(file, "utf8")));
}
