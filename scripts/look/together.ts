import type { ListrTask } from "listr2";
import { repositoryFile } from "../../components/foundation/repository.ts";
import { readStatus } from "../federation.ts";
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
      if (!schools?.url) throw new Error(`the stack of ${commune} says no address of its schools.`);
      const { status, files } = await lookAtSchools(schools.url, library, doorway());
      task.title = `schools         ${schools.url} answers ${status}, ${published} files published, ${files} of them in the library "${library}", one read back by its checksum`;
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
    if (!url || !account) throw new Error(`the stack of ${id} says no address of mastodon.`);
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
        task.title = `federation      ${commune} and ${neighbour} accept each other (${kinds.join(", ")}), a post of the one read at the other after ${seconds.toFixed(1)} s`;
      },
    },
  ];
}
