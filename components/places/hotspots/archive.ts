import { gzipSync } from "node:zlib";
import { sha256 } from "../../foundation/manifest/checksum.ts";
import type { DeviceFile } from "./netjson.ts";
import { fileText, packagesIn, type UciPackage } from "./uci.ts";

/** One member of a configuration archive: a path without a leading slash, permission bits, text. */
export interface ArchiveMember {
  path: string;
  mode: number;
  contents: string;
}

/** Content of a device's archive: its UCI packages as one text, and files. */
export interface Content {
  uci: string;
  files: readonly DeviceFile[];
}

/** The members of an archive as netjsonconfig orders them: UCI packages, then files. */
export function membersOf({ uci, files }: Content): ArchiveMember[] {
  return [
    ...packagesIn(uci).map(packageMember),
    ...files.map(({ path, mode, contents }) => ({
      path: path.replace(/^\//, ""),
      mode: Number.parseInt(mode, 8),
      contents,
    })),
  ];
}

function packageMember(each: UciPackage): ArchiveMember {
  return { path: `etc/config/${each.name}`, mode: 0o644, contents: fileText(each) };
}

/** The device of an archive that any device of the commune may apply. */
export const anyDevice = "any";

/** Paths of the signed text and of its signature in an archive. Every device has the public key at `keyPath`. */
export const manifestPath = "etc/hotspot/manifest";
export const signaturePath = "etc/hotspot/signature";
export const keyPath = "etc/hotspots.pub";

/** The public key as a file of a device: the text of a signify key. */
export function keyMember(publicKey: string): ArchiveMember {
  return { path: keyPath, mode: 0o644, contents: publicKey };
}

/** One line per member: its mode, the SHA-256 of its contents, its path. */
export function memberLines(members: readonly ArchiveMember[]): string {
  return members
    .map(({ path, mode, contents }) => {
      const digest = sha256(contents);
      return `${mode.toString(8).padStart(4, "0")} ${digest} ${path}\n`;
    })
    .join("");
}

/** The line of each package, by its name. */
export function packageLines(packages: readonly UciPackage[]): Map<string, string> {
  return new Map(packages.map((each) => [each.name, memberLines([packageMember(each)])]));
}

/** Returns the signed text, which point/hotspot-update.sh reads: the device, the serial, and every member. */
export function manifestOf(device: string, serial: number, lines: string): string {
  return `hotspot configuration 1\ndevice ${device}\nserial ${serial}\n${lines}`;
}

/** Members with what is signed of them, and its signature. */
export function signedMembers(
  members: readonly ArchiveMember[],
  manifest: string,
  signature: string,
): ArchiveMember[] {
  return [
    ...members,
    { path: manifestPath, mode: 0o644, contents: manifest },
    { path: signaturePath, mode: 0o644, contents: signature },
  ];
}

const block = 512;
/** Archives are padded to this size, in bytes. Source: POSIX.1-1988 `ustar`, as Python's tarfile writes it. */
const record = 20 * block;

/**
 * A POSIX tar of text files: owner 0, time 0, so that equal members always give equal bytes.
 *
 * @throws RangeError for a path of more than 100 bytes, which would need an extended header.
 */
export function tar(members: readonly ArchiveMember[]): Buffer {
  const blocks = members.flatMap((member) => {
    const contents = Buffer.from(member.contents);
    return [header(member, contents.length), contents, Buffer.alloc(padding(contents.length, block))];
  });
  const whole = Buffer.concat([...blocks, Buffer.alloc(2 * block)]);
  return Buffer.concat([whole, Buffer.alloc(padding(whole.length, record))]);
}

/** The archive as devices download it; its md5 is what they ask for. */
export function archive(members: readonly ArchiveMember[]): Buffer {
  return gzipSync(tar(members), { level: 9 });
}

function header({ path, mode }: ArchiveMember, size: number): Buffer {
  if (Buffer.byteLength(path) > 100) throw new RangeError(`${path} is too long for a tar header.`);
  const bytes = Buffer.alloc(block);
  bytes.write(path, 0);
  bytes.write(`${octal(mode, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0`, 100);
  bytes.write(`${octal(size, 11)}\0${octal(0, 11)}\0`, 124);
  bytes.write("        0", 148);
  bytes.write("ustar\x0000", 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${octal(sum, 6)}\0 `, 148);
  return bytes;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}

function padding(size: number, unit: number): number {
  return (unit - (size % unit)) % unit;
}
