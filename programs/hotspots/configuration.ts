import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../../components/foundation/manifest/checksum.ts";
import {
  anyDevice,
  archive,
  keyMember,
  manifestOf,
  memberLines,
  membersOf,
  signedMembers,
} from "../../components/places/hotspots/archive.ts";
import { type Emission, emissionOf } from "../../components/places/hotspots/emission.ts";
import type { DeviceFile } from "../../components/places/hotspots/netjson.ts";
import type { RolloutPolicy } from "../../components/places/hotspots/rollout.ts";
import { verified } from "../../components/places/hotspots/signature.ts";
import { joinPackages } from "../../components/places/hotspots/uci.ts";

/** Wanted state of a device: its version, what it then emits, and the archive. */
export interface Wanted {
  /** Version of the content alone. */
  version: string;
  /** A point refuses what has a smaller one than it had: it has to learn the newest, whatever becomes of its content. */
  serial: number;
  emission: Emission;
  /** Made when asked for: a thousand of them are seldom needed at once. */
  archive(): Buffer;
}

/** A declared device. */
interface Device extends Wanted {
  uuid: string;
  quarter: string;
  key: string;
}

/** All that the server was given. */
export interface Configuration {
  devices: Map<string, Device>;
  /** State of a device that is not declared any more: no radio. */
  off: Wanted;
  policy: RolloutPolicy;
  page: string;
  /** Answer for devices that ask for a captive portal; undefined if openNDS answers them. */
  captivePortal: string | undefined;
  statusToken: string;
}

/**
 * Reads the mounted folders: `<config>/commune/` with what points share, `<config>/quarters/<quarter>/<uuid>` with
 * the UCI text that each has alone, `<secrets>/` with keys and signatures.
 *
 * @throws Error when a configuration is not the one that was signed: nothing unsigned is ever served.
 */
export function readConfiguration(config: string, secrets: string): Configuration {
  const commune = (name: string) => readFileSync(join(config, "commune", name), "utf8");
  const secret = (name: string) => readFileSync(join(secrets, name), "utf8");
  const files = JSON.parse(commune("files.json")) as DeviceFile[];
  const publicKey = secret("hotspots.pub");
  const keys = JSON.parse(secret("keys.json")) as Record<string, string>;
  const signatures = JSON.parse(secret("signatures.json")) as Record<string, string>;
  const serial = Number(secret("serial"));

  const shared = commune("shared.uci");
  const wanted = (name: string, own: string): Wanted => {
    const uci = joinPackages(own, shared);
    const members = () => [...membersOf({ uci, files }), keyMember(publicKey)];
    const lines = memberLines(members());
    const manifest = manifestOf(name, serial, lines);
    const signature = signatures[name] ?? "";
    if (!verified(manifest, signature, publicKey)) {
      throw new Error(`The configuration of ${name} is not the one that was signed: it is not served.`);
    }
    return {
      serial,
      version: sha256(lines).slice(0, 16),
      emission: emissionOf(uci),
      archive: () => archive(signedMembers(members(), manifestOf(name, serial, lines), signature)),
    };
  };

  const devices = new Map<string, Device>();
  for (const quarter of folders(join(config, "quarters"))) {
    const folder = join(config, "quarters", quarter);
    for (const uuid of readdirSync(folder).filter((name) => !name.startsWith("."))) {
      const key = keys[uuid];
      if (key === undefined) throw new Error(`There is no key for ${uuid}.`);
      devices.set(uuid, { uuid, quarter, key, ...wanted(uuid, readFileSync(join(folder, uuid), "utf8")) });
    }
  }
  return {
    devices,
    off: wanted(anyDevice, commune("off.uci")),
    policy: JSON.parse(commune("rollout.json")) as RolloutPolicy,
    page: commune("page.html"),
    captivePortal: existsSync(join(config, "commune", "captive-portal.json"))
      ? commune("captive-portal.json")
      : undefined,
    statusToken: secret("status-token"),
  };
}

/** Folders in one; empty if it does not exist: a commune whose last hotspot was removed has no quarter. */
function folders(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name);
}
