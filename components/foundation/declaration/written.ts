import * as z from "zod";
import { show, whatItIs } from "./show.ts";

/** Reason why a text was refused, and what to write instead if that can be told. */
export class Refusal {
  constructor(
    /** Follows the shown value: `has no unit`. */
    readonly reason: string,
    /** The right spelling of what was probably meant. */
    readonly instead?: string,
  ) {}
}

export interface Writing<T> {
  /** Its kind with its limits, for editors and for the reference: `size from 1 MiB to 1 PiB`. */
  title: string;
  /** Its kind with an article, for messages: `a size`. */
  noun: string;
  example: string;
  /** Pattern that editors check while one types. `read` decides. */
  pattern: RegExp;
  /** In UTF-16 code units. Longer texts are refused unread. */
  maximumLength: number;
  /** Message about a YAML number in this place, if `is a number` does not say it best. */
  bareNumber?: string;
  read(text: string): T | Refusal;
}

/** A value written as text and read into something typed: the base of the vocabulary of units and names. */
export function written<T>(writing: Writing<T>) {
  const { title, noun, example, pattern, maximumLength, bareNumber, read } = writing;
  const advice = (instead?: string) => `Write ${instead ? show(instead) : `${noun} such as "${example}"`}.`;
  return z
    .string({
      error: ({ input }) =>
        typeof input === "number" && bareNumber
          ? `${show(input)} ${bareNumber}. ${advice()}`
          : `${whatItIs(input)}. ${typeof input === "number" ? `Write ${noun} in quotes, such as "${example}".` : advice()}`,
    })
    .meta({ title, examples: [example], pattern: pattern.source, maxLength: maximumLength })
    .transform((text, context): T => {
      const result =
        text.length > maximumLength
          ? new Refusal(`is longer than ${maximumLength} characters`)
          : text === ""
            ? new Refusal("is empty")
            : read(text);
      if (!(result instanceof Refusal)) return result;
      context.issues.push({
        code: "custom",
        input: text,
        message: `${show(text)} ${result.reason}. ${advice(result.instead)}`,
      });
      return z.NEVER;
    });
}
