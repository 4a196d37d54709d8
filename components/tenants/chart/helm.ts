import { execFileSync } from "node:child_process";

/** A chart that could not be rendered, told in one sentence. */
export class ChartError extends Error {
  override name = "ChartError";
}

/** The variable that names the program, where it is not on PATH. */
export const helmVariable = "COMMUNE_HELM";

/**
 * The version of Kubernetes that charts are told of. None of ours asks for it: test/components/tenants/charts.test.ts
 * renders each under two.
 */
export const kubernetesOfCharts = "1.31.0";

/** Nothing of whoever runs it: no repository, no plugin, no cluster. */
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

/** What `helm template` is asked for. */
export interface Rendering {
  /** Folder of the chart. */
  folder: string;
  release: string;
  namespace: string;
  /** Values, as JSON. */
  values: string;
}

/**
 * Runs `helm template`: no cluster is asked, and no hook or test is rendered. Throws ChartError.
 *
 * @param kubernetes what the chart is told of the cluster's version.
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
    return `Associations' applications are Helm charts, and there is no program ${program}. Install Helm 3 (https://helm.sh/docs/intro/install/), or name it: export ${helmVariable}=<its path>. Beside a local cluster there is one: eval "$(npx commune local env)".`;
  const said = (stderr ?? String(error))
    .split("\n")
    .filter((line) => line !== "" && !/symbolic link/.test(line));
  return `helm cannot render ${folder}: ${said.slice(-8).join(" ")}`;
}
