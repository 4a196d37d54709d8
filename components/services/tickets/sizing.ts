import type { Resources } from "../../foundation/manifest/resources.ts";
import { proxyResources } from "../../platform/exposure/sidecar-proxy.ts";

/** What answers people: two processes of some 210 MiB each beside the one that started them (PSS, 28 November 2026). */
export const webResources: Resources = { cpu: 0.05, requestMiB: 512, limitMiB: 1024 };

/** What does what takes longer than a visitor waits: one process. */
export const workerResources: Resources = { cpu: 0.02, requestMiB: 256, limitMiB: 768 };

/** What brings the database to the version, and does what is due: one process that ends. */
export const onceResources: Resources = { cpu: 0.02, requestMiB: 192, limitMiB: 768 };

/** What its pods take at most, MiB. */
export function memoryOf(): { limitMiB: number } {
  const all = [webResources, workerResources, proxyResources, onceResources];
  return { limitMiB: all.reduce((sum, { limitMiB }) => sum + limitMiB, 0) };
}
