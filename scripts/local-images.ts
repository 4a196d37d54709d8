import { join } from "node:path";
import { type Command, Option } from "commander";
import { listCommunes } from "../components/commune/load.ts";
import type { Mirrors } from "../components/foundation/image/reference.ts";
import type { Image } from "../local/images/index.ts";
import { type ImageChoice, imageChoices, imageLines } from "../local/images/upstream/index.ts";
import { checkout } from "../local/paths.ts";
import type { LocalImages } from "../local/tasks.ts";
import { imagesOf } from "./declared-images.ts";
import { lockIn, mirrorOption } from "./pin.ts";

/** What the command line says of a local cluster's images. */
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

/**
 * Where the images of a local cluster come from, as asked for.
 *
 * @param communes whose images are pulled; those of all that are declared when absent.
 */
export function localImages({ images, mirror }: ImageOptions, communes?: readonly string[]): LocalImages {
  const stacks = join(checkout, "stacks");
  const lock = lockIn(stacks) ?? {};
  return {
    choice: images,
    mirrors: mirror ?? {},
    lock,
    declared: async () => {
      const found: string[] = [];
      // One after the other: each runs the program, which has one engine to speak to.
      for (const id of communes ?? listCommunes(stacks)) found.push(...(await imagesOf(stacks, id)));
      return [...new Set(found)];
    },
  };
}

/** What runs, image by image, as the last lines of a command. */
export function imageSummary(images: readonly Image[]): string {
  const lines = imageLines(images).map((line) => `    ${line}`);
  const meaning = images.some(({ contents }) => contents !== "upstream")
    ? "\n    repackaged: Debian's software; double: software of this project in its place (docs/local-images.md)"
    : "";
  return `  Images\n${lines.join("\n")}${meaning}`;
}
