import type { Command } from "commander";
import { loadCommune } from "../../components/commune/load.ts";
import { show } from "../../components/foundation/declaration/show.ts";
import { spoken } from "../language.ts";
import { adviceOn } from "../undeclared.ts";

/** A declared hotspot and its commune. Ends the command when there is no such one. */
export function declaredHotspot(command: Command, stacks: string, id: string, hotspot: string) {
  const loaded = loadCommune(stacks, id);
  if (!loaded.ok) throw loaded.error;
  const { hotspots = [] } = loaded.places?.places ?? {};
  const found = hotspots.find((point) => point.id === hotspot);
  if (found === undefined) {
    const advice = adviceOn(
      hotspot,
      hotspots.map((point) => point.id),
    );
    const refusal = spoken({
      en: `error: ${show(hotspot)} is no hotspot of ${id}. ${advice}`,
      fr: `error: ${show(hotspot)} n’est pas une borne de ${id}. ${advice}`,
    });
    return command.error(refusal, { exitCode: 2 });
  }
  return { declaration: loaded.declaration, found };
}
