import type { Question } from "./server.ts";

/**
 * Reads a form that was sent; undefined if it is too long. A body that is no form has no field.
 *
 * @param largest bytes that are read.
 */
export async function formIn(question: Question, largest: number): Promise<URLSearchParams | undefined> {
  const bytes = await question.body(largest);
  if (bytes === undefined) return undefined;
  const type = question.headers["content-type"] ?? "";
  return new URLSearchParams(
    /^application\/x-www-form-urlencoded\b/i.test(type) ? bytes.toString("utf8") : "",
  );
}
