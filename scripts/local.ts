import { Command, InvalidArgumentError, Option } from "commander";
import { declaredDomains } from "../components/commune/load.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
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
import { runTasks } from "../local/listing.ts";
import { type PluginChoice, pluginChoices } from "../local/plugins/official.ts";
import { localTasks } from "../local/tasks.ts";
import { interruptible } from "./interruptible.ts";
import { verifyCommand } from "./local/verify.ts";
import { type ImageOptions, imageSummary, localImages, withImageOptions } from "./local-images.ts";

interface ClusterChoice {
  cluster: string;
}

interface UpChoice extends ClusterChoice {
  domain: string[];
  also?: string[];
  apiPort?: number;
  httpsPort?: number;
  httpPort?: number;
  plugins: PluginChoice;
  ipFamily?: IpFamily;
}

type Asked = UpChoice & ImageOptions;

/** `commune local …`: a whole cloud on this machine. */
export function localCommand(): Command {
  const command = new Command("local").description("Run a whole cloud on this machine.");
  for (const verb of [up, status, env, down, reset, logs, verifyCommand]) command.addCommand(verb());
  return command;
}

function verb(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(
      new Option("--cluster <name>", "which local cluster").default("commune").env("COMMUNE_CLUSTER"),
    );
}

function up(): Command {
  const port = (flag: string, what: string) =>
    new Option(`${flag} <port>`, `host port of ${what}`).argParser((text) => portOf(text, flag));
  const command = verb("up", "Build what is missing, start the cluster and wait until all of it is Ready.");
  return withImageOptions(command)
    .option("--domain <name...>", "domains to answer for; by default those of every declared commune")
    .option("--also <reference...>", "images to have beside those that the declared communes run")
    .addOption(pluginsOption())
    .addOption(ipFamilyOption())
    .addOption(port("--api-port", "the Kubernetes API"))
    .addOption(port("--https-port", "HTTPS"))
    .addOption(port("--http-port", "HTTP, which redirects to HTTPS"))
    .action(
      async ({
        cluster: name,
        ipFamily,
        domain,
        also,
        apiPort,
        httpsPort,
        httpPort,
        plugins,
        ...images
      }: Asked) => {
        const cluster = openCluster(name, ipFamily);
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
          `\n  API    ${cluster.endpoints?.api}\n  HTTPS  ${cluster.endpoints?.https}   (certificate: ${cluster.caFile})`,
        );
        console.log(
          `\n  In this shell: eval "$(npx commune local env${suffix(cluster)})", then plain kubectl and pulumi.`,
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
  return verb("status", "Say what runs and whether it is Ready.")
    .option("--json", "print the status as JSON")
    .action(async ({ cluster: name, json }: ClusterChoice & { json?: true }) => {
      const found = await openCluster(name).status();
      if (json) console.log(JSON.stringify(found, null, 2));
      else if (!found.running) console.log(`cluster "${name}" is down.`);
      else {
        console.log(`cluster "${name}" is ${found.ready ? "Ready" : "running, not Ready"}.`);
        for (const { service, up: isUp, seconds } of found.services) {
          console.log(`  ${service.padEnd(24)} ${isUp ? "up" : "down"} for ${seconds} s`);
        }
        console.log(
          `  API ${found.endpoints?.api}, HTTPS ${found.endpoints?.https}, kubeconfig ${found.kubeconfig}`,
        );
      }
      if (!found.ready) process.exitCode = 1;
    });
}

function env(): Command {
  return verb("env", 'Print variables for this shell: eval "$(npx commune local env)".')
    .option("--json", "print the variables as JSON")
    .action(({ cluster: name, json }: ClusterChoice & { json?: true }) => {
      const { environment } = openCluster(name);
      console.log(json ? JSON.stringify(environment, null, 2) : exportLines(environment));
    });
}

function down(): Command {
  return verb(
    "down",
    "Stop the cluster. Its data stays for the next up; the host keeps nothing else of it.",
  ).action(async ({ cluster: name }: ClusterChoice) => {
    const cluster = openCluster(name);
    const { running } = cluster;
    await cluster.down();
    console.log(
      running
        ? `cluster "${name}" is down; its data stays in ${cluster.layout.root}.`
        : `cluster "${name}" is not running.`,
    );
  });
}

function reset(): Command {
  return verb(
    "reset",
    "Stop the cluster and delete all of its data, volumes and Pulumi state included.",
  ).action(async ({ cluster: name }: ClusterChoice) => {
    const cluster = openCluster(name);
    await cluster.reset();
    console.log(`cluster "${name}" and its data are gone.`);
  });
}

function logs(): Command {
  return verb("logs", "Show the log of one of the cluster's services.")
    .addArgument(new Command().createArgument("<service>", "whose log").choices(serviceNames))
    .option("-f, --follow", "go on with every new line")
    .action(async (service: ServiceName, { cluster: name, follow }: ClusterChoice & { follow?: true }) => {
      for await (const line of openCluster(name).logs(service, { follow: follow ?? false }))
        console.log(line);
    });
}

function portOf(text: string, flag: string): number {
  try {
    return parsePort(text, flag);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

const suffix = (cluster: Cluster): string => (cluster.name === "commune" ? "" : ` --cluster ${cluster.name}`);
