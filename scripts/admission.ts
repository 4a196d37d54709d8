import { join } from "node:path";
import { Command } from "commander";
import yaml from "js-yaml";
import { listCommunes } from "../components/commune/load.ts";
import { admissionManifests, type ClusterObject } from "../components/tenants/admission/manifests.ts";
import { checkout } from "../local/paths.ts";
import { rulesManifests } from "../policies/admission.ts";

/** Objects of a cluster as `kubectl apply -f -` reads them. */
export function clusterText(items: readonly ClusterObject[], json = false): string {
  if (json) return JSON.stringify({ apiVersion: "v1", kind: "List", items }, undefined, 2);
  return items
    .map((item) => yaml.dump(item, { lineWidth: -1, noRefs: true }))
    .join("---\n")
    .trimEnd();
}

interface Options {
  mirror?: true;
  json?: true;
}

/** `commune admission [id]`: the rules of policies/ that a cluster can refuse by itself, and those of associations. */
export function admissionCommand(stacks = join(checkout, "stacks")): Command {
  return new Command("admission")
    .description(
      "Print what a cluster should refuse in the namespaces of communes and of their associations, for: kubectl apply -f -. Contacts nothing.",
    )
    .argument("[commune]", "the namespaces of this commune alone; those of every commune when absent")
    .option("--mirror", "the cluster has images from a mirror, under other names: leave the catalogue out")
    .option("--json", "print a Kubernetes List as JSON")
    .action((commune: string | undefined, { mirror, json }: Options, command: Command) => {
      if (commune !== undefined && !listCommunes(stacks).includes(commune))
        command.error(`error: no commune "${commune}" is declared in stacks/.`, { exitCode: 2 });
      const items = [...rulesManifests({ commune, hasMirror: mirror === true }), ...admissionManifests()];
      console.log(clusterText(items, json));
    });
}
