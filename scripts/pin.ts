import { Command, InvalidArgumentError } from "commander";
import { everyImage } from "../components/commune/images.ts";
import { listCommunes } from "../components/commune/load.ts";
import { versionsFile } from "../components/commune/versions/lock.ts";
import { DeclarationError } from "../components/foundation/declaration/problem.ts";
import { show } from "../components/foundation/declaration/show.ts";
import { inStacks, settingsOf } from "../components/foundation/declaration/stacks.ts";
import { catalogued } from "../components/foundation/image/catalogue.ts";
import { type ImageLock, loadLock, lockFile, lockText } from "../components/foundation/image/lock.ts";
import { type Mirrors, mirrorsIn } from "../components/foundation/image/reference.ts";
import { Registries } from "../components/foundation/image/registry/index.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { writeWhole } from "../local/cluster/files.ts";
import { imagesOf } from "./declared-images.ts";
import { merged, type PinChange, pinChanges, pinLines } from "./pin/changes.ts";
import { readImage } from "./pin/read.ts";
import { recordVersions } from "./pin/versions.ts";
import { objectsOfProgram } from "./side.ts";
import { settingsIn } from "./stack.ts";

/** Reads `docker.io=registry.bron.fr/hub` from the command line. */
export function mirrorOption(text: string): Mirrors {
  const mirrors = mirrorsIn(text);
  if (mirrors === undefined)
    throw new InvalidArgumentError(
      "Write <registry>=<host>[/<path>] with commas between: docker.io=registry.bron.fr/hub,ghcr.io=registry.bron.fr/ghcr",
    );
  return mirrors;
}

/** Reads from the registries what all of these are now. Throws one error with every refusal. */
async function readAll(references: readonly string[], mirrors: Mirrors, today: string): Promise<ImageLock> {
  const registries = new Registries({ mirrors });
  try {
    const read = await Promise.allSettled(
      references.map(async (reference) => {
        const image = catalogued(reference, everyImage);
        if (image === undefined)
          throw new Error(`${reference} is in no catalogue: npx commune check says where it runs.`);
        return [reference, await readImage(reference, image, registries, today)] as const;
      }),
    );
    const failed = read.flatMap((each) =>
      each.status === "rejected" ? [String(each.reason?.message ?? each.reason)] : [],
    );
    if (failed.length > 0) throw new Error(`${[...new Set(failed)].join("\n       ")}\nNothing was changed.`);
    return Object.fromEntries(read.flatMap((each) => (each.status === "fulfilled" ? [each.value] : [])));
  } finally {
    await registries.close();
  }
}

/** Mirrors in the settings of these stacks; empty if they differ. */
function settledMirrors(stacks: string, ids: readonly string[]): Mirrors {
  const said = new Set(ids.map((id) => settingsIn(settingsOf(stacks, id)).registryMirror ?? ""));
  const [text = ""] = said;
  return said.size === 1 ? (mirrorsIn(text) ?? {}) : {};
}

/** Result for the lock. */
interface Pinned {
  changes: PinChange[];
  isChanged: boolean;
}

/** Reads these images from their registries and writes the lock, whole or not at all. */
async function pinImages(
  stacks: string,
  images: readonly string[],
  { mirrors, keepsOthers }: { mirrors: Mirrors; keepsOthers: boolean },
): Promise<Pinned> {
  const before = lockIn(stacks);
  const today = new Date().toISOString().slice(0, 10);
  const read = await readAll([...new Set(images)], mirrors, today);
  const after = merged(before ?? {}, read, keepsOthers);
  const isChanged = before === undefined || lockText(before) !== lockText(after);
  if (isChanged) writeWhole(inStacks(stacks, lockFile), lockText(after));
  return { changes: pinChanges(before ?? {}, after), isChanged };
}

/**
 * Pins the images of a commune if one of them is not pinned yet; otherwise asks no registry.
 *
 * @returns the images that are new in the lock.
 */
export async function pinMissing(
  stacks: string,
  id: string,
  mirror: Mirrors | undefined,
  objects = objectsOfProgram,
): Promise<string[]> {
  const lock = lockIn(stacks) ?? {};
  const images = await imagesOf(stacks, id, objects);
  const missing = images.filter((image) => lock[image] === undefined);
  if (missing.length === 0) return [];
  await pinImages(stacks, missing, { mirrors: mirror ?? settledMirrors(stacks, [id]), keepsOthers: true });
  return missing;
}

/** Images of the lock; undefined if there is no file. Throws DeclarationError. */
export function lockIn(stacks: string): ImageLock | undefined {
  const lock = loadLock(stacks);
  if (lock && !lock.ok) throw new DeclarationError(lock.problems);
  return lock?.declaration.images;
}

/** `commune pin [id…]`: writes which build of each image runs, by its digest in the registry. */
export function pinCommand(stacks = repositoryFile("stacks"), objects = objectsOfProgram): Command {
  const command = new Command("pin")
    .description(
      `Read the digest of every image that communes run from its registry, and write stacks/${lockFile}; write which versions run into ${versionsFile} of each commune, so that a newer toolkit changes none. Changes nothing else.`,
    )
    .argument(
      "[commune...]",
      "communes whose images are read; all of them when none is named, and images that none runs go",
    )
    .option(
      "--mirror <mirrors>",
      "read there instead: <registry>=<host>[/<path>] with commas between; by default what commune:registryMirror of the stacks says",
      mirrorOption,
    )
    .option("--json", "print what changed as JSON")
    .addHelpText("after", "\nRegistries that want a login are given that of docker, podman or skopeo.");
  return command.action(async (asked: string[], { mirror, json }: { mirror?: Mirrors; json?: true }) => {
    const known = listCommunes(stacks);
    const unknown = asked.find((id) => !known.includes(id));
    if (unknown !== undefined)
      command.error(
        `error: no commune ${show(unknown)} is declared in stacks/. Declared are: ${known.join(", ") || "none"}.`,
        { exitCode: 2 },
      );
    const ids = asked.length > 0 ? [...new Set(asked)] : known;
    const images: string[] = [];
    // One after the other: each runs the program, which has one engine to speak to.
    for (const id of ids) images.push(...(await imagesOf(stacks, id, objects)));
    const mirrors = mirror ?? settledMirrors(stacks, ids);
    const { changes, isChanged } = await pinImages(stacks, images, {
      mirrors,
      keepsOthers: asked.length > 0,
    });
    const recorded = ids.filter((id) => recordVersions(stacks, id));
    if (json) console.log(JSON.stringify({ changes, versionsOf: recorded }, undefined, 2));
    else console.log([...changes.flatMap(pinLines), "", ...told(isChanged, recorded)].join("\n"));
  });
}

function told(isChanged: boolean, recorded: readonly string[]): string[] {
  const written = [
    ...(isChanged ? [`stacks/${lockFile}`] : []),
    ...recorded.map((id) => `stacks/${id}/${versionsFile}`),
  ];
  return written.length === 0
    ? ["Nothing was changed."]
    : [`Written: ${written.join(", ")}. Review and commit; the next pulumi up runs these builds.`];
}
