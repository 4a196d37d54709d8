import { weeklyHoursOf } from "../../../../components/foundation/declaration/weekly-hours.ts";
import {
  type ArchiveMember,
  archive,
  keyMember,
  manifestOf,
  memberLines,
  membersOf,
  signedMembers,
} from "../../../../components/places/hotspots/archive.ts";
import { type AccessPoint, deviceConfiguration } from "../../../../components/places/hotspots/device.ts";
import { deviceFiles } from "../../../../components/places/hotspots/device-files.ts";
import type { Network } from "../../../../components/places/hotspots/network.ts";
import { signingKey } from "../../../../components/places/hotspots/signature.ts";
import { packagesText } from "../../../../components/places/hotspots/uci.ts";

/** The point of these tests, and the commune's key that it has. */
export const uuid = "5f3c1b1e-8a53-4f5e-9d0b-2f8f6a1c7e11";
export const key = signingKey("07".repeat(32));

export const network: Network = {
  name: "Bron Wi-Fi",
  commune: "Bron",
  timezone: "Europe/Paris",
  vlan: undefined,
  resolvers: ["80.67.169.12"],
  captivePortal: "https://hotspots.bron.test/captive-portal",
  quietHours: weeklyHoursOf("Mo-Su 20:00-24:00").spans,
  pollingInterval: 120,
  files: deviceFiles(undefined, "one year"),
};

/** Files that a hotspot gets, without what is signed of them. */
export function membersFor(point: AccessPoint, common: Network = network): ArchiveMember[] {
  const uci = packagesText(deviceConfiguration(point, common));
  return [...membersOf({ uci, files: common.files }), keyMember(key.publicKey)];
}

/** Adds what is signed of a hotspot's files. */
export function signed(
  members: readonly ArchiveMember[],
  { device = uuid, serial = 1, by = key }: { device?: string; serial?: number; by?: typeof key } = {},
): ArchiveMember[] {
  const manifest = manifestOf(device, serial, memberLines(members));
  return signedMembers(members, manifest, by.sign(manifest));
}

/** An archive as the server gives it. */
export function archiveOf(point: AccessPoint, options: Parameters<typeof signed>[1] = {}): Buffer {
  return archive(signed(membersFor(point), options));
}
