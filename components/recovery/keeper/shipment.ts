/** A copy of a whole server, taken while it ran. */
export interface Base {
  /** restic's id of it, and the generation that it is in. */
  snapshot: string;
  generation: string;
  /** The log from here on is needed with it. */
  start: string;
  /** It is a whole one from here on: no time before can be gone back to with it. */
  end: string;
  /** The server's clock at its end, ISO 8601. */
  ended: string;
}

/** A part of the log that is in an earlier snapshot, because the spool had no room for it any more. */
export interface EarlierLog {
  snapshot: string;
  generation: string;
  /** The log from here on is in what came after. */
  end: string;
}

/**
 * What a snapshot of the log says of itself, in its tags: with the base that it names it is a database, at any time
 * between the end of that base and `until`. So nothing else has to be read to choose one.
 */
export interface Shipment {
  /** Counts up for as long as a server has a keeper, whatever clocks say. */
  sequence: number;
  /** The server's own number for itself, which no other server has. */
  system: string;
  timeline: number;
  /** The log is here up to this place. */
  end: string;
  /** The server's clock at that place: what was written before is here. */
  until: string;
  base: Base;
  /** What else has to be read, oldest first. */
  parts: EarlierLog[];
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

/** The shipment that a snapshot is; nothing where it is another one. */
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

/** A span of time that can be gone back to. */
export interface Span {
  from: string;
  until: string;
}

const time = (text: string) => Date.parse(text);

/**
 * The shipment to go back to a time with: of the newest base that had ended, the first that reaches the time. A base that
 * had not ended would be gone back to silently too late.
 */
export function shipmentFor(shipments: readonly KeptShipment[], at: string): KeptShipment | undefined {
  const able = shipments.filter(({ base, until }) => time(base.ended) <= time(at) && time(at) <= time(until));
  const newest = Math.max(...able.map(({ base }) => time(base.ended)));
  return able
    .filter(({ base }) => time(base.ended) === newest)
    .sort((one, other) => one.sequence - other.sequence)[0];
}

/** The newest of all. */
export function newestShipment(shipments: readonly KeptShipment[]): KeptShipment | undefined {
  return [...shipments].sort((one, other) => other.sequence - one.sequence)[0];
}

/** The spans of time that shipments cover together, oldest first. Between two of them nothing can be gone back to. */
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
