import type { ListrTask } from "listr2";
import type { Stack } from "../stack.ts";
import type { Doorway } from "./doorway.ts";
import { lookAtHotspots } from "./hotspots.ts";
import { lookAtMastodon } from "./mastodon.ts";
import { lookAtNextcloud } from "./nextcloud.ts";
import { lookAtPeertube } from "./peertube.ts";
import { mastodonToken } from "./token.ts";

/** One step per service: look at it from outside, as the people who use it would. */
export function lookTasks<Context>(
  commune: string,
  openStack: () => Stack,
  environment: () => NodeJS.ProcessEnv,
  doorway: () => Doorway,
): ListrTask<Context>[] {
  const look = (
    service: "nextcloud" | "mastodon" | "peertube",
    see: (url: string, account: { user: string; password: string }) => Promise<string>,
  ): ListrTask<Context> => ({
    title: service,
    task: async (_context, task) => {
      const { addresses, accounts } = await openStack().outputs();
      const [url, account] = [addresses[service], accounts[service]];
      if (!url || !account) throw new Error(`${commune} declares no ${service}.`);
      task.title = `${service.padEnd(15)} ${url} ${await see(url, account)}`;
    },
  });
  return [
    look("nextcloud", async (url, account) => {
      const { status, version, bytesReadBack } = await lookAtNextcloud(url, account, doorway());
      return `answers ${status}, Nextcloud ${version}*, a file of ${bytesReadBack} bytes put and read back`;
    }),
    look("mastodon", async (url, { user }) => {
      const token = await mastodonToken(commune, user, environment());
      const { status, version } = await lookAtMastodon(url, { owner: user, token }, doorway());
      return `answers ${status}, Mastodon ${version}*, a post written and read in @${user}'s public feed`;
    }),
    look("peertube", async (url, account) => {
      const { status, version, bytes } = await lookAtPeertube(url, account, doorway());
      return `answers ${status}, PeerTube ${version}*, a video of ${bytes} bytes uploaded and read back`;
    }),
    {
      title: "hotspots",
      task: async (_context, task) => {
        const { hotspots, federation } = await openStack().outputs();
        if (!hotspots.url || !hotspots.keys) throw new Error(`${commune} declares no hotspots.`);
        const { url, keys } = hotspots;
        const { status, points, bytes, map } = await lookAtHotspots(
          { url, keys },
          federation.domain,
          doorway(),
        );
        task.title = `hotspots        ${url} answers ${status}, one of ${points} points given ${bytes} bytes of configuration; a map of ${map} bytes`;
      },
    },
  ];
}
