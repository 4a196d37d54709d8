import { Command } from "commander";
import yaml from "js-yaml";
import { clusterExceptions } from "../audit/approval/exceptions.ts";
import { listCommunes } from "../components/commune/load.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import type { ClusterObject } from "../components/tenants/admission/manifests.ts";
import { rulesManifests, tenantManifests } from "../policies/admission.ts";
import type { RuleException } from "../policies/exceptions.ts";
import { spoken } from "./language.ts";
import { undeclared } from "./undeclared.ts";

/** Objects of a cluster as `kubectl apply` reads them. */
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

/**
 * Text that says what is left out, until when, and what to do then: the cluster itself knows no day.
 *
 * @param words the command, as it is to be given again.
 */
export function leftOut(exceptions: readonly RuleException[], words: string): string {
  const [first] = exceptions.map(({ expires }) => expires).sort();
  return [
    spoken({
      en: "Left out, as signed exceptions allow:",
      fr: "Laissé de côté, comme le permettent des exceptions signées :",
    }),
    ...exceptions.map(({ rule, object, expires }) =>
      spoken({
        en: `  ${rule} at ${object}, until ${expires}`,
        fr: `  ${rule} sur ${object}, jusqu’au ${expires}`,
      }),
    ),
    spoken({
      en: `A cluster does not see that a day is over. After ${first}, tell it again: npx commune ${words} | kubectl --context <name> apply -f -`,
      fr: `Un cluster ne voit pas qu’un jour est passé. Après le ${first}, dites-le-lui de nouveau : npx commune ${words} | kubectl --context <nom> apply -f -`,
    }),
  ].join("\n");
}

/** `commune admission [id]`: the rules of policies/ that a cluster can enforce, and those of associations. */
export function admissionCommand(stacks = repositoryFile("stacks")): Command {
  return new Command("admission")
    .description(
      "Print what a cluster should refuse in the namespaces of communes and of their associations, for: kubectl --context <name> apply -f -. Contacts nothing.",
    )
    .argument("[commune]", "the namespaces of this commune alone; those of every commune when absent")
    .option("--mirror", "the cluster has images from a mirror, under other names: leave the catalogue out")
    .option("--json", "print a Kubernetes List as JSON")
    .action((commune: string | undefined, { mirror, json }: Options, command: Command) => {
      const declared = listCommunes(stacks);
      if (commune !== undefined && !declared.includes(commune))
        command.error(undeclared(commune, declared), { exitCode: 2 });
      const today = new Date().toISOString().slice(0, 10);
      const known = clusterExceptions(stacks, today);
      // Associations' policies are the same for all communes, so that they have what every one of them allows.
      const all = [...known.values()].flat();
      const exceptions = commune === undefined ? all : (known.get(commune) ?? []);
      const items = [
        ...rulesManifests({ commune, hasMirror: mirror === true, exceptions }),
        ...tenantManifests(all),
      ];
      console.log(clusterText(items, json));
      const words = [
        "admission",
        ...(commune === undefined ? [] : [commune]),
        ...(mirror ? ["--mirror"] : []),
      ];
      if (exceptions.length > 0) console.error(leftOut(exceptions, words.join(" ")));
    });
}
