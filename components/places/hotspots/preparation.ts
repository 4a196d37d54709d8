import { type ArchiveMember, keyMember, membersOf } from "./archive.ts";
import { updaterFiles } from "./device-files.ts";
import type { Provisioning } from "./provisioning.ts";

/** Paths that a firmware update keeps: the last configuration, and what verifies the next one. */
const kept = ["/etc/hotspot/", "/etc/hotspots.pub", "/etc/hotplug.d/openwisp/", "/usr/sbin/hotspot-update"];

/**
 * Returns the files that a device gets before its first request: the address of its server, its own key, the commune's
 * key, and the updater, which is in place when the agent starts. Paths are below its root folder.
 *
 * @throws RangeError if the commune has no such device.
 */
export function preparation(
  uuid: string,
  { url, publicKey, keys }: Pick<Provisioning, "url" | "publicKey" | "keys">,
): ArchiveMember[] {
  const key = keys[uuid];
  if (key === undefined) throw new RangeError(`There is no key for ${uuid}.`);
  const options = { url, uuid, key, consistent_key: "0" };
  const lines = Object.entries(options).map(([name, value]) => `\toption ${name} '${value}'\n`);
  const file = (path: string, contents: string, mode = 0o644): ArchiveMember => ({ path, mode, contents });
  return [
    file("etc/config/openwisp", `config controller 'http'\n${lines.join("")}`, 0o600),
    // Empty, so that the agent takes nothing of ours for the owner's; and openNDS reads its first section only.
    file("etc/config/hotspot", ""),
    file("etc/config/opennds", ""),
    file("lib/upgrade/keep.d/hotspot", kept.map((path) => `${path}\n`).join("")),
    keyMember(publicKey),
    ...membersOf({ uci: "", files: updaterFiles() }),
  ];
}
