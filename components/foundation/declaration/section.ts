import * as z from "zod";
import { whatItIs } from "./show.ts";

/** A group of named fields. Absent means "not here", `{}` means "here, with its defaults"; other keys are errors. */
export function section<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "invalid_type"
        ? `${whatItIs(issue.input)}. Write its fields indented below it, one per line, or {} for the defaults.`
        : undefined,
  });
}

/** Several of the same, each under its own name: `plans: { small: …, large: … }`. `noun` names what they are. */
export function named<Key extends z.core.$ZodRecordKey, Value extends z.ZodType>(
  key: Key,
  value: Value,
  noun: string,
) {
  return z
    .record(key, value, {
      error: (issue) =>
        issue.code === "invalid_type"
          ? `${whatItIs(issue.input)}. Write ${noun} one per line below it, each as "name:".`
          : undefined,
    })
    .meta({ title: `${noun} by name` });
}
