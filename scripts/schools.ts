import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { execa } from "execa";
import { atDomain } from "../components/commune/at-domain.ts";
import type { CommuneDeclaration } from "../components/commune/declaration.ts";
import { foldersAddress } from "../components/commune/facts.ts";
import { loadCommune } from "../components/commune/load.ts";
import { plain } from "../components/foundation/declaration/show.ts";
import { inCommune } from "../components/foundation/declaration/stacks.ts";
import { TranslatedError } from "../components/foundation/language/translated-error.ts";
import { sha256 } from "../components/foundation/manifest/checksum.ts";
import { namespaceOf } from "../components/foundation/manifest/labels.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { type RepositoryKey, repositoryKey } from "../components/schools/apt/key.ts";
import { pack } from "../components/schools/kit/package.ts";
import { schoolKit } from "../components/schools/kit/school.ts";
import { spaceKit } from "../components/schools/kit/space.ts";
import type { PublishedFile } from "../components/schools/schools/library.ts";
import { receiver, schoolsWorkload } from "../components/schools/schools/manifests.ts";
import { makePublication, signPackages } from "../components/schools/schools/publication.ts";
import { cacheFolder } from "../local/paths.ts";
import { buildTime, kitVersion } from "./kit.ts";
import { spoken } from "./language.ts";
import { contextHelp, type Reach, reachOf } from "./reach.ts";
import { Stack, settingsFile, settingsIn } from "./stack.ts";

/** A script in the pod: its words, what it reads, and what it printed. */
export type Receive = (words: readonly string[], input: string | { tar: string }) => Promise<string>;

/** Folder and tools that the command works with. */
export interface Surroundings {
  /** Folder of the Pulumi program, with `stacks` in it. */
  project: string;
  /** Access to the commune's cluster, and to the state of its stack. */
  reach(commune: string, context: string | undefined): Reach;
}

const ordinary: Surroundings = {
  project: repositoryFile("."),
  reach: reachOf,
};

/** `commune schools`: publishes what schools share, and goes back. */
export function schoolsCommand(surroundings = ordinary): Command {
  return new Command("schools")
    .description("Publish what a commune's schools share: libraries, lessons and packages.")
    .addCommand(checkCommand(surroundings))
    .addCommand(publishCommand(surroundings))
    .addCommand(backCommand(surroundings));
}

function checkCommand({ project }: Surroundings): Command {
  return new Command("check")
    .description("List everything that keeps a publication from being made. Changes nothing.")
    .argument("<commune>", "id of the commune")
    .option("--json", "print the result as JSON")
    .action(async (id: string, { json }: { json?: true }) => {
      const made = await publicationOf(declared(project, id), project);
      try {
        const { publication } = made;
        const problems = publication.ok ? [] : publication.problems;
        const files = publication.ok ? publication.files.size : 0;
        if (json) console.log(JSON.stringify({ problems, files }, undefined, 2));
        else
          console.log(
            problemsText(problems) ??
              spoken({
                en: `${files} files can be published. Nothing was changed.`,
                fr: `${files} fichiers peuvent être publiés. Rien n’a été changé.`,
              }),
          );
        if (problems.length > 0) process.exitCode = 1;
      } finally {
        made.clean();
      }
    });
}

function publishCommand(surroundings: Surroundings): Command {
  return new Command("publish")
    .description("Send what has changed to the cluster, then show it to the public all at once.")
    .argument("<commune>", "id of the commune")
    .option("--context <name>", contextHelp)
    .option("--json", "print the result as JSON")
    .action(async (id: string, { context, json }: { context?: string; json?: true }) => {
      const { published, sent } = await publishSchools(id, surroundings, context);
      const text = spoken({
        en: `${id}: ${published} files are published, ${sent.files} of them sent (${sent.bytes} bytes). Take it back with: npx commune schools back ${id}`,
        fr: `${id} : ${published} fichiers sont publiés, dont ${sent.files} envoyés (${sent.bytes} octets). Pour revenir : npx commune schools back ${id}`,
      });
      console.log(json ? JSON.stringify({ published, sent }, undefined, 2) : text);
    });
}

/** Number of published files, and of those that were sent. */
export interface SchoolsPublished {
  published: number;
  sent: { files: number; bytes: number };
}

/** Makes the publication of a commune's schools, sends what the cluster lacks, and has it shown. Throws what keeps it from being made. */
export async function publishSchools(
  id: string,
  { project, reach: reachAt }: Surroundings,
  context?: string,
): Promise<SchoolsPublished> {
  const declaration = declared(project, id);
  const reach = reachAt(id, context);
  const made = await publicationOf(declaration, project);
  try {
    const { publication } = made;
    if (!publication.ok)
      throw new TranslatedError({
        en: `nothing was published.\n${problemsText(publication.problems)}`,
        fr: `rien n’a été publié.\n${problemsText(publication.problems)}`,
      });
    const key = await keyOf(declaration, new Stack(id, reach.environment, project));
    await signPackages(declaration, publication, key, made.date);
    const { files } = publication;
    return { published: files.size, sent: await publish(files, podOf(id, reach)) };
  } finally {
    made.clean();
  }
}

function backCommand(surroundings: Surroundings): Command {
  return new Command("back")
    .description("Show the previous publication again. The last three are kept.")
    .argument("<commune>", "id of the commune")
    .option("--context <name>", contextHelp)
    .action(async (id: string, { context }: { context?: string }) => {
      declared(surroundings.project, id);
      const shown = await podOf(id, surroundings.reach(id, context))(["back"], "");
      console.log(
        spoken({
          en: `${id}: the publication ${shown.trim()} is shown again.`,
          fr: `${id} : la publication ${shown.trim()} est de nouveau montrée.`,
        }),
      );
    });
}

function declared(project: string, id: string): CommuneDeclaration {
  const loaded = loadCommune(join(project, "stacks"), id);
  if (!loaded.ok) throw loaded.error;
  if (loaded.declaration.schools === undefined)
    throw new TranslatedError({
      en: `${id} declares no schools: write schools: first.`,
      fr: `${id} ne déclare pas d’écoles : écrivez d’abord schools:.`,
    });
  return atDomain(loaded.declaration, settingsIn(settingsFile(id, project)).domain);
}

/** The key that signs packages, from the secret that the stack keeps. */
async function keyOf({ id, name, contact }: CommuneDeclaration, stack: Stack): Promise<RepositoryKey> {
  const { schools } = await stack.outputs();
  if (schools?.packagesKey === undefined) {
    throw new TranslatedError({
      en: `the stack of ${id} has no key for packages yet: apply the declaration first, with npx pulumi up -s ${id}`,
      fr: `la pile de ${id} n’a pas encore de clé pour les paquets : appliquez d’abord la déclaration, npx pulumi up -s ${id}`,
    });
  }
  return repositoryKey(schools.packagesKey, { name, email: contact });
}

/** The publication of a commune, with a kit for each of its places; `clean` removes what was built for it. */
async function publicationOf(declaration: CommuneDeclaration, project: string) {
  const built = mkdtempSync(join(tmpdir(), "publication-"));
  const clean = () => rmSync(built, { recursive: true });
  try {
    const time = buildTime();
    const version = kitVersion(time);
    const places = [
      ...Object.keys(declaration.schools?.establishments ?? {}).map((id) =>
        schoolKit(declaration, id, version, foldersAddress(declaration)),
      ),
      ...Object.keys(declaration.spaces ?? {}).map((id) => spaceKit(declaration, id, version)),
    ].flatMap((kit) => kit ?? []);
    const kits: string[] = [];
    for (const kit of places) kits.push(await pack(kit, built, time));
    const pathOf = (folder: string) => inCommune(join(project, "stacks"), declaration.id, folder);
    const cache = join(cacheFolder(), "schools");
    const publication = await makePublication(declaration, { pathOf, cache, kits });
    return { publication, date: new Date(time * 1000), clean };
  } catch (error) {
    clean();
    throw error;
  }
}

function problemsText(problems: readonly { place: string; message: string }[]): string | undefined {
  if (problems.length === 0) return undefined;
  return problems.map(({ place, message }) => spoken(`${plain(place)}: ${plain(message)}`)).join("\n");
}

/** Sends the files that the other side lacks, then has the publication shown. */
export async function publish(
  files: ReadonlyMap<string, PublishedFile>,
  receive: Receive,
): Promise<{ files: number; bytes: number }> {
  const bySum = new Map([...files.values()].map((file) => [file.sha256, file]));
  const asked = await receive(["missing"], lines([...bySum.keys()]));
  const missing = asked.split("\n").flatMap((sum) => bySum.get(sum) ?? []);
  if (missing.length > 0) {
    const folder = mkdtempSync(join(tmpdir(), "objects-"));
    try {
      for (const { sha256, source } of missing) {
        if (typeof source === "string") symlinkSync(resolve(source), join(folder, sha256));
        else writeFileSync(join(folder, sha256), source);
      }
      await receive(["take"], { tar: folder });
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  const list = lines([...files].map(([path, { sha256 }]) => `${sha256} ${path}`).sort());
  await receive(["release", sha256(list).slice(0, 16)], list);
  return { files: missing.length, bytes: missing.reduce((sum, { bytes }) => sum + bytes, 0) };
}

const lines = (texts: readonly string[]) => texts.map((text) => `${text}\n`).join("");

/** Runs the script in the commune's pod. */
function podOf(id: string, { context, environment: env }: Reach): Receive {
  const workload = schoolsWorkload(id);
  return async (words, input) => {
    const command = [
      ...(context ? [`--context=${context}`] : []),
      ...["exec", "--stdin", `--namespace=${namespaceOf(workload)}`, "deployment/schools"],
      ...[`--container=${receiver}`, "--", "sh", "/etc/schools/receive.sh", ...words],
    ];
    if (typeof input === "string") return (await execa("kubectl", command, { env, input })).stdout;
    const tar = execa("tar", ["--create", "--dereference", "--directory", input.tar, "--file=-", "."], {
      encoding: "buffer",
      stdout: "pipe",
      buffer: false,
    });
    const { stdout } = await tar.pipe("kubectl", command, { env });
    return String(stdout);
  };
}
