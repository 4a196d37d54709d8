import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { request } from "undici";
import {
  type Descriptor,
  descriptorAddress,
  largestDescriptor,
} from "../components/federation/descriptor.ts";
import {
  type Directory,
  type DirectoryEntry,
  directoryFeatures,
  directoryPage,
  remembered,
} from "../components/federation/directory.ts";
import { type Federation, loadFederation, type Member } from "../components/federation/members.ts";
import { reasonOf } from "../components/federation/reason.ts";
import { judgeAnswer } from "../components/federation/verdict.ts";
import { DeclarationError } from "../components/foundation/declaration/problem.ts";
import type { Translated } from "../components/foundation/language/language.ts";
import { TranslatedError } from "../components/foundation/language/translated-error.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { frenchKind, linkedKinds } from "../components/services/list.ts";
import { spoken } from "./language.ts";
import { agentFor, type Doorway, doorwayOf } from "./look/doorway.ts";

/** Refusal of a command that asks the communes of a metropolis that nobody has written down. */
export const noFederation: Translated = {
  en: "stacks/federation.yaml does not exist (docs/federation.md).",
  fr: "stacks/federation.yaml n’existe pas (docs/federation.md).",
};

/** The most communes that are asked at once. */
const atOnce = 8;

/** Asks every member what it says of itself. A member that does not answer is an entry with a problem. */
export async function readMembers(
  { name, members }: Federation,
  doorway: Doorway,
  now: Date,
): Promise<Directory> {
  const dispatcher = agentFor(doorway, { maxResponseSize: largestDescriptor });
  const waiting = Object.entries(members);
  const domains = Object.values(members).map(({ domain }) => domain);
  const found = new Map<string, DirectoryEntry>();
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [id, member] = next;
      found.set(id, await readMember(id, member, domains, dispatcher, now));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  await dispatcher.close();
  const entries = [...found.values()].sort((one, other) => one.name.localeCompare(other.name, "fr"));
  return { name, made: now.toISOString(), members: entries };
}

/**
 * Descriptors of some members, of those that answer; empty if no metropolis is declared.
 *
 * @param stacks folder with the declarations.
 */
export async function descriptorsOf(
  stacks: string,
  ids: readonly string[],
  doorway: Doorway,
): Promise<Descriptor[]> {
  const loaded = loadFederation(stacks);
  if (loaded === undefined || ids.length === 0) return [];
  if (!loaded.ok) throw new DeclarationError(loaded.problems);
  const { declaration } = loaded;
  const asked = Object.entries(declaration.members).filter(([id]) => ids.includes(id));
  const { members } = await readMembers(
    { ...declaration, members: Object.fromEntries(asked) },
    doorway,
    new Date(),
  );
  return members.flatMap(({ descriptor }) => descriptor ?? []);
}

async function readMember(
  id: string,
  { name, domain, hosts = [], contact, publicKey }: Member,
  others: readonly string[],
  dispatcher: ReturnType<typeof agentFor>,
  now: Date,
): Promise<DirectoryEntry> {
  const entry = { id, name, domain, contact };
  try {
    const answer = await request(descriptorAddress(domain), {
      dispatcher,
      headersTimeout: 10_000,
      bodyTimeout: 10_000,
      signal: AbortSignal.timeout(20_000),
    });
    const found = { status: answer.statusCode, text: await answer.body.text() };
    const verdict = judgeAnswer(
      found,
      { peer: id, domain, hosts, others, key: publicKey, kinds: linkedKinds },
      now,
    );
    if (verdict.is === "peer") return { ...entry, descriptor: verdict.descriptor, read: now.toISOString() };
    return { ...entry, problem: verdict.why };
  } catch (error) {
    return { ...entry, problem: reasonOf(error) };
  }
}

/** The directory that a folder holds already: what is last known of members that do not answer. */
function lastDirectory(folder: string): Directory | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, "directory.json"), "utf8")) as Directory;
  } catch {
    return undefined;
  }
}

/** Writes the three files; each is whole at every moment, for a web server that serves the folder meanwhile. */
function writeDirectory(folder: string, directory: Directory): void {
  mkdirSync(folder, { recursive: true });
  const files = {
    "index.html": directoryPage(directory, frenchKind),
    "directory.json": `${JSON.stringify(directory, undefined, 2)}\n`,
    "directory.geojson": `${JSON.stringify(directoryFeatures(directory), undefined, 2)}\n`,
  };
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, `.${name}`), text);
    renameSync(join(folder, `.${name}`), join(folder, name));
  }
}

/** `commune directory`: the public directory of the metropolis, from what its communes publish. */
export function directoryCommand(stacks = repositoryFile("stacks")): Command {
  return new Command("directory")
    .description(
      "Write the public directory of the metropolis (HTML, JSON, GeoJSON) from what its communes publish.",
    )
    .option("--out <folder>", "where to write it; what it holds already is what is last known", "annuaire")
    .option("--address <host:port>", "address that stands for every public name; public DNS when absent")
    .option("--ca <file>", "certificate of the authority that signs the public names")
    .option("--json", "print the directory as JSON too")
    .action(async (options: { out: string; address?: string; ca?: string; json?: true }) => {
      const loaded = loadFederation(stacks);
      if (loaded === undefined) throw new TranslatedError(noFederation);
      if (!loaded.ok) throw new DeclarationError(loaded.problems);
      const read = await readMembers(loaded.declaration, doorwayOf(options), new Date());
      const before = lastDirectory(options.out);
      const directory = {
        ...read,
        members: read.members.map((member) =>
          remembered(
            member,
            before?.members.find(({ id }) => id === member.id),
          ),
        ),
      };
      writeDirectory(options.out, directory);
      if (options.json) console.log(JSON.stringify(directory, undefined, 2));
      else {
        for (const { id, descriptor, problem } of directory.members) {
          const shown = descriptor
            ? spoken({ en: "as last known", fr: "comme on la connaît en dernier" })
            : spoken({ en: "nothing known yet", fr: "encore inconnue" });
          const told = problem ? `${shown} (${problem})` : spoken({ en: "read", fr: "lue" });
          console.log(spoken({ en: `${id}: ${told}`, fr: `${id} : ${told}` }));
        }
        const files = `${join(options.out, "index.html")}, directory.json, directory.geojson`;
        console.log(`\n${spoken({ en: `Written: ${files}`, fr: `Écrit : ${files}` })}`);
      }
    });
}
