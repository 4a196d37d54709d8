import { createServer, type Server, type Socket } from "node:net";
import {
  AndFilter,
  BerReader,
  BerWriter,
  EqualityFilter,
  type Filter,
  LessThanEqualsFilter,
  OrFilter,
  SearchRequest,
} from "ldapts";

/** An entry as the directory has it: each attribute with its values. */
export interface LdapEntry {
  dn: string;
  attributes: Readonly<Record<string, readonly string[]>>;
}

/** Tags of requests, and of the answers to them: RFC 4511, section 4. */
const [unbind, search, searchEntry, searchDone] = [0x42, 0x63, 0x64, 0x65];
const answers = new Map([0x60, 0x66, 0x68].map((asked) => [asked, asked + 1])).set(0x4a, 0x6b);

/**
 * A double of the directory over LDAP: whoever asks is let in and finds these entries; changes are taken, and forgotten.
 * Tests with the real one are in test/cluster.
 */
export function ldapDouble(entries: readonly LdapEntry[]): Server {
  const all = entries.map((entry) => ({ entry, dn: entry.dn.toLowerCase(), values: valuesOf(entry) }));
  const found = (request: SearchRequest) => {
    const base = request.baseDN.toLowerCase();
    const of = (dn: string) => (request.scope === "base" ? dn : dn.slice(dn.indexOf(",") + 1));
    return all.flatMap(({ entry, dn, values }) =>
      of(dn) === base && (request.scope === "base" || matches(request.filter, values)) ? [entry] : [],
    );
  };
  return createServer({ noDelay: true }, (socket) => {
    let left: Buffer = Buffer.alloc(0);
    socket.on("error", () => socket.destroy());
    socket.on("data", (data) => {
      left = Buffer.concat([left, data]);
      for (;;) {
        const reader = new BerReader(left);
        if (reader.readSequence() === null || reader.remain < reader.length) return;
        const end = reader.offset + reader.length;
        answer(socket, reader, found);
        left = left.subarray(end);
      }
    });
  });
}

function answer(socket: Socket, reader: BerReader, found: (request: SearchRequest) => LdapEntry[]): void {
  const messageId = reader.readInt() ?? 0;
  const asked = reader.readSequence() ?? 0;
  if (asked === unbind) return void socket.end();
  if (asked !== search) return void socket.write(done(messageId, answers.get(asked) ?? asked));
  const request = new SearchRequest({ messageId, filter: new AndFilter({ filters: [] }) });
  request.parseMessage(reader);
  for (const entry of found(request)) socket.write(entryMessage(messageId, entry, request.attributes));
  socket.write(done(messageId, searchDone));
}

/** Names and values of attributes, which are compared without capitals. */
function valuesOf({ attributes }: LdapEntry): ReadonlySet<string> {
  return new Set(
    Object.entries(attributes).flatMap(([name, values]) =>
      values.map((value) => `${name}=${value}`.toLowerCase()),
    ),
  );
}

function matches(filter: Filter, values: ReadonlySet<string>): boolean {
  if (filter instanceof AndFilter) return filter.filters.every((each) => matches(each, values));
  if (filter instanceof OrFilter) return filter.filters.some((each) => matches(each, values));
  // By it, what is old is sought: nothing here is.
  if (filter instanceof LessThanEqualsFilter) return false;
  if (!(filter instanceof EqualityFilter))
    throw new Error(`a filter that this double does not know: ${filter}`);
  return values.has(`${filter.attribute}=${filter.value}`.toLowerCase());
}

function message(messageId: number, operation: number, write: (writer: BerWriter) => void): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(messageId);
  writer.startSequence(operation);
  write(writer);
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}

/** That it is done, and all is well. */
const done = (messageId: number, operation: number) =>
  message(messageId, operation, (writer) => {
    writer.writeEnumeration(0);
    writer.writeString("");
    writer.writeString("");
  });

function entryMessage(messageId: number, { dn, attributes }: LdapEntry, wanted: readonly string[]): Buffer {
  return message(messageId, searchEntry, (writer) => {
    writer.writeString(dn);
    writer.startSequence();
    for (const [name, values] of Object.entries(attributes)) {
      if (!wanted.includes(name.toLowerCase())) continue;
      writer.startSequence();
      writer.writeString(name);
      writer.startSequence(0x31);
      for (const value of values) writer.writeString(value);
      writer.endSequence();
      writer.endSequence();
    }
    writer.endSequence();
  });
}
