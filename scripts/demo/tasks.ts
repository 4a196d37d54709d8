import { readFileSync } from "node:fs";
import type { ListrTask } from "listr2";
import { type LoadedCommune, loadCommune } from "../../components/commune/load.ts";
import { repositoryFile } from "../../components/foundation/repository.ts";
import { services } from "../../components/services/index.ts";
import type { LocalContext } from "../../local/tasks.ts";
import { spoken } from "../language.ts";
import type { Doorway } from "../look/doorway.ts";
import { memoryOf } from "../look/memory.ts";
import { lookTasks } from "../look/tasks.ts";
import { kubectlAt, type Reach } from "../reach.ts";
import type { Stack } from "../stack.ts";
import type { Settings } from "./options.ts";

/** Results that the demo's steps hand on to each other. */
export interface DemoContext extends LocalContext {
  /** Settings that fit the cluster. */
  site?: Settings;
}

/** Access of the demo's steps to what they work on. */
export interface DemoPlace {
  openStack: (id: string) => Stack;
  reach: () => Reach;
  doorway: () => Doorway;
}

/** A declared commune. Throws DeclarationError. */
export function declared(id: string): Extract<LoadedCommune, { ok: true }> {
  const loaded = loadCommune(repositoryFile("stacks"), id);
  if (!loaded.ok) throw loaded.error;
  return loaded;
}

/**
 * Applies the stacks of some communes side by side.
 *
 * @param settings what a stack gets that does not have it, and what somebody names now.
 */
export function applyTask(
  communes: readonly string[],
  { openStack, doorway }: DemoPlace,
  settings: (context: DemoContext) => { usual: Settings; asked?: Settings },
): ListrTask<DemoContext> {
  return {
    title: "communes",
    task: async (context, task) => {
      const { usual, asked } = settings(context);
      const apply = async (id: string): Promise<string> => {
        const stack = openStack(id);
        await stack.ensure({ ...usual, ...authorityOf(doorway()) }, asked);
        const resources = await stack.up((line) => {
          task.output = `${id}: ${line}`;
        });
        return spoken({ en: `${id} ${resources} resources`, fr: `${id} ${resources} ressources` });
      };
      // Most of it is waiting for pods. Each runs to its end: a stack that is stopped in between is locked.
      const applied = await Promise.allSettled(communes.map(apply));
      const failed = applied.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
      if (failed.length === 1) throw failed[0];
      if (failed.length > 1) throw new Error(failed.map(({ message }) => message).join("\n"));
      task.title = `communes        ${applied.flatMap((each) => (each.status === "fulfilled" ? [each.value] : [])).join(", ")}`;
    },
  };
}

/** Looks at an applied commune from outside, as the people who use it would, and at what it takes. */
export function lookAtCommune(
  id: string,
  { openStack, reach, doorway }: DemoPlace,
): ListrTask<DemoContext>[] {
  const { declaration } = declared(id);
  const isThere = {
    services: services
      .filter(({ sectionIn }) => sectionIn(declaration) !== undefined)
      .map(({ name }) => name),
    hotspots: declaration.hotspots !== undefined,
  };
  return [
    ...lookTasks<DemoContext>(id, isThere, {
      openStack: () => openStack(id),
      kubectl: () => kubectlAt(reach()),
      doorway,
      mark: (service, { gathered }) => (gathered?.sources[service] === "local" ? " (double)" : ""),
    }),
    {
      title: "memory",
      task: async (_context, task) => {
        const { usedMiB, requestedMiB, limitMiB, pods } = await memoryOf(id, kubectlAt(reach()));
        task.title = spoken({
          en: `memory          ${pods} pods of ${id} take ${usedMiB} MiB at rest; they ask for ${requestedMiB} MiB and may take ${limitMiB} MiB`,
          fr: `mémoire         ${pods} pods de ${id} prennent ${usedMiB} MiB au repos ; ils demandent ${requestedMiB} MiB et peuvent prendre ${limitMiB} MiB`,
        });
      },
    },
  ];
}

/** Peers on the same cluster have certificates of the same authority. */
function authorityOf({ caFile }: Doorway): Settings {
  return caFile === undefined ? {} : { authority: readFileSync(caFile, "utf8") };
}
