import { TranslatedError } from "../../../components/foundation/language/translated-error.ts";
import { spoken } from "../../language.ts";
import type { Tour } from "./step.ts";

/**
 * Runs `commune …` in the tour's copy, and shows the typed command and its output. Throws if it ends in another way
 * than meant.
 */
export async function verb(
  { project, tell }: Pick<Tour, "project" | "tell">,
  words: readonly string[],
  { exitCode = 0, takes }: { exitCode?: number; takes?: string } = {},
): Promise<string> {
  const typed = `npx commune ${words.map((word) => (/[\s;]/.test(word) ? JSON.stringify(word) : word)).join(" ")}`;
  tell.command(typed, takes);
  const said = await project.commune(words);
  tell.output(said.text);
  if (said.exitCode !== exitCode)
    throw new TranslatedError({
      en: `${typed} ended with ${said.exitCode}, not ${exitCode}.`,
      fr: `${typed} a fini par ${said.exitCode}, pas par ${exitCode}.`,
    });
  return said.text;
}

/** Applies a stack, and shows the typed command. */
export async function update({ up, tell }: Pick<Tour, "up" | "tell">, id: string): Promise<void> {
  tell.command(`npx pulumi up -s ${id}`, spoken({ en: "about a minute", fr: "environ une minute" }));
  tell.output(spoken({ en: `${await up(id)} resources`, fr: `${await up(id)} ressources` }));
}

/** Commits what changed in the copy, and shows the typed command: a change that is applied can be shown, and undone. */
export function commit({ project, tell }: Pick<Tour, "project" | "tell">, message: string): void {
  if (!project.isChanged) return;
  tell.command(`git add --all; git commit --message ${JSON.stringify(message)}`);
  project.record(message);
}
