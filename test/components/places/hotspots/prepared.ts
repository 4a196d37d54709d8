import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { weeklyHoursOf } from "../../../../components/foundation/declaration/weekly-hours.ts";
import type { AccessPoint } from "../../../../components/places/hotspots/device.ts";
import { preparation } from "../../../../components/places/hotspots/preparation.ts";
import { OpenWrtPoint } from "../../../doubles/openwrt/point.ts";
import type { OpenWrtRoot } from "../../../doubles/openwrt/root.ts";
import { key, uuid } from "./signed.ts";

/** A point that is silent at night. */
export const day: AccessPoint = {
  uuid,
  open: weeklyHoursOf("Mo-Fr 07:00-22:00").spans,
  radios: [{ band: "2.4 GHz", channel: 6, width: 20, power: 14 }],
};

const provisioning = {
  url: "https://hotspots.bron.test",
  publicKey: key.publicKey,
  keys: { [uuid]: "00ff" },
};

/** A point that was prepared, and started once. */
export async function prepared(root: OpenWrtRoot): Promise<OpenWrtPoint> {
  const point = await OpenWrtPoint.make(root, "1.3.0a");
  point.unpack(preparation(uuid, provisioning));
  await point.restart();
  return point;
}

/** Left out: programs of the test's own, and what the agent leaves in memory. */
const passing =
  /^(dev\/null|usr\/bin\/node|lib|usr\/lib\/x86|tmp\/openwisp\/(configuration|backup)|tmp\/(config.md5|hotspot-unchanged))/;

/** Everything of a point that outlives a restart, and whatever came beside it: names, modes, contents. */
export function flash({ folder }: OpenWrtRoot): Record<string, string> {
  const found: Record<string, string> = {};
  const look = (path: string) => {
    for (const name of readdirSync(join(folder, path))) {
      const inner = join(path, name);
      const full = join(folder, inner);
      const { mode } = lstatSync(full);
      if (lstatSync(full).isDirectory()) {
        if (inner !== "state") look(inner);
      } else if (lstatSync(full).isSymbolicLink()) found[inner] = readlinkSync(full);
      else if (!passing.test(inner)) {
        found[inner] = `${mode.toString(8)} ${createHash("sha256").update(readFileSync(full)).digest("hex")}`;
      }
    }
  };
  look("");
  return found;
}
