import type * as z from "zod";

/**
 * The records of a file that commands write, a line of JSON each. Throws, with the line, where one cannot be read.
 *
 * @param file as it is shown in errors.
 * @param noun what a record is: `departure of an association`.
 */
export function readRecords<Read>(text: string, file: string, record: z.ZodType<Read>, noun: string): Read[] {
  return text.split("\n").flatMap((line, index) => {
    if (line === "") return [];
    try {
      return [record.parse(JSON.parse(line))];
    } catch {
      throw new Error(`${file}:${index + 1} is no ${noun}. Put the line back as git has it.`);
    }
  });
}
