import { Command } from "commander";
import { planDevice } from "../../components/places/hotspots/plan.ts";
import { renderUci } from "../../components/places/hotspots/uci.ts";
import { spoken } from "../language.ts";
import { declaredHotspot } from "./hotspot.ts";

/** `commune wifi device <id> <hotspot>`: what one point is given, before it is, without key and signature. */
export function deviceVerb(stacks: string): Command {
  const command = new Command("device")
    .description("Print what one hotspot is configured with: UCI text and files, as OpenWrt has them.")
    .argument("<commune>", "id of the commune")
    .argument("<hotspot>", "id of the hotspot in places.geojson")
    .option("--json", "print it as a NetJSON DeviceConfiguration, which other controllers read");
  return command.action((id: string, hotspot: string, { json }: { json?: true }) => {
    const { declaration, found } = declaredHotspot(command, stacks, id, hotspot);
    const device = planDevice(declaration, found);
    if (device === undefined) {
      return command.error(
        spoken({
          en: `error: ${id} has no section "hotspots" in commune.yaml. docs/hotspots.md shows one.`,
          fr: `error: ${id} n’a pas de section « hotspots » dans commune.yaml. docs/hotspots.md en montre une.`,
        }),
        { exitCode: 1 },
      );
    }
    console.log(json ? JSON.stringify(device, undefined, 2) : renderUci(device));
  });
}
