import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { stacksAt } from "../../audit/revision.ts";
import type { Change } from "../../components/commune/changes/change.ts";
import { digestOf } from "../../components/commune/history.ts";
import type { CommunePlan } from "../../components/commune/planned.ts";
import type { Published } from "../../components/commune/published.ts";
import { type Revision, writtenByCommands } from "../../components/commune/revision.ts";
import { inCommune } from "../../components/foundation/declaration/stacks.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import type { SecretVersions } from "../../components/foundation/seed/labels.ts";
import { spoken, spokenError } from "../language.ts";
import { planOf } from "../recovery/points.ts";
import { raisedSince } from "./secrets.ts";

/** The declaration that an undo goes back to. */
export interface Target {
  plan: CommunePlan;
  /** Whether it is what is written already. */
  isWritten: boolean;
  /** Secrets that were raised since, which keep their versions: they are written into it. */
  raised: SecretVersions;
}

/** Known facts about it. */
export interface Wanted {
  revision: Revision | undefined;
  /** Digest of what was declared. */
  declared: string | undefined;
}

/**
 * The declaration to go back to: the written one if it is that already; else the one that git has in the applied
 * revision. Throws, with what to write back by hand, if git does not have it.
 *
 * @param away changes from there to what is written now.
 */
export async function targetOf(
  stacks: string,
  id: string,
  { revision, declared }: Wanted,
  away: readonly Change[],
  published: Pick<Published, "secrets">,
): Promise<Target> {
  const written = planOf({ stacks }, id);
  const isIt = (plan: CommunePlan) => declared !== undefined && digestOf(plan.declared) === declared;
  if (isIt(written)) return withRaised(stacks, id, published, true);
  if (revision === undefined || revision.isDirty) {
    throw new TranslatedError({
      en: `what was applied before is in no commit${revision ? ` (${revision.commit.slice(0, 12)} and more, which was not committed)` : ""}, so it cannot be written back by itself. Write it back by hand, and run this again. Nothing was changed.\n${byHand(away)}`,
      fr: `ce qui était appliqué avant n’est dans aucun commit${revision ? ` (${revision.commit.slice(0, 12)} et davantage, qui n’était pas enregistré)` : ""} : cela ne peut donc pas être réécrit de soi-même. Réécrivez-le à la main, et relancez. Rien n’a été changé.\n${byHand(away)}`,
    });
  }
  const short = revision.commit.slice(0, 12);
  const folder = await stacksAt(stacks, id, revision.commit).catch((error: unknown) => {
    throw new TranslatedError({
      en: `the commit ${short}, from which it was applied, cannot be read here (${spokenError(error)}): this is another clone, or a shallow one. Write it back by hand, and run this again. Nothing was changed.\n${byHand(away)}`,
      fr: `le commit ${short}, d’où c’était appliqué, ne peut pas être lu ici (${spokenError(error)}) : c’est un autre clone, ou un clone partiel. Réécrivez-le à la main, et relancez. Rien n’a été changé.\n${byHand(away)}`,
    });
  });
  try {
    if (!existsSync(inCommune(folder, id, "commune.yaml"))) {
      throw new TranslatedError({
        en: `the commit ${short}, from which it was applied, has no stacks/${id}/commune.yaml: git ignores this folder, or it was moved. Write it back by hand, and run this again. Nothing was changed.\n${byHand(away)}`,
        fr: `le commit ${short}, d’où c’était appliqué, n’a pas stacks/${id}/commune.yaml : git ignore ce dossier, ou il a été déplacé. Réécrivez-le à la main, et relancez. Rien n’a été changé.\n${byHand(away)}`,
      });
    }
    const plan = planOf({ stacks: folder }, id);
    if (!isIt(plan)) {
      throw new TranslatedError({
        en: `stacks/${id} in ${short} is not what was applied from it: other files of the metropolis, or the version of the toolkit, make a difference. Write it back by hand, and run this again. Nothing was changed.\n${byHand(away)}`,
        fr: `stacks/${id} dans ${short} n’est pas ce qui en a été appliqué : d’autres fichiers de la métropole, ou la version de l’outillage, font une différence. Réécrivez-le à la main, et relancez. Rien n’a été changé.\n${byHand(away)}`,
      });
    }
    return withRaised(folder, id, published, false);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The declaration with the versions that secrets have by now. */
function withRaised(
  stacks: string,
  id: string,
  published: Pick<Published, "secrets">,
  isWritten: boolean,
): Target {
  const raised = raisedSince(published, planOf({ stacks }, id));
  const plan = planOf({ stacks }, id, (declaration) => ({
    ...declaration,
    secrets: { ...declaration.secrets, ...raised },
  }));
  return { plan, isWritten, raised };
}

function byHand(away: readonly Change[]): string {
  const lines = away.map(({ field, name, from, to }) => {
    const what = field.length > 0 ? field.join(".") : name;
    return `  ${what}: ${from ?? spoken({ en: "take it out", fr: "à retirer" })}${to === undefined ? "" : spoken({ en: ` (now ${to})`, fr: ` (maintenant ${to})` })}`;
  });
  return lines.length === 0
    ? spoken({
        en: "  git log -p -- stacks shows what was written when.",
        fr: "  git log -p -- stacks montre ce qui a été écrit et quand.",
      })
    : [...new Set(lines)].join("\n");
}

/**
 * Writes a commune's declaration back as it was in a commit, without what came since; what was not committed is kept as a
 * patch. What commands write, logs of approvals and requests, stays.
 */
export async function writeBack(
  stacks: string,
  id: string,
  commit: string,
  said: (line: string) => void,
): Promise<void> {
  const git = (...words: string[]) => execa("git", ["-C", stacks, ...words], { stripFinalNewline: false });
  const paths = ["--", `:(literal)${id}`, ...writtenByCommands(id)];
  // Files that are new are among what is kept, and go away with the rest.
  await git("add", "--intent-to-add", ...paths);
  const { stdout: patch } = await git("diff", "--binary", "HEAD", ...paths);
  if (patch !== "") {
    const file = keptFile(stacks, id);
    writeFileSync(file, patch);
    said(
      spoken({
        en: `What was not committed of stacks/${id} is kept: git apply ${file}`,
        fr: `Ce qui n’était pas enregistré de stacks/${id} est gardé : git apply ${file}`,
      }),
    );
  }
  await git("checkout", "--no-overlay", commit, ...paths);
  said(
    spoken({
      en: `stacks/${id} is as in ${commit.slice(0, 12)}; git status shows it.`,
      fr: `stacks/${id} est comme dans ${commit.slice(0, 12)} ; git status le montre.`,
    }),
  );
}

function keptFile(stacks: string, id: string): string {
  const folder = join(dirname(stacks), ".local", "undo");
  mkdirSync(folder, { recursive: true });
  for (let number = 1; ; number += 1) {
    const file = join(folder, `${id}-${number}.patch`);
    if (!existsSync(file)) return file;
  }
}
