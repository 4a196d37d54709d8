import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { declaredDomains } from "../components/commune/load.ts";
import { TranslatedError } from "../components/foundation/language/translated-error.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { type Cluster, openCluster } from "../local/cluster/index.ts";
import { rangeOf } from "../local/cluster/network.ts";
import { portsFromEnvironment } from "../local/cluster/ports.ts";
import { checkMachine } from "../local/cluster/requirements.ts";
import { runTasks } from "../local/listing.ts";
import { cacheFolder, stateFolder } from "../local/paths.ts";
import type { PluginChoice } from "../local/plugins/official.ts";
import { localTasks } from "../local/tasks.ts";
import { askOnTerminal } from "./ask.ts";
import { endingOf } from "./demo/ending.ts";
import { guidesHost, guidesImage, guidesTask } from "./demo/guides.ts";
import { type ContextOptions, onContext } from "./demo/on-context.ts";
import { addressOption, authorityOption, domainOption, settingOption } from "./demo/options.ts";
import { otherStacks, refuseToTakeOthers } from "./demo/others.ts";
import { applyTask, type DemoContext, type DemoPlace, lookAtCommune } from "./demo/tasks.ts";
import { Journal } from "./demo/tour/journal.ts";
import { TourProject, tourFolder } from "./demo/tour/project.ts";
import { takenBack, takeTour, tourAssociations, tourImages } from "./demo/tour.ts";
import { writeDocs } from "./docs.ts";
import { interruptible } from "./interruptible.ts";
import { languageHere, spoken } from "./language.ts";
import { pluginsOption } from "./local.ts";
import { type ImageOptions, imageSummary, localImages, withImageOptions } from "./local-images.ts";
import type { Doorway } from "./look/doorway.ts";
import { togetherTasks } from "./look/together.ts";
import { madeByDemo, Stack, settingsFile, settingsIn } from "./stack.ts";

const commune = "villeurbanne";
/** A small one, with which it is linked on this machine. */
const neighbour = "albigny-sur-saone";

/** Images that the demo's cluster needs: those of both communes, of the guides, and of the tour. */
export const demoNeeds = (tour: boolean) => ({
  communes: [commune, neighbour],
  also: [guidesImage, ...(tour ? tourImages : [])],
});

/** Settings of the stacks on this machine's own cluster: its data may be deleted, and peers are found on it. */
const settingsOn = ({ layout }: Cluster) => ({
  data: "disposable",
  privatePeers: rangeOf(layout.network.ingress),
});

/** `commune demo`: from nothing to a commune's cloud that answers. */
export function demoCommand(): Command {
  return withImageOptions(new Command("demo"))
    .description(`Bring up the clouds of ${commune} and of ${neighbour} on this machine, and look at them.`)
    .addOption(pluginsOption())
    .option(
      "--tour",
      "go on afterwards, with a copy of the declarations: a change and its report, approvals, an association's request, a deleted file that comes back (docs/tour.md)",
    )
    .option("--clean", "undo: remove the cluster, its data and everything else that the demo made")
    .option("--yes", "with --clean: do not ask before communes of somebody's own on that cluster go with it")
    .option(
      "--context <name>",
      "bring one commune up on your cluster, through this context of your kubeconfig",
    )
    .option("--commune <id>", `with --context: another declared commune than ${commune}`)
    .option(
      "--domain <domain>",
      "with --context: a domain of yours in place of the declared one; links to others are left out then",
      domainOption,
    )
    .option(
      "--set <key=value>",
      "with --context: a setting of the site that the cluster does not tell by itself; may be repeated",
      settingOption,
    )
    .option(
      "--ca <file>",
      "with --context: authority of the certificates there, where this machine does not trust it",
      authorityOption,
    )
    .option(
      "--address <address>",
      "with --context: where the ingress controller answers, while the domain's names do not lead there",
      addressOption,
    )
    .action(async (options: DemoOptions, command: Command) => {
      if (options.clean) return clean(options);
      const { context, commune: id = commune, set = {}, ...others } = options;
      if (context !== undefined) {
        const ours = ["images", "plugins", "tour"].find(
          (name) => command.getOptionValueSource(name) === "cli",
        );
        if (ours !== undefined)
          command.error(
            spoken({
              en: `error: --${ours} is for the cluster of this machine: one of yours has its own. Nothing was changed.`,
              fr: `error: --${ours} est pour le cluster de cette machine : l’un des vôtres a le sien. Rien n’a été changé.`,
            }),
            { exitCode: 2 },
          );
        return onContext(context, { ...others, commune: id, set });
      }
      const alone = ["commune", "domain", "set", "ca", "address"].find((name) => name in options);
      if (alone !== undefined)
        command.error(
          spoken({
            en: `error: --${alone} is for a cluster of yours: name its context with --context. Nothing was changed.`,
            fr: `error: --${alone} est pour un cluster à vous : nommez son contexte par --context. Rien n’a été changé.`,
          }),
          { exitCode: 2 },
        );
      await onThisMachine(options);
    });
}

interface DemoOptions extends ImageOptions, Partial<ContextOptions> {
  context?: string;
  tour?: true;
  clean?: true;
  yes?: true;
  plugins: PluginChoice;
}

async function onThisMachine({ plugins, tour, ...options }: DemoOptions): Promise<void> {
  const cluster = openCluster("commune");
  const ports = portsFromEnvironment(process.env);
  await checkMachine(cluster.layout, ports);
  console.log(
    spoken({
      en: "\n  Commune cloud demo: two communes on one machine\n",
      fr: "\n  Démonstration de Commune cloud : deux communes sur une machine\n",
    }),
  );
  const project = new TourProject(tourFolder(), () => cluster.environment);
  // What the tour has applied so far is declared in its copy.
  const folder = tour && project.isThere ? project.prepare() : repositoryFile(".");
  const images = await localImages(options, {
    ...demoNeeds(tour ?? false),
    stacks: join(folder, "stacks"),
  });
  // Before it is taken back: an update that is cut has destroyed some of it.
  if (!tour && new Journal(project.root).forget(takenBack).length > 0)
    console.log(
      spoken({
        en: "  This takes back what the tour did: its vault goes, with the restore points in it, and the association's place.\n  npm run demo -- --tour goes through these steps again.\n",
        fr: "  Ceci reprend ce que la visite a fait : son coffre s’en va, avec les points de restauration qu’il contient, et la place de l’association.\n  npm run demo -- --tour refait ces étapes.\n",
      }),
    );
  const place: DemoPlace = {
    openStack: (id) => new Stack(id, cluster.environment, folder),
    reach: () => ({ environment: cluster.environment, context: undefined }),
    doorway: () => doorwayOf(cluster),
  };
  const { gathered } = await interruptible((signal) =>
    runTasks<DemoContext>([
      ...localTasks({
        cluster,
        domains: [
          ...declaredDomains(repositoryFile("stacks")),
          guidesHost,
          ...(tour ? [tourAssociations(commune)] : []),
        ],
        ports,
        plugins,
        images,
        signal,
      }),
      applyTask([commune, neighbour], place, () => ({ usual: settingsOn(cluster) })),
      ...lookAtCommune(commune, place),
      ...togetherTasks<DemoContext>([commune, neighbour], place),
      guidesTask(cluster),
    ]),
  );
  console.log(
    `\n${spoken(endingOf(cluster, commune, writeDocs()))}\n\n${imageSummary(gathered?.images ?? [])}\n`,
  );
  if (tour) await takeTour([commune, neighbour], { cluster, doorway: doorwayOf(cluster), project });
}

async function clean({ context, yes }: { context?: string; yes?: true }): Promise<void> {
  if (context !== undefined) {
    throw new TranslatedError({
      en: `--clean undoes the demo of this machine, not the one on context ${context}: npx pulumi destroy -s ${commune}`,
      fr: `--clean défait la démonstration de cette machine, pas celle du contexte ${context} : npx pulumi destroy -s ${commune}`,
    });
  }
  const cluster = openCluster("commune");
  const isDemos = (id: string) =>
    [commune, neighbour].includes(id) && madeByDemo(settingsIn(settingsFile(id)));
  const others = otherStacks(cluster.layout.pulumiBackend, isDemos);
  await refuseToTakeOthers(others, { isSaid: yes === true, language: languageHere() }, askOnTerminal);
  console.log(
    spoken({
      en: "The pods are ended one after the other, and then the cluster: up to two minutes.",
      fr: "Les pods sont arrêtés l’un après l’autre, puis le cluster : jusqu’à deux minutes.",
    }),
  );
  await cluster.reset();
  for (const file of [commune, neighbour].map((id) => settingsFile(id))) {
    const settings = settingsIn(file);
    // Settings that are somebody's own, or for another cluster, have the keys to its secrets.
    if (madeByDemo(settings) && settings.context === undefined) rmSync(file);
  }
  // The tour's copy, the program as compile.js compiled it, and the documentation as pages.
  for (const folder of [tourFolder(), repositoryFile(".local/program"), repositoryFile(".local/docs")])
    rmSync(folder, { recursive: true, force: true });
  console.log(
    spoken({
      en: `The cluster, its data and the stacks of ${commune} and ${neighbour} are gone.`,
      fr: `Le cluster, ses données et les piles de ${commune} et ${neighbour} sont partis.`,
    }),
  );
  const needing = needingPassphrase(stateFolder(), repositoryFile("stacks"));
  const passphrase = join(stateFolder(), "passphrase");
  if (needing.length === 0) rmSync(passphrase, { force: true });
  else
    console.log(
      spoken({
        en: `${passphrase} stays: it opens the secrets of ${needing.join(", ")}.`,
        fr: `${passphrase} reste : il ouvre les secrets de ${needing.join(", ")}.`,
      }),
    );
  console.log(
    spoken({
      en: `Programs and images stay in ${cacheFolder()} for the next time; delete that folder to be rid of them too.`,
      fr: `Programmes et images restent dans ${cacheFolder()} pour la prochaine fois ; supprimez ce dossier pour vous en défaire aussi.`,
    }),
  );
}

/**
 * Clusters and stacks that may have secrets under the passphrase of the state folder: other local clusters, and
 * settings of stacks.
 */
export function needingPassphrase(state: string, stacks: string): string[] {
  const within = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);
  return [
    ...within(state).filter((name) => existsSync(join(state, name, "ports.json"))),
    ...within(stacks).filter((name) => /^Pulumi\..+\.yaml$/.test(name)),
  ];
}

function doorwayOf(cluster: Cluster): Required<Pick<Doorway, "address" | "caFile">> {
  if (!cluster.endpoints)
    throw new TranslatedError({
      en: `cluster "${cluster.name}" is not up.`,
      fr: `le cluster « ${cluster.name} » ne tourne pas.`,
    });
  const { hostname, port } = new URL(cluster.endpoints.https);
  return { address: { host: hostname, port: Number(port) }, caFile: cluster.caFile };
}
