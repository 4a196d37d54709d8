/** Bytes of log per numbered unit of file names: eight hexadecimal digits and their file. */
const perUnit = 0x1_0000_0000n;

/** Reads a position in a server's log: `16/B374D848`. Throws RangeError on another spelling. */
export function readPosition(text: string): bigint {
  const [, high, low] = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(text) ?? [];
  if (high === undefined || low === undefined) throw new RangeError(`"${text}" is no place in a log.`);
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

/** Writes a position in the log as PostgreSQL does. */
export function showPosition(position: bigint): string {
  return `${(position >> 32n).toString(16)}/${(position & 0xffff_ffffn).toString(16)}`.toUpperCase();
}

/** A file of the server's log. */
export interface Segment {
  timeline: number;
  /** Position at which it begins. */
  start: bigint;
}

/**
 * Returns the name of the file that contains a position of the log: `0000000100000016000000B3`.
 * Source: XLogFileName in PostgreSQL's src/include/access/xlog_internal.h
 *
 * @param bytes size of the server's files: 16 MiB unless it was initialised otherwise.
 */
export function segmentName(timeline: number, position: bigint, bytes: number): string {
  const number = position / BigInt(bytes);
  const perName = perUnit / BigInt(bytes);
  return [BigInt(timeline), number / perName, number % perName]
    .map((part) => part.toString(16).toUpperCase().padStart(8, "0"))
    .join("");
}

/**
 * Returns the segment that a file's name stands for; undefined for any other file, such as a history of timelines.
 * `.partial` may follow the name.
 */
export function readSegment(name: string, bytes: number): Segment | undefined {
  const [, timeline, unit, file] = /^([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})(?:\.partial)?$/.exec(name) ?? [];
  if (timeline === undefined || unit === undefined || file === undefined) return undefined;
  return {
    timeline: Number.parseInt(timeline, 16),
    start: BigInt(`0x${unit}`) * perUnit + BigInt(`0x${file}`) * BigInt(bytes),
  };
}

/** Whether files follow each other without a gap from the one that contains `from`. */
export function isContiguous(names: readonly string[], from: bigint, bytes: number): boolean {
  const starts = new Set(names.flatMap((name) => readSegment(name, bytes)?.start ?? []));
  const first = (from / BigInt(bytes)) * BigInt(bytes);
  const last = [...starts].reduce((most, start) => (start > most ? start : most), -1n);
  if (last < first) return false;
  for (let start = first; start <= last; start += BigInt(bytes)) if (!starts.has(start)) return false;
  return true;
}

/** Returns the position at which files of the log end; 0 if there is none. */
export function endOf(names: readonly string[], bytes: number): bigint {
  return names.reduce((most, name) => {
    const segment = readSegment(name, bytes);
    const end = segment === undefined ? 0n : segment.start + BigInt(bytes);
    return end > most ? end : most;
  }, 0n);
}

/** An earlier timeline, and the position at which the server left it. */
export interface LeftTimeline {
  timeline: number;
  end: bigint;
}

/** Reads the timelines before one, oldest first, from its history file: lines of number, position and reason. */
export function readHistory(text: string): LeftTimeline[] {
  return text.split("\n").flatMap((line) => {
    const [, number, position] = /^\s*(\d+)\s+([0-9A-F]+\/[0-9A-F]+)/i.exec(line) ?? [];
    return number === undefined || position === undefined
      ? []
      : [{ timeline: Number(number), end: readPosition(position) }];
  });
}
