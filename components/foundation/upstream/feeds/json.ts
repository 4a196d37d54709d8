import type * as z from "zod";
import { FeedError } from "./web.ts";

/** Reads JSON of a known form. Throws FeedError, with the first thing that is not of that form. */
export function readJson<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  address: string,
): z.output<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FeedError(`${address} gave no JSON`);
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new FeedError(`${address} is not of the expected form, at ${issue?.path.join(".") || "its start"}`);
}
