import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseReference, referenceText } from "./reference.ts";

/** Beside the kubeconfig of a cluster that `commune local up` made: every image that it has, by each of its names. */
export const importedFile = "imported.json";

/** Returns the command that brings images which no declared commune runs onto the cluster of a name. */
export const importCommand = (images: readonly string[], cluster = "commune") =>
  `npx commune local up${cluster === "commune" ? "" : ` --cluster ${cluster}`} --also ${images.join(" ")}`;

/**
 * Returns why pods would wait for ever: a cluster of `commune local up` asks no registry, and lacks an image. undefined
 * if it has them all, and on every other cluster.
 *
 * @param kubeconfig path of the one in use.
 * @param here folder where the next command is typed.
 */
export function importProblem(
  commune: string,
  images: readonly string[],
  kubeconfig = "",
  here = process.cwd(),
): string | undefined {
  const cluster = dirname(kubeconfig);
  const file = join(cluster, importedFile);
  if (kubeconfig === "" || !existsSync(file)) return undefined;
  const imported = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
  const absent = [...new Set(images)].filter((image) => !(nameOf(image) in imported));
  if (absent.length === 0) return undefined;
  const it = absent.length === 1 ? "it" : "them";
  const state = dirname(cluster);
  // The tour's copy works on the cluster of the repository around it.
  const repository = basename(state) === ".local" ? dirname(state) : here;
  const bring = `${repository === here ? "" : `cd ${repository} && `}${importCommand(absent, basename(cluster))}`;
  return `${commune} runs ${absent.join(" and ")}, and the cluster of this machine, which asks no registry, does not have ${it}. Bring ${it} there first, built where that was not done yet: ${bring}\nNothing was changed.`;
}

/** As containerd finds an image: by its digest where there is one. */
function nameOf(image: string): string {
  const parsed = parseReference(image);
  return referenceText(parsed.digest === undefined ? parsed : { ...parsed, tag: undefined });
}
