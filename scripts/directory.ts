import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
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
  directoryFiles,
  isReplaceable,
  readDirectory,
  remembered,
} from "../components/federation/directory.ts";
import { groupOf } from "../components/federation/groups.ts";
import { hostLists } from "../components/federation/host-lists.ts";
import { type Federation, loadFederation, type Member } from "../components/federation/members.ts";
import { reasonOf } from "../components/federation/reason.ts";
import { domainsBelow } from "../components/federation/territory.ts";
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

/**
 * Asks every member what it says of itself. A member that does not answer is an entry with a problem.
 *
 * @param kept returns what is needed of a descriptor: thousands that remember each other fill the memory.
 */
export async function readMembers(
  { name, members }: Pick<Federation, "name" | "members">,
  doorway: Doorway,
  now: Date,
  kept: (descriptor: Descriptor) => Descriptor = (descriptor) => descriptor,
): Promise<Directory> {
  const dispatcher = agentFor(doorway, { maxResponseSize: largestDescriptor });
  const waiting = Object.entries(members);
  const below = domainsBelow(Object.values(members).map(({ domain }) => domain));
  const found = new Map<string, DirectoryEntry>();
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [id, member] = next;
      const entry = await readMember(id, member, below.get(member.domain) ?? [], dispatcher, now);
      const { descriptor } = entry;
      found.set(id, descriptor === undefined ? entry : { ...entry, descriptor: kept(descriptor) });
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

/** Returns a descriptor without what its commune remembers of others' chains: the directory shows who is linked. */
function shownPart(descriptor: Descriptor): Descriptor {
  const peers = descriptor.peers.map(({ approvals: _, points: __, ...peer }) => peer);
  return { ...descriptor, peers };
}

/** Members that a folder holds already, by id: what is last known of those that do not answer. */
function lastMembers(folder: string): ReadonlyMap<string, DirectoryEntry> {
  const members = readDirectory((file) => readFileSync(join(folder, file), "utf8")) ?? [];
  return new Map(members.map((member) => [member.id, member]));
}

/** Writes files; each is whole at every moment, for a web server that serves the folder meanwhile. */
function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, `.${name}`), text);
    renameSync(join(folder, `.${name}`), join(folder, name));
  }
  for (const name of readdirSync(folder))
    if (isReplaceable(name) && !(name in files)) rmSync(join(folder, name));
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
      const { declaration } = loaded;
      const read = await readMembers(declaration, doorwayOf(options), new Date(), shownPart);
      const before = lastMembers(options.out);
      const members = read.members.map((member): DirectoryEntry => {
        const group = groupOf(declaration, member.id)?.name;
        return { ...remembered(member, before.get(member.id)), ...(group && { group }) };
      });
      const directory = { ...read, members };
      writeFiles(options.out, {
        ...directoryFiles(directory, frenchKind),
        ...hostLists(declaration.groups, members),
      });
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
