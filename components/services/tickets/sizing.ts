import type { Resources } from "../../foundation/manifest/resources.ts";
import { proxyResources } from "../../platform/exposure/sidecar-proxy.ts";

/** Resources of the web server: two processes of some 210 MiB each beside the one that started them (PSS, 28 November 2026). */
export const webResources: Resources = { cpu: 0.05, requestMiB: 512, limitMiB: 1024 };

/** Resources of the worker, for what takes longer than a visitor waits: one process. */
export const workerResources: Resources = { cpu: 0.02, requestMiB: 256, limitMiB: 768 };

/** Resources of migrations and of what is due: one process that ends. */
export const onceResources: Resources = { cpu: 0.02, requestMiB: 192, limitMiB: 768 };

/** Returns the most memory that its pods take, MiB. */
export function memoryOf(): { limitMiB: number } {
  const all = [webResources, workerResources, proxyResources, onceResources];
  return { limitMiB: all.reduce((sum, { limitMiB }) => sum + limitMiB, 0) };
}
