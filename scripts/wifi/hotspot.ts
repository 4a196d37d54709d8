import type { Command } from "commander";
import { loadCommune } from "../../components/commune/load.ts";
import { nearest } from "../../components/foundation/declaration/choice.ts";
import { show } from "../../components/foundation/declaration/show.ts";

/** A declared hotspot and its commune. Ends the command when there is no such one. */
export function declaredHotspot(command: Command, stacks: string, id: string, hotspot: string) {
  const loaded = loadCommune(stacks, id);
  if (!loaded.ok) throw loaded.error;
  const { hotspots = [] } = loaded.places?.places ?? {};
  const found = hotspots.find((point) => point.id === hotspot);
  if (found === undefined) {
    const near = nearest(
      hotspot,
      hotspots.map((point) => point.id),
    );
    return command.error(
      `error: ${show(hotspot)} is no hotspot of ${id}.${near ? ` Did you mean ${show(near)}?` : ""}`,
      { exitCode: 2 },
    );
  }
  return { declaration: loaded.declaration, found };
}
