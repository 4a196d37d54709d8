import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as z from "zod";
import type { Language, Translated } from "../../components/foundation/language/language.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { asksYes } from "../ask.ts";

const state = z.object({
  checkpoint: z.object({
    latest: z.object({ resources: z.array(z.unknown()).default([]) }).nullish(),
  }),
});

/** A stack on the demo's cluster, and how much it has there. */
export interface OtherStack {
  stack: string;
  resources: number;
}

/**
 * Stacks with resources in a folder in which Pulumi keeps its state, but for those that the demo made.
 *
 * @param backend folder that PULUMI_BACKEND_URL names.
 */
export function otherStacks(backend: string, isDemos: (stack: string) => boolean): OtherStack[] {
  const folder = join(backend, ".pulumi", "stacks");
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".json"))
    .map((path) => {
      const { latest } = state.parse(JSON.parse(readFileSync(join(folder, path), "utf8"))).checkpoint;
      return { stack: basename(path, ".json"), resources: latest?.resources.length ?? 0 };
    })
    .filter(({ stack, resources }) => resources > 0 && !isDemos(stack))
    .sort((one, other) => one.stack.localeCompare(other.stack, "en"));
}

const told: Translated<(lines: string) => string> = {
  fr: (lines) =>
    `Vivent aussi sur ce cluster, et ne viennent pas de la démonstration :\n${lines}\nIls seraient supprimés avec toutes leurs données. Pour les garder : npx commune export <commune> --to <dossier>`,
  en: (lines) =>
    `These live on this cluster too, and are not the demo’s:\n${lines}\nThey would be deleted with all their data. To keep them: npx commune export <commune> --to <folder>`,
};

const line: Translated<(stack: OtherStack) => string> = {
  fr: ({ stack, resources }) => `  ${stack} (${resources} ressources)`,
  en: ({ stack, resources }) => `  ${stack} (${resources} resources)`,
};

const question: Translated = { fr: "Tout supprimer quand même ?", en: "Delete all of it all the same?" };

/**
 * Names what would go with the demo's cluster and is not the demo's, and asks. Throws unless somebody says yes.
 *
 * @param isSaid whether `--yes` said so already.
 */
export async function refuseToTakeOthers(
  others: readonly OtherStack[],
  { isSaid, language }: { isSaid: boolean; language: Language },
  ask: Parameters<typeof asksYes>[2],
): Promise<void> {
  if (others.length === 0) return;
  console.error(told[language](others.map((each) => line[language](each)).join("\n")));
  if (isSaid) return;
  const answer = await asksYes(question, language, ask);
  if (answer === undefined)
    throw new TranslatedError({
      en: "standard input is no terminal: --yes deletes them without a question. Nothing was changed.",
      fr: "il n’y a pas de terminal pour demander : --yes les supprime sans poser de question. Rien n’a été changé.",
    });
  if (!answer) throw new TranslatedError({ en: "Nothing was changed.", fr: "Rien n’a été changé." });
}
