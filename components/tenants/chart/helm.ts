import { execFileSync } from "node:child_process";

/** A chart that could not be rendered, with the reason in one sentence. */
export class ChartError extends Error {
  override name = "ChartError";
}

/** Environment variable with the path of helm, if it is not on PATH. */
export const helmVariable = "COMMUNE_HELM";

/**
 * Version of Kubernetes that charts are rendered for. None of ours depends on it:
 * test/components/tenants/charts.test.ts renders each for two.
 */
export const kubernetesOfCharts = "1.31.0";

/** Environment without anything of the user's: no repository, no plugin, no cluster. */
const environment = (): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HELM_NO_PLUGINS: "1",
  HELM_PLUGINS: "/nonexistent",
  HELM_REPOSITORY_CONFIG: "/nonexistent",
  HELM_CACHE_HOME: "/nonexistent",
  HELM_CONFIG_HOME: "/nonexistent",
  HELM_DATA_HOME: "/nonexistent",
  KUBECONFIG: "/nonexistent",
});

/** Inputs of `helm template`. */
export interface Rendering {
  /** Folder of the chart. */
  folder: string;
  release: string;
  namespace: string;
  /** Values, as JSON. */
  values: string;
}

/**
 * Runs `helm template`, without a cluster, hooks or tests. Throws ChartError.
 *
 * @param kubernetes version of Kubernetes to render for.
 */
export function helmTemplate(
  { folder, release, namespace, values }: Rendering,
  kubernetes = kubernetesOfCharts,
): string {
  const program = process.env[helmVariable] ?? "helm";
  const options = ["--namespace", namespace, "--kube-version", kubernetes, "--no-hooks", "--skip-tests"];
  try {
    return execFileSync(program, ["template", release, folder, ...options, "--values", "-"], {
      input: values,
      encoding: "utf8",
      env: environment(),
      maxBuffer: 64 * 1024 ** 2,
      stdio: ["pipe", "pipe", "pipe"],
    });
  } catch (error) {
    throw new ChartError(explained(error, program, folder), { cause: error });
  }
}

function explained(error: unknown, program: string, folder: string): string {
  const { code, stderr } = error as { code?: string; stderr?: string };
  if (code === "ENOENT")
    return `Associations' applications are Helm charts, and the program ${program} does not exist. Install Helm 3 (https://helm.sh/docs/intro/install/), or name it: export ${helmVariable}=<its path>. A local cluster comes with one: eval "$(npx commune local env)".`;
  const said = (stderr ?? String(error))
    .split("\n")
    .filter((line) => line !== "" && !/symbolic link/.test(line));
  return `helm cannot render ${folder}: ${said.slice(-8).join(" ")}`;
}
