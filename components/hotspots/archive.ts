import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { DeviceFile } from "./netjson.ts";
import { packagesIn } from "./uci.ts";

/** One member of a configuration archive: a path without a leading slash, permission bits, text. */
export interface Member {
  path: string;
  mode: number;
  contents: string;
}

/** What a device's archive is made of: its UCI packages as one text, and files. */
export interface Content {
  uci: string;
  files: readonly DeviceFile[];
}

/** The members of an archive as netjsonconfig orders them: UCI packages, then files. */
export function membersOf({ uci, files }: Content): Member[] {
  return [
    ...packagesIn(uci).map(({ name, text }) => ({
      path: `etc/config/${name}`,
      mode: 0o644,
      contents: text,
    })),
    ...files.map(({ path, mode, contents }) => ({
      path: path.replace(/^\//, ""),
      mode: Number.parseInt(mode, 8),
      contents,
    })),
  ];
}

/** The device of an archive that any device of the commune may apply. */
export const anyDevice = "any";

/** The members that a signature is of: what the device gets, and which device it is for. */
export function membersFor(device: string, content: Content): Member[] {
  return [...membersOf(content), { path: "etc/hotspot/device", mode: 0o644, contents: `${device}\n` }];
}

/** The same with their signature. */
export function signedMembers(members: readonly Member[], signature: string): Member[] {
  return [...members, { path: signaturePath, mode: 0o644, contents: signature }];
}

/** Where an archive has its signature, which is over `manifestOf` all other members. */
export const signaturePath = "etc/hotspot/signature";

const block = 512;
/** Archives are padded to this size, in bytes. Source: POSIX.1-1988 `ustar`, as Python's tarfile writes it. */
const record = 20 * block;

/**
 * A POSIX tar of text files: owner 0, time 0, so that equal members always give equal bytes.
 *
 * @throws RangeError for a path of more than 100 bytes, which would need an extended header.
 */
export function tar(members: readonly Member[]): Buffer {
  const blocks = members.flatMap((member) => {
    const contents = Buffer.from(member.contents);
    return [header(member, contents.length), contents, Buffer.alloc(padding(contents.length, block))];
  });
  const whole = Buffer.concat([...blocks, Buffer.alloc(2 * block)]);
  return Buffer.concat([whole, Buffer.alloc(padding(whole.length, record))]);
}

/** The archive as devices download it; its md5 is what they ask for. */
export function archive(members: readonly Member[]): Buffer {
  return gzipSync(tar(members), { level: 9 });
}

function header({ path, mode }: Member, size: number): Buffer {
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

/** What `sha256sum` prints of the members, by path: what a signature signs. */
export function manifestOf(members: readonly Member[]): string {
  return members
    .map(({ path, contents }) => `${createHash("sha256").update(contents).digest("hex")}  ${path}\n`)
    .sort((one, other) => (one.slice(64) < other.slice(64) ? -1 : 1))
    .join("");
}
