/** The part of a file that is asked for: both ends belong to it. */
export interface Range {
  start: number;
  end: number;
}

/**
 * Reads a `Range` header: one range of bytes, from its start. undefined if all of the file is asked for, or in words
 * that are not understood, which a server may ignore. Source: RFC 9110, section 14.
 */
export function rangeIn(header: string | undefined, length: number): Range | "unsatisfiable" | undefined {
  const [, first, last] = /^bytes=(\d{1,15})-(\d{1,15})?$/.exec(header ?? "") ?? [];
  if (first === undefined) return undefined;
  const start = Number(first);
  const end = Math.min(last === undefined ? length - 1 : Number(last), length - 1);
  if (last !== undefined && Number(last) < start) return undefined;
  return start >= length ? "unsatisfiable" : { start, end };
}
