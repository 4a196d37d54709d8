import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import * as z from "zod";
import { inCommune } from "../../components/foundation/declaration/stacks.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";

/** State of a post about a piece of news. */
const post = z.object({
  /** Number of tries. */
  tries: z.number().int().min(0),
  /** Time and failure of the last try; absent if it is posted or was not tried. */
  last: z.object({ at: z.iso.datetime(), why: z.string() }).optional(),
  /** Its address, once the server has it. */
  posted: z.string().optional(),
});

const outboxSchema = z.record(z.string(), post);

/** Posts by the name of each piece of news: `2026-11-20-bibliotheque`. */
export type Outbox = z.output<typeof outboxSchema>;

/** The file beside the news that says what is posted and what waits (decision 0110). */
export function outboxFile(stacks: string, id: string): string {
  return inCommune(stacks, id, "news", "outbox.json");
}

/** Reads it; empty if there is none. Throws if it is not one. */
export function readOutbox(file: string): Outbox {
  if (!existsSync(file)) return {};
  try {
    return outboxSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new TranslatedError({
      en: `${file} is no outbox any more. Bring it back with git, or remove it: what is posted is then looked up on the server. Nothing was changed.`,
      fr: `${file} n’est plus une boîte d’envoi. Reprenez-la avec git, ou supprimez-la : ce qui a été envoyé est alors cherché sur le serveur. Rien n’a été changé.`,
    });
  }
}

/** Writes it, whole at every moment. */
export function writeOutbox(file: string, outbox: Outbox): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(outbox, undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** News that is not posted yet, the oldest first: names begin with a day. */
export function waiting(outbox: Outbox): string[] {
  return Object.entries(outbox)
    .flatMap(([news, { posted }]) => (posted === undefined ? [news] : []))
    .sort();
}
