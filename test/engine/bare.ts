import { ControlPlane } from "../../local/cluster/index.ts";
import { buildToolchain } from "../../local/toolchain/index.ts";

/** The Kubernetes of these tests: no pod ever runs on it, and test/doubles/nodes/ says that they do. */
export const bareCluster = (): ControlPlane => new ControlPlane("bare");

/** Builds the programs that are missing and brings it up. */
export async function bringBareUp(): Promise<void> {
  process.env.GOGC ??= "300";
  const report = () => undefined;
  await bareCluster().up({ toolchain: await buildToolchain({ report }), report });
}
