import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { loadCommune } from "../components/commune/load.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { mapFiles } from "../components/places/map/page.ts";
import { planMap } from "../components/places/map/plan.ts";
import { spoken } from "./language.ts";

/** `commune map <id>`: the map of a commune, as a folder that opens without a server. Reads declarations only. */
export function mapCommand(stacks = repositoryFile("stacks")): Command {
  const command = new Command("map")
    .description(
      "Draw the map of a commune's hotspots, white zones and digital spaces, as a folder of files.",
    )
    .argument("<commune>", "id of the commune")
    .option("--to <folder>", "where to write it; map-<commune> here when absent")
    .option("--json", "print the result as JSON");
  return command.action((id: string, { to, json }: { to?: string; json?: true }) => {
    const loaded = loadCommune(stacks, id);
    if (!loaded.ok) throw loaded.error;
    const map = planMap(loaded.declaration, loaded.places?.places);
    if (map === undefined) {
      command.error(
        spoken({
          en: `error: ${id} has no places.geojson. docs/places.md shows how one begins.`,
          fr: `error: ${id} n’a pas de places.geojson. docs/places.md montre comment en commencer un.`,
        }),
        {
          exitCode: 1,
        },
      );
      return;
    }
    const folder = to ?? `map-${id}`;
    const files = Object.entries(mapFiles(map));
    mkdirSync(folder, { recursive: true });
    for (const [file, content] of files) writeFileSync(join(folder, file), content);
    const written = files.map(([file]) => join(folder, file));
    console.log(
      json
        ? JSON.stringify({ written }, undefined, 2)
        : spoken({
            en: `Written: ${written.join(", ")}\nOpen ${join(folder, "index.html")} in a browser.`,
            fr: `Écrit : ${written.join(", ")}\nOuvrez ${join(folder, "index.html")} dans un navigateur.`,
          }),
    );
  });
}
