import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Command } from "commander";
import type { CommuneDeclaration } from "../components/commune/declaration.ts";
import { loadCommune } from "../components/commune/load.ts";
import { type Drawing, mapFiles, type SpaceHours } from "../components/map/page.ts";
import { showHours } from "../components/map/words.ts";
import { checkout } from "../local/paths.ts";

/** Leaflet's files, as npm has them, and the script of the page. */
export function drawing(): Drawing {
  const { resolve } = createRequire(import.meta.url);
  return {
    script: readFileSync(resolve("leaflet/dist/leaflet.js"), "utf8"),
    // Its pictures of layers and pins are not used here: without them nothing is asked for.
    style: readFileSync(resolve("leaflet/dist/leaflet.css"), "utf8").replaceAll(
      /url\(images\/[^)]*\)/g,
      "none",
    ),
    ours: readFileSync(join(checkout, "components", "map", "browser.js"), "utf8"),
  };
}

/** What the spaces of a declaration say of their hours, for the map. */
export function spaceHours({ spaces = {} }: CommuneDeclaration): SpaceHours[] {
  return Object.values(spaces).map(({ name, place, opening, autonomous }) => ({
    name,
    place,
    opening: [
      ...(opening ? [showHours(opening)] : []),
      ...(autonomous ? [`en autonomie ${showHours(autonomous)}`] : []),
    ].join(" ; "),
  }));
}

/** `commune map <id>`: the map of a commune, as a folder that opens without a server. Reads declarations only. */
export function mapCommand(stacks = join(checkout, "stacks")): Command {
  const command = new Command("map")
    .description(
      "Draw the map of a commune's Wi-Fi points, white zones and digital spaces, as a folder of files.",
    )
    .argument("<commune>", "id of the commune")
    .option("--to <folder>", "where to write it; map-<commune> here when absent")
    .option("--json", "print the result as JSON");
  return command.action((id: string, { to, json }: { to?: string; json?: true }) => {
    const loaded = loadCommune(stacks, id);
    if (!loaded.ok) throw loaded.error;
    const { declaration, places } = loaded;
    if (places === undefined) {
      command.error(`error: ${id} has no places.geojson. docs/places.md shows how one begins.`, {
        exitCode: 1,
      });
      return;
    }
    const { name, contact } = declaration;
    const folder = to ?? `map-${id}`;
    const files = mapFiles(
      { name, contact, places: places.places, spaces: spaceHours(declaration) },
      drawing(),
    );
    mkdirSync(folder, { recursive: true });
    for (const [file, content] of files) writeFileSync(join(folder, file), content);
    const written = [...files.keys()].map((file) => join(folder, file));
    console.log(
      json
        ? JSON.stringify({ written }, undefined, 2)
        : `Written: ${written.join(", ")}\nOpen ${join(folder, "index.html")} in a browser.`,
    );
  });
}
