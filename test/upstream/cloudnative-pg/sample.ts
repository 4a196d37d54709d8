import { deployed } from "../../../components/foundation/image/deployed.ts";
import { withPods } from "../../../components/foundation/manifest/pod-template.ts";
import { databaseCluster } from "../../../components/platform/database/cluster.ts";

/** Every field of a cluster of PostgreSQL servers that the toolkit may write, at a site that has every setting. */
export function everyField(): object {
  const cluster = databaseCluster({
    ...{
      commune: "bron",
      server: "database",
      major: "17",
      availability: "node-loss",
      upgradeFrom: undefined,
    },
    ...{ memoryMiB: 512, storageGiB: 20, storageClass: "fast", isCopied: true },
  });
  const lock = {};
  const scheduled = withPods({ ...cluster }, (pod) => ({
    ...pod,
    nodeSelector: { pool: "communes" },
    tolerations: [
      { key: "dedicated", operator: "Equal", value: "communes", effect: "NoExecute", tolerationSeconds: 30 },
    ],
    priorityClassName: "public-services",
  }));
  return deployed(scheduled, { lock, mirrors: {}, pullSecret: "registry" });
}
