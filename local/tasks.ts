import { existsSync } from "node:fs";
import type { ListrTask } from "listr2";
import type { ImageLock } from "../components/foundation/image/lock.ts";
import type { Mirrors } from "../components/foundation/image/reference.ts";
import type { Cluster, Ports } from "./cluster/index.ts";
import { type Gathered, gatherImages, type ImageChoice, imageCounts } from "./images/upstream/index.ts";
import { installPackages, missingPackages } from "./packages.ts";
import { installedFolder, providerPlugins } from "./plugins/index.ts";
import { installOfficialPlugins, type PluginChoice } from "./plugins/official.ts";
import { recipes } from "./recipes.ts";
import { buildToolchain, builtLine, progressLine, type Toolchain } from "./toolchain/index.ts";

/** Results that the steps hand on to each other. */
export interface LocalContext {
  toolchain?: Toolchain;
  gathered?: Gathered;
  /** The Pulumi home whose installed plugins the cluster runs. */
  pluginsFrom?: string;
}

/** Options of bringing a local cloud up. */
export interface LocalOptions {
  cluster: Cluster;
  domains: readonly string[];
  ports?: Partial<Ports>;
  images: LocalImages;
  plugins: PluginChoice;
  signal: AbortSignal;
}

/** Images that a local cluster has to have, and their origin. */
export interface LocalImages {
  choice: ImageChoice;
  references: readonly string[];
  lock: ImageLock;
  mirrors: Mirrors;
}

/** Images made here alone, for tests. */
export const madeHere = (references: readonly string[]): LocalImages => ({
  choice: "local",
  references,
  lock: {},
  mirrors: {},
});

/** The steps that bring a local cloud up, for a listr2 list: packages, toolchain and images, cluster. */
export function localTasks(options: LocalOptions): ListrTask<LocalContext>[] {
  const { cluster, domains, ports, plugins } = options;
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  /** Two steps run side by side: when one fails, the other must not go on for minutes. */
  const together = async <T>(step: Promise<T>): Promise<T> => {
    try {
      return await step;
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  };
  return [
    {
      title: "packages",
      task: async (_context, task) => {
        const missing = await missingPackages();
        if (missing.length > 0) task.output = `apt-get install ${missing.join(" ")}`;
        await installPackages(missing, signal);
        task.title =
          missing.length > 0 ? `packages        ${missing.length} installed` : "packages        (present)";
      },
    },
    {
      title: "programs and images",
      task: (_context, task) =>
        task.newListr<LocalContext>(
          [
            {
              title: "toolchain",
              task: async (context, step) => {
                let built = "";
                context.toolchain = await together(
                  buildToolchain({
                    signal,
                    report: (progress) => {
                      built = builtLine(progress);
                      step.output = progressLine(progress);
                    },
                  }),
                );
                step.title = `toolchain       ${built}`;
              },
            },
            {
              title: "images",
              task: async (context, step) => {
                const report = (line: string) => {
                  step.output = line;
                };
                const before = cluster.sources;
                const asked = { ...options.images, recipes, before, report, signal };
                context.gathered = await together(gatherImages(asked));
                step.title = `images          ${imageCounts(context.gathered.images)}`;
              },
            },
          ],
          { concurrent: true, exitOnError: true },
        ),
    },
    {
      title: "plugins",
      task: async (context, task) => {
        const { toolchain } = context;
        if (!toolchain) throw new Error("the toolchain was not built.");
        const home = await installOfficialPlugins({ choice: plugins, toolchain, signal });
        if (home !== undefined) context.pluginsFrom = home;
        task.title = `plugins         ${pluginsTold(home)}`;
      },
    },
    {
      title: "cluster",
      task: async ({ toolchain, gathered, pluginsFrom }, task) => {
        if (!toolchain || !gathered) throw new Error("the toolchain and the images were not built.");
        const report = (line: string) => {
          task.output = line;
        };
        await cluster.up({
          toolchain,
          ...gathered,
          domains,
          report,
          signal,
          ...(ports && { ports }),
          ...(pluginsFrom && { pluginsFrom }),
        });
        const { length } = cluster.layout.nodes;
        task.title = `cluster         ${cluster.name}: Kubernetes, ${length === 1 ? "1 node" : `${length} nodes`}`;
      },
    },
  ];
}

/** Such as "kubernetes 4.34.2 official, random 4.21.2 local". */
function pluginsTold(home: string | undefined): string {
  return providerPlugins()
    .map((plugin) => {
      const isOfficial = home !== undefined && existsSync(installedFolder(home, plugin));
      return `${plugin.name} ${plugin.version} ${isOfficial ? "official" : "local"}`;
    })
    .join(", ");
}
