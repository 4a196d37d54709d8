import { Command } from "commander";
import { loadCommune } from "../../components/commune/load.ts";
import { nearest } from "../../components/declaration/choice.ts";
import { show } from "../../components/declaration/show.ts";
import { planDevice } from "../../components/hotspots/plan.ts";
import { renderUci } from "../../components/hotspots/uci.ts";

/** `commune wifi device <id> <hotspot>`: what one point is given, before it is, without key and signature. */
export function deviceVerb(stacks: string): Command {
  const command = new Command("device")
    .description("Print what one hotspot is configured with: UCI text and files, as OpenWrt has them.")
    .argument("<commune>", "id of the commune")
    .argument("<hotspot>", "id of the hotspot in places.geojson")
    .option("--json", "print it as a NetJSON DeviceConfiguration, which other controllers read");
  const fail = (text: string, exitCode: number): never => command.error(`error: ${text}`, { exitCode });
  return command.action((id: string, hotspot: string, { json }: { json?: true }) => {
    const loaded = loadCommune(stacks, id);
    if (!loaded.ok) throw loaded.error;
    const { hotspots = [] } = loaded.places?.places ?? {};
    const found = hotspots.find((point) => point.id === hotspot);
    if (found === undefined) {
      const ids = hotspots.map((point) => point.id);
      const near = nearest(hotspot, ids);
      return fail(`${show(hotspot)} is no hotspot of ${id}.${near ? ` Did you mean ${show(near)}?` : ""}`, 2);
    }
    const device = planDevice(loaded.declaration, found);
    if (device === undefined) {
      return fail(`${id} has no section "hotspots" in commune.yaml. docs/hotspots.md shows one.`, 1);
    }
    console.log(json ? JSON.stringify(device, undefined, 2) : renderUci(device));
  });
}
