import { Command } from "commander";
import { execa } from "execa";
import { texts } from "../audit/words.ts";
import type { CommuneDeclaration } from "../components/commune/declaration.ts";
import { loadCommune } from "../components/commune/load.ts";
import { show } from "../components/foundation/declaration/show.ts";
import type { Language } from "../components/foundation/language/language.ts";
import { TranslatedError } from "../components/foundation/language/translated-error.ts";
import { transfer } from "../components/foundation/program/transfer.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { deriveSecret } from "../components/foundation/seed/derive.ts";
import type { VaultAccess } from "../components/recovery/vault/access.ts";
import { type Lack, lacks } from "../components/recovery/vault/compare.ts";
import { type Copied, copyVault, type Judge } from "../components/recovery/vault/copy.ts";
import { lockComplaints } from "../components/recovery/vault/growth.ts";
import { type Fetch, OpenVault } from "../components/recovery/vault/open-vault.ts";
import { ResticJudge } from "../components/recovery/vault/restic-judge.ts";
import { repositoryPassword } from "../components/recovery/vault/secrets.ts";
import type { SeenStatus } from "../components/recovery/vault/settings.ts";
import { placeOf } from "./approval/place.ts";
import { heard } from "./heard/heard.ts";
import { languageHere } from "./language.ts";
import { reachOf } from "./reach.ts";
import { stackSeed } from "./recovery/kit/stack-seed.ts";
import { lockText, usage } from "./recovery/vaults-seen.ts";
import { Stack } from "./stack.ts";
import { rewindCommand } from "./vault/rewind.ts";

/** Folder and tools that the command works with. */
export interface Surroundings {
  /** Folder with the declarations. */
  stacks: string;
  /** Passwords of the vaults of a commune, by host. */
  vaultsOf(id: string): Promise<Readonly<Record<string, VaultAccess>> | undefined>;
  /** Judge that recognises, in what a vault gives, what the commune wrote. */
  judgeOf(id: string): Promise<Judge>;
  fetch: Fetch;
}

const ordinary: Surroundings = {
  stacks: repositoryFile("stacks"),
  async vaultsOf(id) {
    const { environment } = reachOf(id, undefined);
    return (await new Stack(id, environment).outputs()).vaults;
  },
  async judgeOf(id) {
    const { exitCode } = await execa("restic", ["version"], { reject: false });
    if (exitCode !== 0) {
      throw new TranslatedError({
        en: "restic is not on this machine, and it alone tells what this commune wrote from what a host made up: apt install restic. Nothing was copied.",
        fr: "restic n’est pas sur cette machine, et lui seul distingue ce que cette commune a écrit de ce qu’un hôte inventerait : apt install restic. Rien n’a été copié.",
      });
    }
    const seed = await stackSeed(placeOf(id), id).read();
    if (seed === undefined)
      throw new TranslatedError({
        en: `the stack ${id} has no seed yet: npx pulumi up -s ${id}`,
        fr: `la pile ${id} n’a pas encore de graine : npx pulumi up -s ${id}`,
      });
    return new ResticJudge({
      restic: "restic",
      passwordOf: (service) => ({ RESTIC_PASSWORD: deriveSecret(seed, id, repositoryPassword(service)) }),
    });
  },
  // A host must not send the password elsewhere.
  fetch: transfer,
};

/** `commune vault`: state of the vaults with a commune's copies, what they lack, and copies from one to another. */
export function vaultCommand(surroundings = ordinary): Command {
  return new Command("vault")
    .description("Look at the vaults where a commune's encrypted copies are, and copy from one to the other.")
    .addCommand(statusCommand(surroundings))
    .addCommand(compareCommand(surroundings))
    .addCommand(copyCommand(surroundings))
    .addCommand(rewindCommand(surroundings));
}

function statusCommand(surroundings: Surroundings): Command {
  return new Command("status")
    .description("Ask each vault how full it is, what it has and what its host has found. Changes nothing.")
    .argument("<commune>", "id of the commune")
    .option("--json", "print the result as JSON")
    .action(async (id: string, { json }: { json?: true }) => {
      const { hosts, open } = await vaultsOf(surroundings, id);
      const seen = await Promise.all(
        hosts.map(async (host) => {
          try {
            return { host, status: await open(host).status() };
          } catch (error) {
            return { host, problem: error instanceof Error ? reason(error) : String(error) };
          }
        }),
      );
      const language = languageHere();
      console.log(
        json ? JSON.stringify(seen, undefined, 2) : seen.map((each) => told(each, language)).join("\n"),
      );
      const isWell = seen.every(
        ({ status }) =>
          status !== undefined &&
          status.quarantined.length === 0 &&
          !("lock" in status && lockComplaints(status.lock).length > 0),
      );
      if (!isWell) process.exitCode = 1;
    });
}

function compareCommand(surroundings: Surroundings): Command {
  return new Command("compare")
    .description("Say what one vault lacks that another one has. Changes nothing.")
    .argument("<commune>", "id of the commune")
    .option("--json", "print the result as JSON")
    .action(async (id: string, { json }: { json?: true }) => {
      const { hosts, open } = await vaultsOf(surroundings, id);
      const language = languageHere();
      const found = await lacks(hosts.map(open));
      const text =
        found.length > 0
          ? found.map((each) => lackText(each, language)).join("\n")
          : texts.labelled[language](hosts.join(", "), phrases.same[language]);
      console.log(json ? JSON.stringify(found, undefined, 2) : text);
      if (found.length > 0) process.exitCode = 1;
    });
}

function copyCommand(surroundings: Surroundings): Command {
  return new Command("copy")
    .description(
      "Bring to one vault what another one has: files as they are, of those that restic opens with this commune's passwords.",
    )
    .argument("<commune>", "id of the commune")
    .requiredOption("--from <commune>", "who keeps what is copied")
    .requiredOption("--to <commune>", "who is to keep it too")
    .option("--repository <names...>", "only these, such as nextcloud/files-2026q4")
    .option("--json", "print the result as JSON")
    .action(async (id: string, options: { from: string; to: string; repository?: string[]; json?: true }) => {
      const { from, to, repository: only, json } = options;
      const { open } = await vaultsOf(surroundings, id);
      if (from === to) throw new Error(phrases.nameTwo[languageHere()](show(from)));
      const report = (line: string) => json ?? console.log(`${line} …`);
      const judge = await surroundings.judgeOf(id);
      const copied = await copyVault(open(from), open(to), { judge, only, report });
      console.log(json ? JSON.stringify(copied) : copiedText(copied, { from, to }, languageHere()));
    });
}

async function vaultsOf({ stacks, vaultsOf, fetch }: Surroundings, id: string) {
  const hosts = declared(stacks, id).recovery?.vaults ?? [];
  if (hosts.length === 0) {
    throw new Error(phrases.noVault[languageHere()](id));
  }
  const given = await vaultsOf(id);
  return {
    hosts,
    open(host: string): OpenVault {
      if (!hosts.includes(host)) {
        throw new Error(phrases.otherVault[languageHere()](show(host), id, hosts.join(", ")));
      }
      const access = given?.[host];
      if (access === undefined) {
        throw new Error(phrases.notOpened[languageHere()](id, host));
      }
      return new OpenVault(host, access, fetch);
    },
  };
}

function declared(stacks: string, id: string): CommuneDeclaration {
  const loaded = loadCommune(stacks, id);
  if (!loaded.ok) throw loaded.error;
  return loaded.declaration;
}

/** `fetch` says "fetch failed", and its cause why. */
function reason(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

const phrases = {
  same: { fr: "tous ont la même chose.", en: "all have the same." },
  nameTwo: {
    fr: (host: string) => `--from et --to sont tous deux ${host} : nommez-en deux.`,
    en: (host: string) => `--from and --to are both ${host}: name two.`,
  },
  noVault: {
    fr: (id: string) =>
      `${id} ne déclare aucun coffre : écrivez d’abord recovery: { vaults: [<commune>] } (docs/vault.md).`,
    en: (id: string) =>
      `${id} declares no vault: write recovery: { vaults: [<member>] } first (docs/vault.md).`,
  },
  otherVault: {
    fr: (host: string, id: string, hosts: string) =>
      `${host} n’est pas un coffre de ${id}. Ses coffres : ${hosts}.`,
    en: (host: string, id: string, hosts: string) => `${host} is no vault of ${id}. Its vaults: ${hosts}.`,
  },
  notOpened: {
    fr: (id: string, host: string) =>
      `la pile ${id} ne dit pas encore comment s’ouvre le coffre chez ${host} : npx pulumi up -s ${id}`,
    en: (id: string, host: string) =>
      `the stack ${id} does not say yet how the vault at ${host} is opened: npx pulumi up -s ${id}`,
  },
  looked: {
    fr: (files: number, day: string) => `tous les fichiers (${files}) relus le ${day}`,
    en: (files: number, day: string) => `all ${files} files read on ${day}`,
  },
  notLooked: {
    fr: "aucune relecture de tous les fichiers n’est encore finie",
    en: "no look at all files has ended yet",
  },
  quarantined: {
    fr: (count: number) => `${count} en quarantaine`,
    en: (count: number) => `${count} in quarantine`,
  },
  keptUntil: { fr: (day: string) => `, gardé jusqu’au ${day}`, en: (day: string) => `, kept until ${day}` },
  complete: { fr: ", complet", en: ", complete" },
  putAside: { fr: "mis de côté", en: "put aside" },
  inQuarantine: { fr: "en quarantaine", en: "in quarantine" },
  lacks: {
    fr: (host: string, repository: string) => `à ${host} manque, de ${repository}`,
    en: (host: string, repository: string) => `${host} lacks of ${repository}`,
  },
  counted: {
    fr: (count: number, type: string) => `${count} de ${type}`,
    en: (count: number, type: string) => `${count} of ${type}`,
  },
  copied: {
    fr: (repositories: number, from: string, files: number, bytes: number, to: string) =>
      `dépôts de ${from} : ${repositories} ; fichiers qui manquaient chez ${to} et y sont maintenant : ${files} (${bytes} octets).`,
    en: (repositories: number, from: string, files: number, bytes: number, to: string) =>
      `${repositories === 1 ? "1 repository" : `${repositories} repositories`} of ${from}: ${files} files (${bytes} bytes) were missing at ${to}, and are there now.`,
  },
} as const;

function told(
  { host, status, problem = "" }: { host: string; status?: SeenStatus; problem?: string },
  language: Language,
): string {
  const labelled = texts.labelled[language];
  if (status === undefined) return labelled(host, heard(problem, language));
  const { generations, scrub, quarantined, aside } = status;
  const looked = scrub
    ? phrases.looked[language](scrub.files, scrub.finished.slice(0, 10))
    : phrases.notLooked[language];
  return [
    ...("lock" in status
      ? [
          labelled(host, lockText(status.lock, language)),
          ...lockComplaints(status.lock, language).map((line) => `  ! ${line}`),
        ]
      : [
          labelled(
            host,
            `${usage(status, language)}, ${looked}, ${phrases.quarantined[language](quarantined.length)}`,
          ),
        ]),
    ...generations.map(
      ({ name, until, isComplete }) =>
        `  ${name}${until === undefined ? "" : phrases.keptUntil[language](until)}${isComplete ? phrases.complete[language] : ""}`,
    ),
    ...aside.map((path) => `  ${labelled(phrases.putAside[language], path)}`),
    ...quarantined.map((path) => `  ${labelled(phrases.inQuarantine[language], path)}`),
  ].join("\n");
}

function lackText({ host, repository, files }: Lack, language: Language): string {
  const counts = Object.entries(files).map(([type, count]) =>
    type === "config" ? type : phrases.counted[language](count, type),
  );
  return texts.labelled[language](phrases.lacks[language](host, repository), counts.join(", "));
}

function copiedText(
  { repositories, files, bytes }: Copied,
  { from, to }: { from: string; to: string },
  language: Language,
): string {
  return phrases.copied[language](repositories, from, files, bytes, to);
}
