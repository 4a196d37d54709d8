import { existsSync } from "node:fs";
import { type Command, Option } from "commander";
import { listCommunes } from "../components/commune/load.ts";
import { inCommune, tenantsFolder } from "../components/foundation/declaration/stacks.ts";
import { images as shared } from "../components/foundation/image/catalogue.ts";
import type { Mirrors } from "../components/foundation/image/reference.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { helmVariable } from "../components/tenants/chart/helm.ts";
import type { Image } from "../local/images/index.ts";
import { type ImageChoice, imageChoices, imageLines } from "../local/images/upstream/index.ts";
import type { LocalImages } from "../local/tasks.ts";
import { buildToolchain } from "../local/toolchain/index.ts";
import { allPrograms } from "../local/toolchain/programs.ts";
import { imagesOf } from "./declared-images.ts";
import { spoken } from "./language.ts";
import type { objectsOf } from "./objects.ts";
import { lockIn, mirrorOption } from "./pin.ts";

/** Options of the command line about a local cluster's images. */
export interface ImageOptions {
  images: ImageChoice;
  mirror?: Mirrors;
}

/** Adds `--images` and `--mirror` to a command that brings a local cluster up. */
export function withImageOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--images <which>",
        "auto: upstream's where registries answer, else those made here; a cluster keeps what it had",
      )
        .choices(imageChoices)
        .default("auto"),
    )
    .option(
      "--mirror <mirrors>",
      "ask there instead: <registry>=<host>[/<path>] with commas between",
      mirrorOption,
    );
}

/** Purpose of a local cluster. */
export interface ImageNeeds {
  /** Folder of the declarations; the repository's when absent. */
  stacks?: string;
  /** Communes that run there; all that are declared when absent. */
  communes?: readonly string[];
  /** References of what else runs there. */
  also?: readonly string[] | undefined;
}

/** The images that a local cluster must have, from where the options say. Throws DeclarationError. */
export async function localImages(
  { images, mirror }: ImageOptions,
  { stacks = repositoryFile("stacks"), communes = listCommunes(stacks), also = [] }: ImageNeeds = {},
): Promise<LocalImages> {
  if (communes.some((id) => existsSync(inCommune(stacks, id, tenantsFolder)))) await provideHelm();
  return {
    choice: images,
    references: await referencesOf(stacks, communes, also),
    lock: lockIn(stacks, communes),
    mirrors: mirror ?? {},
  };
}

/** Charts of associations are rendered to know their images: with the toolchain's helm, which is built first. */
async function provideHelm(): Promise<void> {
  let told = false;
  const report = ({ done, total }: { done: number; total: number }) => {
    if (!told && done < total)
      console.log(
        spoken({
          en: "  helm is built first: what the associations' charts run is known from it\n",
          fr: "  helm est fait d’abord : c’est par lui que l’on sait ce que font tourner les charts des associations\n",
        }),
      );
    told = true;
  };
  const known = allPrograms.filter(({ name }) => name === "helm");
  process.env[helmVariable] ??= (await buildToolchain({ report, known })).bin("helm");
}

/**
 * References of the images that communes run, by their declarations, and of others that are named, each once. Throws
 * DeclarationError.
 *
 * @param objects returns what the program would register for a declaration.
 */
export async function referencesOf(
  stacks: string,
  communes: readonly string[],
  also: readonly string[],
  objects?: typeof objectsOf,
): Promise<string[]> {
  // `commune site check` tries pods of Node on any cluster.
  const found = [shared.node.reference, ...also];
  // One after the other: each runs the program, which has one engine to speak to.
  for (const id of communes) found.push(...(await imagesOf(stacks, id, objects)));
  return [...new Set(found)];
}

/** Images that run, one a line, as the last lines of a command. */
export function imageSummary(images: readonly Image[]): string {
  const lines = imageLines(images).map((line) => `    ${line}`);
  const meaning = images.some(({ contents }) => contents !== "upstream")
    ? spoken({
        en: "\n    repackaged: Debian's software; double: software of this project in its place (docs/local-images.md)",
        fr: "\n    repackaged : un logiciel de Debian ; double : un logiciel de ce projet à sa place (docs/local-images.md)",
      })
    : "";
  return `  Images\n${lines.join("\n")}${meaning}`;
}
