import { crc32, deflateRawSync } from "node:zlib";

/** One file of an archive. Every field of its headers can be made to lie. */
export interface Packed {
  name: string | Buffer;
  content?: string | Buffer;
  /** Beside the bytes, where it is another than in the archive's own list. */
  localName?: string;
  method?: number;
  flags?: number;
  /** Unix mode and kind of file. */
  mode?: number;
  /** Claimed size when unpacked. Above 4 GiB, the zip64 fields are written. */
  claims?: number;
  checksum?: number;
  /** Takes the bytes of the entry before it instead of its own. */
  shared?: true;
}

/** Writes a zip archive as PKWARE's APPNOTE.TXT says, with whatever lies are asked for. */
export function zipOf(entries: readonly Packed[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let [offset, previous] = [0, 0];
  for (const entry of entries) {
    const content = Buffer.from(entry.content ?? "");
    const method = entry.method ?? 8;
    const data = method === 8 ? deflateRawSync(content) : content;
    const size = entry.claims ?? content.length;
    const fields = {
      flags: entry.flags ?? 0x800,
      method,
      checksum: entry.checksum ?? crc32(content),
      packed: data.length,
      size,
    };
    const name = Buffer.from(entry.name);
    const localName = entry.localName === undefined ? name : Buffer.from(entry.localName);
    const local = Buffer.concat([local0(fields, localName), data]);
    if (!entry.shared) {
      locals.push(local);
      previous = offset;
      offset += local.length;
    }
    central.push(listed(fields, name, (entry.mode ?? 0o100644) << 16, previous));
  }
  const list = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, list, end]);
}

interface Fields {
  flags: number;
  method: number;
  checksum: number;
  packed: number;
  size: number;
}

const most = 0xffffffff;

/** The zip64 field with the size that 32 bits cannot hold. */
function extraOf({ size }: Fields): Buffer {
  if (size < most) return Buffer.alloc(0);
  const extra = Buffer.alloc(12);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8, 2);
  extra.writeBigUInt64LE(BigInt(size), 4);
  return extra;
}

function local0(fields: Fields, name: Buffer): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(45, 4);
  shared(header, 6, fields);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name]);
}

function listed(fields: Fields, name: Buffer, attributes: number, offset: number): Buffer {
  const header = Buffer.alloc(46);
  const extra = extraOf(fields);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(0x0300 | 45, 4);
  header.writeUInt16LE(45, 6);
  shared(header, 8, fields);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(attributes >>> 0, 38);
  header.writeUInt32LE(offset, 42);
  return Buffer.concat([header, name, extra]);
}

function shared(header: Buffer, at: number, { flags, method, checksum, packed, size }: Fields): void {
  header.writeUInt16LE(flags, at);
  header.writeUInt16LE(method, at + 2);
  header.writeUInt32LE(0x5a21_0000, at + 4);
  header.writeUInt32LE(checksum, at + 8);
  header.writeUInt32LE(packed, at + 12);
  header.writeUInt32LE(Math.min(size, most), at + 16);
}
