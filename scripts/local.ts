import { Command, InvalidArgumentError, Option } from "commander";
import { declaredDomains } from "../components/commune/load.ts";
import { sizeOf } from "../components/foundation/declaration/size.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { nodeNamed } from "../local/cluster/faults.ts";
import {
  type Cluster,
  exportLines,
  openCluster,
  type ServiceName,
  serviceNames,
} from "../local/cluster/index.ts";
import { type IpFamily, ipFamilies } from "../local/cluster/network.ts";
import { parsePort, portsFromEnvironment } from "../local/cluster/ports.ts";
import { checkMachine } from "../local/cluster/requirements.ts";
import { mostNodes } from "../local/cluster/several.ts";
import { runTasks } from "../local/listing.ts";
import { type PluginChoice, pluginChoices } from "../local/plugins/official.ts";
import { localTasks } from "../local/tasks.ts";
import { interruptible } from "./interruptible.ts";
import { spoken, spokenError } from "./language.ts";
import { verifyCommand } from "./local/verify.ts";
import { type ImageOptions, imageSummary, localImages, withImageOptions } from "./local-images.ts";
import { type ClusterChoice, localNodeCommand, localVerb, nodeLine } from "./local-node.ts";

interface UpChoice extends ClusterChoice {
  domain: string[];
  also?: string[];
  apiPort?: number;
  httpsPort?: number;
  httpPort?: number;
  plugins: PluginChoice;
  ipFamily?: IpFamily;
  nodes?: number;
  nodeMemory?: number;
  nodeProcessors?: number;
}

type Asked = UpChoice & ImageOptions;

/** `commune local …`: a whole cloud on this machine. */
export function localCommand(): Command {
  const command = new Command("local").description("Run a whole cloud on this machine.");
  for (const verb of [up, status, env, down, reset, logs, localNodeCommand, verifyCommand])
    command.addCommand(verb());
  return command;
}

function up(): Command {
  const port = (flag: string, what: string) =>
    new Option(`${flag} <port>`, `host port of ${what}`).argParser((text) => portOf(text, flag));
  const command = localVerb(
    "up",
    "Build what is missing, start the cluster and wait until all of it is Ready.",
  );
  return withImageOptions(command)
    .option("--domain <name...>", "domains to answer for; by default those of every declared commune")
    .option("--also <reference...>", "images to have beside those that the declared communes run")
    .addOption(pluginsOption())
    .addOption(ipFamilyOption())
    .option("--nodes <count>", `nodes of a new cluster, 1 to ${mostNodes}; 1 when absent`, countOf)
    .option(
      "--node-memory <size>",
      'memory of each of several nodes, such as "4 GiB"; they share what this machine has, but for 2 GiB, when absent',
      memoryOf,
    )
    .option(
      "--node-processors <number>",
      "processors of each of several nodes, such as 0.5; they share all that this machine has when absent",
      processorsOf,
    )
    .addOption(port("--api-port", "the Kubernetes API"))
    .addOption(port("--https-port", "HTTPS"))
    .addOption(port("--http-port", "HTTP, which redirects to HTTPS"))
    .action(
      async ({
        cluster: name,
        ipFamily,
        nodes,
        nodeMemory,
        nodeProcessors,
        domain,
        also,
        apiPort,
        httpsPort,
        httpPort,
        plugins,
        ...images
      }: Asked) => {
        const cluster = openCluster(name, {
          family: ipFamily,
          nodes: { count: nodes, memory: nodeMemory, processors: nodeProcessors },
        });
        const ports = {
          ...portsFromEnvironment(process.env),
          ...(apiPort !== undefined && { api: apiPort }),
          ...(httpsPort !== undefined && { https: httpsPort }),
          ...(httpPort !== undefined && { http: httpPort }),
        };
        await checkMachine(cluster.layout, ports);
        const domains = domain ?? declaredDomains(repositoryFile("stacks"));
        const asked = await localImages(images, { also });
        const { gathered } = await interruptible((signal) =>
          runTasks(localTasks({ cluster, domains, ports, plugins, images: asked, signal })),
        );
        console.log(`\n${imageSummary(gathered?.images ?? [])}`);
        console.log(
          spoken({
            en: `\n  API    ${cluster.endpoints?.api}\n  HTTPS  ${cluster.endpoints?.https}   (certificate: ${cluster.caFile})`,
            fr: `\n  API    ${cluster.endpoints?.api}\n  HTTPS  ${cluster.endpoints?.https}   (certificat : ${cluster.caFile})`,
          }),
        );
        console.log(
          spoken({
            en: `\n  In this shell: eval "$(npx commune local env${suffix(cluster)})", then plain kubectl and pulumi.`,
            fr: `\n  Dans ce terminal : eval "$(npx commune local env${suffix(cluster)})", puis simplement kubectl et pulumi.`,
          }),
        );
      },
    );
}

/** No default: a cluster that exists keeps what it has. */
function ipFamilyOption(): Option {
  return new Option(
    "--ip-family <family>",
    "addresses of a new cluster's pods and services; ipv4 when absent",
  )
    .choices(ipFamilies)
    .env("COMMUNE_IP_FAMILY");
}

/** Option that chooses the providers of the cluster; also of the demo. */
export function pluginsOption(): Option {
  return new Option(
    "--plugins <whose>",
    "providers of Pulumi: the official ones where they can be had, or ours",
  )
    .choices(pluginChoices)
    .default("auto" satisfies PluginChoice)
    .env("COMMUNE_PLUGINS");
}

function status(): Command {
  return localVerb("status", "Say what runs and whether it is Ready.")
    .option("--json", "print the status as JSON")
    .action(async ({ cluster: name, json }: ClusterChoice & { json?: true }) => {
      const found = await openCluster(name).status();
      if (json) console.log(JSON.stringify(found, null, 2));
      else if (!found.running)
        console.log(
          spoken({ en: `cluster "${name}" is down.`, fr: `le cluster « ${name} » ne tourne pas.` }),
        );
      else {
        console.log(
          found.ready
            ? spoken({ en: `cluster "${name}" is Ready.`, fr: `le cluster « ${name} » est prêt.` })
            : spoken({
                en: `cluster "${name}" is running, not Ready.`,
                fr: `le cluster « ${name} » tourne, et n’est pas prêt.`,
              }),
        );
        for (const { service, up: isUp, seconds } of found.services) {
          const state = isUp
            ? { en: `up for ${seconds} s`, fr: `tourne depuis ${seconds} s` }
            : { en: `down for ${seconds} s`, fr: `arrêté depuis ${seconds} s` };
          console.log(`  ${service.padEnd(24)} ${spoken(state)}`);
        }
        for (const node of found.nodes ?? []) console.log(`  ${nodeLine(node)}`);
        console.log(
          `  API ${found.endpoints?.api}, HTTPS ${found.endpoints?.https}, kubeconfig ${found.kubeconfig}`,
        );
      }
      if (!found.ready) process.exitCode = 1;
    });
}

function env(): Command {
  return localVerb("env", 'Print variables for this shell: eval "$(npx commune local env)".')
    .option("--json", "print the variables as JSON")
    .action(({ cluster: name, json }: ClusterChoice & { json?: true }) => {
      const { environment } = openCluster(name);
      console.log(json ? JSON.stringify(environment, null, 2) : exportLines(environment));
    });
}

function down(): Command {
  return localVerb(
    "down",
    "Stop the cluster. Its data stays for the next up; the host keeps nothing else of it.",
  ).action(async ({ cluster: name }: ClusterChoice) => {
    const cluster = openCluster(name);
    const { running } = cluster;
    await cluster.down();
    console.log(
      running
        ? spoken({
            en: `cluster "${name}" is down; its data stays in ${cluster.layout.root}.`,
            fr: `le cluster « ${name} » est arrêté ; ses données restent dans ${cluster.layout.root}.`,
          })
        : spoken({ en: `cluster "${name}" is not running.`, fr: `le cluster « ${name} » ne tourne pas.` }),
    );
  });
}

function reset(): Command {
  return localVerb(
    "reset",
    "Stop the cluster and delete all of its data, volumes and Pulumi state included.",
  ).action(async ({ cluster: name }: ClusterChoice) => {
    const cluster = openCluster(name);
    await cluster.reset();
    console.log(
      spoken({
        en: `cluster "${name}" and its data are gone.`,
        fr: `le cluster « ${name} » et ses données sont partis.`,
      }),
    );
  });
}

function logs(): Command {
  return localVerb("logs", "Show the log of one of the cluster's services.")
    .addArgument(new Command().createArgument("<service>", "whose log").choices(serviceNames))
    .option(
      "--node <node>",
      "node whose service it is, if the cluster has several; the control plane's when absent",
    )
    .option("-f, --follow", "go on with every new line")
    .action(
      async (
        service: ServiceName,
        { cluster: name, follow, node }: ClusterChoice & { follow?: true; node?: string },
      ) => {
        const cluster = openCluster(name);
        const machine = node === undefined ? undefined : nodeNamed(cluster.layout, node);
        for await (const line of cluster.logs(service, { follow: follow ?? false }, machine))
          console.log(line);
      },
    );
}

function portOf(text: string, flag: string): number {
  try {
    return parsePort(text, flag);
  } catch (error) {
    throw new InvalidArgumentError(spokenError(error));
  }
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= mostNodes) return count;
  throw new InvalidArgumentError(
    spoken({
      en: `"${text}" is not a number of nodes: write 1 to ${mostNodes}.`,
      fr: `« ${text} » n’est pas un nombre de nœuds : écrivez de 1 à ${mostNodes}.`,
    }),
  );
}

function memoryOf(text: string): number {
  try {
    return sizeOf(text).bytes;
  } catch (error) {
    const reason = spokenError(error);
    throw new InvalidArgumentError(
      spoken({
        en: `${reason} Write a size such as "4 GiB".`,
        fr: `${reason} Écrivez une taille, comme « 4 GiB ».`,
      }),
    );
  }
}

function processorsOf(text: string): number {
  const processors = Number(text);
  if (processors >= 0.1) return processors;
  throw new InvalidArgumentError(
    spoken({
      en: `"${text}" is not a number of processors: write 0.1 or more, such as 0.5.`,
      fr: `« ${text} » n’est pas un nombre de processeurs : écrivez 0.1 ou plus, comme 0.5.`,
    }),
  );
}

const suffix = (cluster: Cluster): string => (cluster.name === "commune" ? "" : ` --cluster ${cluster.name}`);
