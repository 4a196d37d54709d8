import type { Resources } from "../../foundation/manifest/resources.ts";
import { proxyResources } from "../../platform/exposure/sidecar-proxy.ts";

/** Sympa's four programs in one container: some 70 MiB each of their own. */
export const sympaResources: Resources = { cpu: 0.02, requestMiB: 320, limitMiB: 768 };

/** Resources of the receiver: a process for each message that arrives at the same time, with the message in it. */
export const receiverResources: Resources = { cpu: 0.01, requestMiB: 32, limitMiB: 256 };

/** Resources of the sender: one process. */
export const senderResources: Resources = { cpu: 0.01, requestMiB: 24, limitMiB: 128 };

/** Returns the most memory that the pod takes, MiB. */
export function memoryOf(): { limitMiB: number } {
  const all = [sympaResources, receiverResources, senderResources, proxyResources];
  return { limitMiB: all.reduce((sum, { limitMiB }) => sum + limitMiB, 0) };
}
