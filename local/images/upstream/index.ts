import type { ImageLock } from "../../../components/foundation/image/lock.ts";
import type { Mirrors } from "../../../components/foundation/image/reference.ts";
import { Registries } from "../../../components/foundation/image/registry/index.ts";
import type { Image } from "../archive.ts";
import { ImageError } from "../host.ts";
import { type BuildOptions, buildImages } from "../index.ts";
import { type Recipe, recipesOf } from "../recipe.ts";
import { imageStore, inWorkshop, type Workshop } from "../workshop.ts";
import {
  type Application,
  applicationOf,
  applicationsOf,
  everyRegistry,
  isMadeHere,
  registriesOf,
} from "./applications.ts";
import { clearBlobs } from "./blobs.ts";
import { pulledImage, pullImage } from "./pull.ts";

/**
 * Choices of images for a local cluster: upstream's if registries answer, upstream's alone, or those made here alone.
 */
export const imageChoices = ["auto", "upstream", "local"] as const;
export type ImageChoice = (typeof imageChoices)[number];

/** Origin of an application's images. */
export type Source = "upstream" | "local";

/** Time in which a registry has to answer, in milliseconds. */
const patience = 3000;

export interface GatherOptions extends BuildOptions {
  choice: ImageChoice;
  /** References of the images that the cluster has to have. */
  references: readonly string[];
  /** Recipes of the images that stand in for upstream's. */
  recipes: readonly Recipe[];
  lock: ImageLock;
  mirrors: Mirrors;
  /** Origin of each application's images in this cluster so far: `auto` exchanges nothing under its data. */
  before: Readonly<Record<string, Source>>;
}

/** The images to have, and where those of each application came from. */
export interface Gathered {
  images: Image[];
  sources: Record<string, Source>;
}

/**
 * The images of a local cluster. An application's images are all upstream's or all made here. What registries give goes
 * into the cache by digest; the cluster itself asks nobody. Throws ImageError or RegistryError.
 *
 * @param build makes what stands in for the rest.
 */
export async function gatherImages(
  options: GatherOptions,
  build: typeof buildImages = buildImages,
): Promise<Gathered> {
  const { choice, mirrors, signal } = options;
  if (choice === "local") return locally(options, build, []);
  const registries = new Registries({ mirrors, signal });
  try {
    const answering = await answeringOf(registries, options);
    const hadUpstream = Object.values(options.before).includes("upstream");
    if (answering.size === 0 && choice === "auto" && !hadUpstream) return await locally(options, build, []);
    const chosen = applicationsOf(options.references).filter(
      (each) => sourceOf(each, options, answering) === "upstream",
    );
    const pulled = await pullAll(chosen, options, registries, answering);
    return await locally(options, build, pulled);
  } finally {
    await registries.close();
  }
}

async function answeringOf(registries: Registries, { report }: GatherOptions): Promise<Set<string>> {
  report(`asking ${everyRegistry().join(" and ")}`);
  const asked = await Promise.all(
    everyRegistry().map(async (registry) =>
      (await registries.answers(registry, patience)) ? [registry] : [],
    ),
  );
  return new Set(asked.flat());
}

function sourceOf(
  application: Application,
  { choice, before }: GatherOptions,
  answering: ReadonlySet<string>,
): Source {
  if (isMadeHere(application)) return "local";
  if (choice !== "auto") return choice;
  const answers = registriesOf(application).every((registry) => answering.has(registry));
  return before[application.name] ?? (answers ? "upstream" : "local");
}

interface Pulled {
  application: string;
  images: Image[];
}

/** Pulls the chosen applications. With `auto`, an application that cannot be had whole is left to what is made here. */
async function pullAll(
  applications: readonly Application[],
  options: GatherOptions,
  registries: Registries,
  answering: ReadonlySet<string>,
): Promise<Pulled[]> {
  const { choice, before, report, signal } = options;
  const pulled = await inWorkshop(signal, async (shop) => {
    const done: Pulled[] = [];
    for (const application of applications) {
      const { name } = application;
      try {
        done.push({
          application: name,
          images: await pullApplication(application, options, registries, answering, shop),
        });
      } catch (error) {
        signal.throwIfAborted();
        if (choice === "upstream" || before[name] === "upstream") throw error;
        report(`${name}: made here, since ${error instanceof Error ? error.message : error}`);
      }
    }
    return done;
  });
  await clearBlobs(imageStore());
  return pulled;
}

async function pullApplication(
  application: Application,
  { lock, report }: GatherOptions,
  registries: Registries,
  answering: ReadonlySet<string>,
  shop: Workshop,
): Promise<Image[]> {
  const { name, references } = application;
  const images: Image[] = [];
  if (!registriesOf(application).every((registry) => answering.has(registry))) {
    for (const reference of references) {
      const image = await pulledImage(reference, shop.store);
      if (image === undefined)
        throw new ImageError(
          `${reference} is not in the cache, and its registry does not answer. To run ${name} as it is made here, on data of its own: npx commune local reset, then --images local.`,
        );
      images.push(image);
    }
    return images;
  }
  for (const [index, reference] of references.entries()) {
    const step = `pulling ${index + 1} of ${references.length} of ${name}`;
    report(step);
    images.push(
      await pullImage(reference, lock[reference]?.digest, registries, shop, (part) =>
        report(`${step}: ${part}`),
      ),
    );
  }
  return images;
}

/** Adds what is made here of the applications that were not pulled. */
async function locally(
  options: GatherOptions,
  build: typeof buildImages,
  pulled: readonly Pulled[],
): Promise<Gathered> {
  const upstream = new Set(pulled.map(({ application }) => application));
  const others = options.references.filter((reference) => !upstream.has(applicationOf(reference)));
  const rest = recipesOf(others, options.recipes);
  const built = await build(options, rest);
  const sources = rest.flatMap(({ names }) =>
    names.map((name): [string, Source] => [applicationOf(name), "local"]),
  );
  return {
    images: [...pulled.flatMap(({ images }) => images), ...built],
    sources: {
      ...Object.fromEntries(sources),
      ...Object.fromEntries([...upstream].map((name) => [name, "upstream" as const])),
    },
  };
}

/** `1 upstream, 4 repackaged, 4 doubles` */
export function imageCounts(images: readonly Image[]): string {
  const of = (contents: Image["contents"]) => images.filter((image) => image.contents === contents).length;
  const [upstream, repackaged, doubles] = [of("upstream"), of("repackaged"), of("double")];
  return [
    upstream > 0 && `${upstream} upstream`,
    repackaged > 0 && `${repackaged} repackaged`,
    doubles > 0 && `${doubles} doubles`,
  ]
    .filter((part) => part !== false)
    .join(", ");
}

/** A line for each image: what it is, and under which name. */
export function imageLines(images: readonly Image[]): string[] {
  return images.map(({ names, contents }) => `${contents.padEnd(11)} ${names[0] ?? ""}`);
}
