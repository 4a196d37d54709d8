import { rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { text } from "node:stream/consumers";
import { Command } from "commander";
import * as z from "zod";
import { show } from "../../components/foundation/declaration/show.ts";
import { archive } from "../../components/places/hotspots/archive.ts";
import { preparation } from "../../components/places/hotspots/preparation.ts";
import { spoken } from "../language.ts";
import { declaredHotspot } from "./hotspot.ts";

/** Fields of the stack output `hotspots` that are read. */
const provisioning = z.object({
  url: z.url(),
  publicKey: z.string().startsWith("untrusted comment: "),
  keys: z.record(z.string(), z.string()),
});

/**
 * `commune wifi prepare <id> <hotspot>`: the files that one device is given before it asks for the first time. They hold
 * its key: nobody but who runs it can read the archive.
 *
 * @param input the stack output `hotspots`, as JSON.
 */
export function prepareVerb(stacks: string, input: NodeJS.ReadableStream = process.stdin): Command {
  const command = new Command("prepare")
    .description(
      "Make the archive that one device is prepared with: its key, and what verifies its configurations.",
    )
    .argument("<commune>", "id of the commune")
    .argument("<hotspot>", "id of the hotspot in places.geojson")
    .requiredOption("--output <file>", "where to write it (tar.gz)");
  return command.action(async (id: string, hotspot: string, { output }: { output: string }) => {
    const { uuid } = declaredHotspot(command, stacks, id, hotspot).found;
    const read = provisioning.safeParse(json(await text(input)));
    if (!read.success) {
      return command.error(
        spoken({
          en: `error: what is on the input is not the stack output "hotspots". Write: pulumi stack output hotspots --json --show-secrets -s ${id} | npx commune wifi prepare ${id} ${hotspot} --output ${output}`,
          fr: `error: ce qui arrive en entrée n’est pas la sortie « hotspots » de la pile. Écrivez : pulumi stack output hotspots --json --show-secrets -s ${id} | npx commune wifi prepare ${id} ${hotspot} --output ${output}`,
        }),
        { exitCode: 2 },
      );
    }
    if (read.data.keys[uuid] === undefined) {
      return command.error(
        spoken({
          en: `error: the stack has no key for ${show(hotspot)} (${uuid}): it was declared after the last pulumi up. Run: pulumi up -s ${id}`,
          fr: `error: la pile n’a pas de clé pour ${show(hotspot)} (${uuid}) : elle a été déclarée après le dernier pulumi up. Lancez : pulumi up -s ${id}`,
        }),
        { exitCode: 1 },
      );
    }
    rmSync(output, { force: true });
    writeFileSync(output, archive(preparation(uuid, read.data)), { mode: 0o600 });
    console.log(
      spoken({
        en: `${output}: on the device, as root: tar -xzf ${basename(output)} -C / && rm -f /etc/openwisp/checksum && /etc/init.d/openwisp-config restart. It holds the device's key: delete it afterwards.`,
        fr: `${output} : sur l’appareil, en root : tar -xzf ${basename(output)} -C / && rm -f /etc/openwisp/checksum && /etc/init.d/openwisp-config restart. Il contient la clé de l’appareil : supprimez-le ensuite.`,
      }),
    );
  });
}

/** Parses JSON; undefined if the text is none. */
function json(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return undefined;
  }
}
