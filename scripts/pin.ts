import { existsSync, rmSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { everyImage } from "../components/commune/images.ts";
import { listCommunes } from "../components/commune/load.ts";
import { loadBuilds } from "../components/commune/versions/builds.ts";
import { loadVersions, versionsFile } from "../components/commune/versions/lock.ts";
import { DeclarationError } from "../components/foundation/declaration/problem.ts";
import { inStacks, settingsOf } from "../components/foundation/declaration/stacks.ts";
import { catalogued } from "../components/foundation/image/catalogue.ts";
import { type ImageLock, lockFile } from "../components/foundation/image/lock.ts";
import { type Mirrors, mirrorsIn } from "../components/foundation/image/reference.ts";
import { Registries } from "../components/foundation/image/registry/index.ts";
import { TranslatedError } from "../components/foundation/language/translated-error.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { imagesOf } from "./declared-images.ts";
import { spoken, spokenError } from "./language.ts";
import { merged, type PinChange, type PinnedLock, pinChanges, pinLines } from "./pin/changes.ts";
import { readImage } from "./pin/read.ts";
import { recordVersions } from "./pin/versions.ts";
import { objectsOfProgram } from "./side.ts";
import { settingsIn } from "./stack.ts";
import { undeclared } from "./undeclared.ts";

/** Reads `docker.io=registry.bron.fr/hub` from the command line. */
export function mirrorOption(text: string): Mirrors {
  const mirrors = mirrorsIn(text);
  if (mirrors === undefined)
    throw new InvalidArgumentError(
      spoken({
        en: "Write <registry>=<host>[/<path>] with commas between: docker.io=registry.bron.fr/hub,ghcr.io=registry.bron.fr/ghcr",
        fr: "Écrivez <registry>=<host>[/<path>], séparés par des virgules : docker.io=registry.bron.fr/hub,ghcr.io=registry.bron.fr/ghcr",
      }),
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
          throw new TranslatedError({
            en: `${reference} is in no catalogue: npx commune check says where it runs.`,
            fr: `${reference} n’est dans aucun catalogue : npx commune check dit où elle tourne.`,
          });
        return [reference, await readImage(reference, image, registries, today)] as const;
      }),
    );
    const failed = read.flatMap((each) => (each.status === "rejected" ? [spokenError(each.reason)] : []));
    if (failed.length > 0)
      throw new TranslatedError({
        en: `${[...new Set(failed)].join("\n       ")}\nNothing was changed.`,
        fr: `${[...new Set(failed)].join("\n       ")}\nRien n’a été changé.`,
      });
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

/** Result for the locks. */
interface Pinned {
  changes: PinChange[];
  /** Communes whose file is another one now. */
  written: string[];
}

/** Locked builds of a commune; undefined if no file says any. Throws DeclarationError. */
function buildsOf(stacks: string, id: string): ImageLock | undefined {
  const builds = loadBuilds(stacks, id);
  if (builds?.ok === false) throw new DeclarationError(builds.problems);
  return builds?.images;
}

/** Builds of the communes' images, by image: the first that one of these communes has locked. Throws DeclarationError. */
export function lockIn(stacks: string, ids: readonly string[]): ImageLock {
  return Object.fromEntries(ids.toReversed().flatMap((id) => Object.entries(buildsOf(stacks, id) ?? {})));
}

const only = (lock: ImageLock, images: readonly string[]): ImageLock =>
  Object.fromEntries(
    images.flatMap((image) => (lock[image] === undefined ? [] : [[image, lock[image]] as const])),
  );

/** Reads the images of these communes from their registries and writes the lock of each: all of them, or none. */
async function pinImages(
  stacks: string,
  runs: ReadonlyMap<string, readonly string[]>,
  mirrors: Mirrors,
): Promise<Pinned> {
  const today = new Date().toISOString().slice(0, 10);
  const read = await readAll([...new Set([...runs.values()].flat())], mirrors, today);
  const locks = [...runs].map(([commune, images]): PinnedLock => {
    const own = loadVersions(stacks, commune);
    const before = {
      // What communes share is the others' too: what this one does not run goes from nowhere.
      ...only(buildsOf(stacks, commune) ?? {}, images),
      ...(own?.ok ? own.declaration.images : {}),
    };
    return { commune, before, after: merged(before, only(read, images)) };
  });
  const written = locks.filter(({ commune, after }) => recordVersions(stacks, commune, { images: after }));
  return { changes: pinChanges(locks), written: written.map(({ commune }) => commune) };
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
  const lock = buildsOf(stacks, id) ?? {};
  const images = await imagesOf(stacks, id, objects);
  const missing = images.filter((image) => lock[image] === undefined);
  if (missing.length === 0) return [];
  const mirrors = mirror ?? settledMirrors(stacks, [id]);
  const read = await readAll(missing, mirrors, new Date().toISOString().slice(0, 10));
  recordVersions(stacks, id, { images: { ...only(lock, images), ...read } });
  return missing;
}

/** `commune pin [id…]`: writes which build of each image runs, by its digest in the registry. */
export function pinCommand(stacks = repositoryFile("stacks"), objects = objectsOfProgram): Command {
  const command = new Command("pin")
    .description(
      `Read the digest of every image that communes run from its registry, and write it into ${versionsFile} of each, with the versions that run, so that a newer toolkit changes none. Changes nothing else.`,
    )
    .argument(
      "[commune...]",
      `communes whose images are read; all of them when none is named, and stacks/${lockFile} of older toolkits goes`,
    )
    .option(
      "--mirror <mirrors>",
      "read there instead: <registry>=<host>[/<path>] with commas between; by default what commune:registryMirror of the stacks says",
      mirrorOption,
    )
    .option("--json", "print what changed as JSON");
  return command.action(async (asked: string[], { mirror, json }: { mirror?: Mirrors; json?: true }) => {
    const known = listCommunes(stacks);
    const unknown = asked.find((id) => !known.includes(id));
    if (unknown !== undefined) command.error(undeclared(unknown, known), { exitCode: 2 });
    const ids = asked.length > 0 ? [...new Set(asked)] : known;
    const runs = new Map<string, string[]>();
    // One after the other: each runs the program, which has one engine to speak to.
    for (const id of ids) runs.set(id, await imagesOf(stacks, id, objects));
    const { changes, written } = await pinImages(stacks, runs, mirror ?? settledMirrors(stacks, ids));
    const shared = inStacks(stacks, lockFile);
    const isMoved = asked.length === 0 && existsSync(shared);
    if (isMoved) rmSync(shared);
    if (json) console.log(JSON.stringify({ changes, written }, undefined, 2));
    else
      console.log(
        [...changes.flatMap((change) => pinLines(change, changes)), "", ...told(written, isMoved)].join("\n"),
      );
  });
}

function told(written: readonly string[], isMoved: boolean): string[] {
  const files = written.map((id) => `stacks/${id}/${versionsFile}`);
  return [
    ...(files.length === 0
      ? []
      : [
          spoken({
            en: `Written: ${files.join(", ")}. Review and commit; the next pulumi up runs these builds.`,
            fr: `Écrit : ${files.join(", ")}. Relisez et enregistrez ; le prochain pulumi up fait tourner ces versions.`,
          }),
        ]),
    ...(isMoved
      ? [
          spoken({
            en: `Removed: stacks/${lockFile}. Each commune has its own builds now.`,
            fr: `Supprimé : stacks/${lockFile}. Chaque commune a maintenant ses propres versions.`,
          }),
        ]
      : []),
    ...(files.length === 0 && !isMoved
      ? [spoken({ en: "Nothing was changed.", fr: "Rien n’a été changé." })]
      : []),
  ];
}
