import { readTemplate } from "../../foundation/template/template.ts";
import type { CacheConnection } from "../../platform/cache/contract.ts";
import { lostServer } from "../../platform/lost-server/figures.ts";

type Cache = Pick<CacheConnection, "isSpread">;

/** Module of the settings with which a cache that was lost with its node is given up. */
const ours = "commune_settings";

/** Returns the module of the settings of pretix: that of the official image, or ours, which begins with it. */
export function settingsModule({ isSpread }: Cache): string {
  return isSpread ? ours : "production_settings";
}

/** Returns the file of that module; none if it is that of the image. */
export function settingsFiles({ isSpread }: Cache): Record<string, string> {
  if (!isSpread) return {};
  const name = `${ours}.py`;
  return {
    [name]: readTemplate(`services/tickets/pod/${name}`, {
      ANSWER: lostServer.answerSeconds,
      CONNECT: lostServer.connectSeconds,
      IDLE: lostServer.idleSeconds,
      INTERVAL: lostServer.intervalSeconds,
      PROBES: lostServer.probes,
      SILENT_MS: lostServer.silentSeconds * 1000,
    }),
  };
}
