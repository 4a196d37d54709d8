import type { ListrTask } from "listr2";
import { request } from "undici";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import type { Kubectl } from "../kubectl.ts";
import { spoken } from "../language.ts";
import type { Stack } from "../stack.ts";
import { agentFor, type Doorway } from "./doorway.ts";
import { lookAtHotspots } from "./hotspots.ts";
import { lookAtMastodon } from "./mastodon.ts";
import { lookAtNextcloud } from "./nextcloud.ts";
import { lookAtPeertube } from "./peertube.ts";
import { mastodonToken } from "./token.ts";

/** Input of a look: the address of a service, its first account, and the ways to both. */
interface Seen {
  commune: string;
  url: string;
  account: { user: string; password: string };
  kubectl: Kubectl;
  doorway: Doorway;
  /** Words about the software beside its version: that it is a double. */
  mark: string;
}

/**
 * Tries of the demo, as a user of each application would make them; an application that is not here is only asked
 * whether it answers.
 */
const looks: Readonly<Record<string, (seen: Seen) => Promise<string>>> = {
  nextcloud: async ({ url, account, doorway, mark }) => {
    const { status, version, bytesReadBack } = await lookAtNextcloud(url, account, doorway);
    return spoken({
      en: `answers ${status}, Nextcloud ${version}${mark}, a file of ${bytesReadBack} bytes put and read back`,
      fr: `répond ${status}, Nextcloud ${version}${mark}, un fichier de ${bytesReadBack} octets écrit et relu`,
    });
  },
  mastodon: async ({ commune, url, account: { user }, kubectl, doorway, mark }) => {
    const token = await mastodonToken(commune, user, kubectl);
    const { status, version } = await lookAtMastodon(url, { owner: user, token }, doorway);
    return spoken({
      en: `answers ${status}, Mastodon ${version}${mark}, a post written and read in @${user}'s public feed`,
      fr: `répond ${status}, Mastodon ${version}${mark}, un message écrit et lu dans le fil public de @${user}`,
    });
  },
  peertube: async ({ url, account, doorway, mark }) => {
    const { status, version, bytes } = await lookAtPeertube(url, account, doorway);
    return spoken({
      en: `answers ${status}, PeerTube ${version}${mark}, a video of ${bytes} bytes uploaded and read back`,
      fr: `répond ${status}, PeerTube ${version}${mark}, une vidéo de ${bytes} octets envoyée et relue`,
    });
  },
};

async function lookAtPage({ url, doorway }: Seen): Promise<string> {
  const dispatcher = agentFor(doorway);
  try {
    const { statusCode, body } = await request(url, { dispatcher });
    await body.dump();
    return `answers ${statusCode}`;
  } finally {
    await dispatcher.close();
  }
}

/** Access of the steps to what they look at. */
export interface LookOptions<Context> {
  openStack: () => Stack;
  kubectl: () => Kubectl;
  doorway: () => Doorway;
  /** Words about a service's software beside its version. */
  mark: (service: string, context: Context) => string;
}

/**
 * One step per service: look at it from outside, as the people who use it would.
 *
 * @param declared services of the commune, and whether it has public Wi-Fi.
 */
export function lookTasks<Context>(
  commune: string,
  { services, hotspots: hasHotspots }: { services: readonly string[]; hotspots: boolean },
  { openStack, kubectl, doorway, mark }: LookOptions<Context>,
): ListrTask<Context>[] {
  const look = (service: string): ListrTask<Context> => ({
    title: service,
    task: async (context, task) => {
      const { addresses, accounts } = await openStack().outputs();
      const [url, account] = [addresses[service], accounts[service]];
      if (!url || !account)
        throw new TranslatedError({
          en: `the stack of ${commune} says no address of ${service}.`,
          fr: `la pile de ${commune} ne dit pas l’adresse de ${service}.`,
        });
      const seen = {
        commune,
        url,
        account,
        kubectl: kubectl(),
        doorway: doorway(),
        mark: mark(service, context),
      };
      task.title = `${service.padEnd(15)} ${url} ${await (looks[service] ?? lookAtPage)(seen)}`;
    },
  });
  return [
    ...services.map(look),
    {
      title: "hotspots",
      enabled: hasHotspots,
      task: async (_context, task) => {
        const { hotspots, federation } = await openStack().outputs();
        if (!hotspots.url || !hotspots.keys)
          throw new TranslatedError({
            en: `${commune} declares no hotspots.`,
            fr: `${commune} ne déclare pas de bornes.`,
          });
        const { url, keys } = hotspots;
        const { status, points, bytes, map } = await lookAtHotspots(
          { url, keys },
          federation.domain,
          doorway(),
        );
        task.title = spoken({
          en: `hotspots        ${url} answers ${status}, one of ${points} points given ${bytes} bytes of configuration; a map of ${map} bytes`,
          fr: `bornes          ${url} répond ${status}, une de ${points} bornes a reçu ${bytes} octets de configuration ; une carte de ${map} octets`,
        });
      },
    },
  ];
}
