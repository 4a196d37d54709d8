import { ControlPlane } from "../../local/cluster/index.ts";
import { installOfficialPlugins, pluginChoices } from "../../local/plugins/official.ts";
import { buildToolchain } from "../../local/toolchain/index.ts";

/** The Kubernetes of these tests: no pod ever runs on it, and test/doubles/nodes/ says that they do. */
export const bareCluster = (): ControlPlane => new ControlPlane("bare");

/** Builds the programs that are missing and brings it up. */
export async function bringBareUp(signal: AbortSignal): Promise<void> {
  process.env.GOGC ??= "300";
  const report = () => undefined;
  const toolchain = await buildToolchain({ report, signal });
  // As for the other cluster: test/official sets it.
  const choice = pluginChoices.find((each) => each === process.env.COMMUNE_PLUGINS) ?? "local";
  const pluginsFrom = await installOfficialPlugins({ choice, toolchain, signal });
  await bareCluster().up({ toolchain, report, signal, ...(pluginsFrom && { pluginsFrom }) });
}
