import { Command } from "commander";
import { madeHere } from "../components/foundation/image/catalogue.ts";
import { buildImages, type Image } from "../local/images/index.ts";
import { recipes } from "../local/recipes.ts";
import { interruptible } from "./interruptible.ts";

/** The recipes of what nobody publishes. */
export const ownRecipes = recipes.filter(({ names }) =>
  names.some((name) => name.startsWith(`${madeHere}/`)),
);

/** A line for each: its name, and where its archive is. */
export function archiveLines(images: readonly Pick<Image, "names" | "archive" | "digest">[]): string {
  return images
    .map(({ names, archive, digest }) => `${names[0]}\n  oci-archive:${archive}\n  ${digest}`)
    .join("\n");
}

function buildCommand(): Command {
  return new Command("build")
    .description(
      "Make the images that nobody publishes, of Debian's packages, and say where the archives are, for a registry of the commune's own.",
    )
    .action(async () => {
      const report = (line: string) => console.error(line);
      const built = await interruptible((signal) => buildImages({ report, signal }, ownRecipes));
      console.log(archiveLines(built));
    });
}

/** `commune image`: images of the commune's own. */
export function imageCommand(): Command {
  return new Command("image").description("Images that nobody publishes.").addCommand(buildCommand());
}
