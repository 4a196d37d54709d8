import type { Resources } from "../../foundation/manifest/resources.ts";
import { proxyResources } from "../../platform/exposure/sidecar-proxy.ts";

/** Sympa's four programs in one container: some 70 MiB each of their own. */
export const sympaResources: Resources = { cpu: 0.02, requestMiB: 320, limitMiB: 768 };

/** What takes mail in: a process for each message that arrives at the same time, with the message in it. */
export const receiverResources: Resources = { cpu: 0.01, requestMiB: 32, limitMiB: 256 };

/** What sends mail on: one process. */
export const senderResources: Resources = { cpu: 0.01, requestMiB: 24, limitMiB: 128 };

/** What the pod takes at most, MiB. */
export function memoryOf(): { limitMiB: number } {
  const all = [sympaResources, receiverResources, senderResources, proxyResources];
  return { limitMiB: all.reduce((sum, { limitMiB }) => sum + limitMiB, 0) };
}
