import type { ListrTask } from "listr2";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { repositoryFile } from "../../components/foundation/repository.ts";
import { readStatus } from "../federation.ts";
import { spoken } from "../language.ts";
import { kubectlAt, type Reach } from "../reach.ts";
import { publishSchools } from "../schools.ts";
import type { Stack } from "../stack.ts";
import type { Doorway } from "./doorway.ts";
import { lookAtFederation, type Voice } from "./federation.ts";
import { lookAtSchools } from "./schools.ts";
import { mastodonToken } from "./token.ts";

/** Access of the steps to what they look at. */
export interface TogetherOptions {
  openStack: (id: string) => Stack;
  reach: () => Reach;
  doorway: () => Doorway;
}

/**
 * A commune's schools get something on their shelf. It must be applied.
 *
 * @param library one of those that it declares, whose files are counted.
 */
export function schoolsTask<Context>(
  commune: string,
  library: string,
  { openStack, reach, doorway }: TogetherOptions,
): ListrTask<Context> {
  return {
    title: "schools",
    task: async (_context, task) => {
      const { published } = await publishSchools(commune, { project: repositoryFile("."), reach });
      const { schools } = await openStack(commune).outputs();
      if (!schools?.url)
        throw new TranslatedError({
          en: `the stack of ${commune} says no address of its schools.`,
          fr: `la pile de ${commune} ne dit pas l’adresse de ses écoles.`,
        });
      const { status, files } = await lookAtSchools(schools.url, library, doorway());
      task.title = spoken({
        en: `schools         ${schools.url} answers ${status}, ${published} files published, ${files} of them in the library "${library}", one read back by its checksum`,
        fr: `écoles          ${schools.url} répond ${status}, ${published} fichiers publiés, dont ${files} dans la bibliothèque « ${library} », un relu à sa somme`,
      });
    },
  };
}

/**
 * Tries what communes share: the first one's schools get something on their shelf, and what it writes is read at its
 * neighbour's. Both must be applied.
 */
export function togetherTasks<Context>(
  [commune, neighbour]: readonly [string, string],
  options: TogetherOptions,
): ListrTask<Context>[] {
  const { openStack, reach, doorway } = options;
  const voice = async (id: string): Promise<Voice> => {
    const { addresses, accounts } = await openStack(id).outputs();
    const [url, account] = [addresses.mastodon, accounts.mastodon];
    if (!url || !account)
      throw new TranslatedError({
        en: `the stack of ${id} says no address of mastodon.`,
        fr: `la pile de ${id} ne dit pas l’adresse de mastodon.`,
      });
    return { commune: id, url, token: await mastodonToken(id, account.user, kubectlAt(reach())) };
  };
  return [
    schoolsTask(commune, "commune", options),
    {
      title: "federation",
      task: async (_context, task) => {
        const voices = await Promise.all([voice(commune), voice(neighbour)]);
        const statusOf = (id: string) => readStatus(id, reach());
        const { kinds, seconds } = await lookAtFederation(voices, statusOf, doorway());
        task.title = spoken({
          en: `federation      ${commune} and ${neighbour} accept each other (${kinds.join(", ")}), a post of the one read at the other after ${seconds.toFixed(1)} s`,
          fr: `fédération      ${commune} et ${neighbour} se reconnaissent (${kinds.join(", ")}), un message de l’une lu chez l’autre après ${seconds.toFixed(1)} s`,
        });
      },
    },
  ];
}
