import type { ListrTask } from "listr2";
import type { Cluster, Ports } from "./cluster/index.ts";
import { buildImages, type Image } from "./images/index.ts";
import { installPackages, missingPackages } from "./packages.ts";
import { buildToolchain, progressLine, type Toolchain } from "./toolchain/index.ts";

/** What the steps hand on to each other. */
export interface LocalContext {
  toolchain?: Toolchain;
  images?: Image[];
}

/** What bringing a local cloud up needs. */
export interface LocalOptions {
  cluster: Cluster;
  domains: readonly string[];
  ports?: Partial<Ports>;
  signal: AbortSignal;
}

/** The steps that bring a local cloud up, for a listr2 list: packages, toolchain and images, cluster. */
export function localTasks(options: LocalOptions): ListrTask<LocalContext>[] {
  const { cluster, domains, ports } = options;
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
                let cached = 0;
                let total = 0;
                context.toolchain = await together(
                  buildToolchain({
                    signal,
                    report: (progress) => {
                      ({ cached, total } = progress);
                      step.output = progressLine(progress);
                    },
                  }),
                );
                step.title = `toolchain       ${total} programs, built from pinned sources${cached === total ? " (cached)" : ""}`;
              },
            },
            {
              title: "images",
              task: async (context, step) => {
                const report = (line: string) => {
                  step.output = line;
                };
                context.images = await together(buildImages({ report, signal }));
                const doubles = context.images.filter(({ double }) => double).length;
                step.title = `images          ${context.images.length} local images, ${doubles} of them doubles`;
              },
            },
          ],
          { concurrent: true, exitOnError: true },
        ),
    },
    {
      title: "cluster",
      task: async ({ toolchain, images }, task) => {
        if (!toolchain || !images) throw new Error("the toolchain and the images were not built.");
        const report = (line: string) => {
          task.output = line;
        };
        await cluster.up({ toolchain, images, domains, report, signal, ...(ports && { ports }) });
        task.title = `cluster         ${cluster.name}: Kubernetes, 1 node`;
      },
    },
  ];
}
