import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { execa } from "execa";
import { TranslatedError } from "../../../components/foundation/language/translated-error.ts";

/**
 * Refuses a folder that git would take with everything else: what opens the seed must be in no history.
 *
 * @throws where the folder is in a repository that does not ignore it. Without git nothing is refused.
 */
export async function checkOutsideGit(folder: string): Promise<void> {
  const path = resolve(folder);
  let parent = dirname(path);
  while (!existsSync(parent)) parent = dirname(parent);
  // 0: ignored, 1: not ignored, 128: no repository.
  const { exitCode } = await execa("git", ["-C", parent, "check-ignore", "--quiet", path], { reject: false });
  if (exitCode !== 1) return;
  throw new TranslatedError({
    en: `${folder} is in a git repository, whose history would keep what opens the seed: name a folder elsewhere, such as ~/feuilles. Nothing was written.`,
    fr: `${folder} est dans un dépôt git, dont l’historique garderait ce qui ouvre la graine : nommez un dossier ailleurs, par exemple ~/feuilles. Rien n’a été écrit.`,
  });
}
