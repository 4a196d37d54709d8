/** A copy of a server, taken while it ran: of all of it, or of what changed since a whole copy. */
export interface Base {
  /** Its id in restic, and its generation. */
  snapshot: string;
  generation: string;
  /** The whole copy in its generation whose increment it is; undefined if it is whole. */
  whole?: string | undefined;
  /** Position from which the log is needed with it. */
  start: string;
  /** Position from which it is consistent: no earlier time can be restored with it. */
  end: string;
  /** Time on the server's clock at its end, ISO 8601. */
  ended: string;
}

/** A piece of the log in an earlier snapshot, because the spool had no room left for it. */
export interface EarlierLog {
  snapshot: string;
  generation: string;
  /** Position from which later snapshots contain the log. */
  end: string;
}

/**
 * Description of a snapshot of the log, in its tags: together with the base copy that it names, it restores the
 * database at any time between the end of that base and `until`. Choosing one requires nothing else to be read.
 */
export interface Shipment {
  /** Counter that rises as long as a server has a keeper, whatever clocks say. */
  sequence: number;
  /** The server's system identifier, which no other server has. */
  system: string;
  timeline: number;
  /** Position up to which the log is included. */
  end: string;
  /** Time on the server's clock at that position: everything written before is included. */
  until: string;
  base: Base;
  /** Earlier snapshots that have to be read as well, oldest first. */
  parts: EarlierLog[];
}

/** Returns the snapshots of a base in its generation: the whole copy first. */
export function baseSnapshots({ whole, snapshot }: Pick<Base, "whole" | "snapshot">): string[] {
  return whole === undefined ? [snapshot] : [whole, snapshot];
}

/** A shipment that is in a vault. */
export interface KeptShipment extends Shipment {
  snapshot: string;
  generation: string;
}

const mark = "wal";

export function tagsOf({ sequence, system, timeline, end, until, base, parts }: Shipment): string[] {
  const values = {
    ...{ sequence, system, timeline, end, until, base: base.snapshot, "base-generation": base.generation },
    ...{ "base-start": base.start, "base-end": base.end, "base-ended": base.ended },
    ...(base.whole !== undefined && { "base-whole": base.whole }),
  };
  return [
    mark,
    ...Object.entries(values).map(([name, value]) => `${name}=${value}`),
    ...parts.map((part) => `part=${part.generation}:${part.snapshot}:${part.end}`),
  ];
}

function readPart(tag: string): EarlierLog[] {
  const [, generation, snapshot, end] = /^part=([^:]+):([^:]+):([^:]+)$/.exec(tag) ?? [];
  return generation && snapshot && end ? [{ generation, snapshot, end }] : [];
}

/** Returns the shipment that a snapshot's tags describe; undefined for any other snapshot. */
export function readTags(tags: readonly string[]): Shipment | undefined {
  const values = new Map(
    tags.map((tag): [string, string] => {
      const equals = tag.indexOf("=");
      return [tag.slice(0, Math.max(0, equals)), tag.slice(equals + 1)];
    }),
  );
  const text = (name: string) => values.get(name) ?? "";
  const shipment: Shipment = {
    sequence: Number(text("sequence")),
    system: text("system"),
    timeline: Number(text("timeline")),
    end: text("end"),
    until: text("until"),
    base: {
      snapshot: text("base"),
      generation: text("base-generation"),
      ...(values.has("base-whole") && { whole: text("base-whole") }),
      start: text("base-start"),
      end: text("base-end"),
      ended: text("base-ended"),
    },
    parts: tags.flatMap(readPart),
  };
  const isWhole =
    tags.includes(mark) &&
    shipment.sequence > 0 &&
    shipment.timeline > 0 &&
    shipment.system !== "" &&
    shipment.end !== "" &&
    !Number.isNaN(Date.parse(shipment.until)) &&
    Object.values(shipment.base).every((value) => value !== "");
  return isWhole ? shipment : undefined;
}

/** A span of time that can be restored. */
export interface Span {
  from: string;
  until: string;
}

const time = (text: string) => Date.parse(text);

/**
 * Returns the shipment for restoring a time: of the newest base that had ended before, the first that reaches the
 * time. With a base that had not ended, the restore would silently reach a later time.
 */
export function shipmentFor(shipments: readonly KeptShipment[], at: string): KeptShipment | undefined {
  const able = shipments.filter(({ base, until }) => time(base.ended) <= time(at) && time(at) <= time(until));
  const newest = Math.max(...able.map(({ base }) => time(base.ended)));
  return able
    .filter(({ base }) => time(base.ended) === newest)
    .sort((one, other) => one.sequence - other.sequence)[0];
}

/**
 * Returns a moment that shipments reach, halfway between another one and the end of their last span: what was committed
 * just before it comes back, and what was committed just after does not. If that span does not contain the other moment,
 * halfway through it. Undefined if there is no shipment.
 */
export function momentAfter(shipments: readonly KeptShipment[], after: string): string | undefined {
  const last = spansOf(shipments).at(-1);
  if (last === undefined) return undefined;
  const [from, until] = [time(last.from), time(last.until)];
  const begin = time(after) > from && time(after) < until ? time(after) : from;
  return new Date(begin + (until - begin) / 2).toISOString();
}

/** Returns the newest shipment. */
export function newestShipment(shipments: readonly KeptShipment[]): KeptShipment | undefined {
  return [...shipments].sort((one, other) => other.sequence - one.sequence)[0];
}

/** Returns the spans of time that shipments cover together, oldest first. Nothing between two of them can be restored. */
export function spansOf(shipments: readonly KeptShipment[]): Span[] {
  const spans: Span[] = [];
  const sorted = [...shipments].sort((one, other) => time(one.base.ended) - time(other.base.ended));
  for (const { base, until } of sorted) {
    const last = spans.at(-1);
    if (last === undefined || time(base.ended) > time(last.until)) spans.push({ from: base.ended, until });
    else if (time(until) > time(last.until)) last.until = until;
  }
  return spans;
}
