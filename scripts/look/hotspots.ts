import { createHash } from "node:crypto";
import { type Agent, request } from "undici";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { mapPath } from "../../components/places/map/published.ts";
import { agentFor, type Doorway } from "./doorway.ts";

/** Result of a look at the public Wi-Fi. */
export interface HotspotsLook {
  /** HTTP status of what a point asks first. */
  status: number;
  /** Points that have a key. */
  points: number;
  /** Bytes of the configuration that one of them was given. */
  bytes: number;
  /** Bytes of the public map, as sent. */
  map: number;
}

/**
 * Looks at the public Wi-Fi as one of its points and as a passer-by would: asks for a configuration and checks it
 * against what was announced, then opens the map.
 *
 * @param domain the commune's, which the map is below.
 * @throws when what is given is not what was announced, or the map is not public.
 */
export async function lookAtHotspots(
  { url, keys }: { url: string; keys: Readonly<Record<string, string>> },
  domain: string,
  doorway: Doorway,
): Promise<HotspotsLook> {
  const dispatcher = agentFor(doorway);
  try {
    const [[uuid, key] = []] = Object.entries(keys);
    if (uuid === undefined || key === undefined)
      throw new TranslatedError({ en: `${url} has no points.`, fr: `${url} n’a pas de bornes.` });
    const ask = (question: string) => get(`${url}/controller/${question}/${uuid}/?key=${key}`, dispatcher);
    const announced = await ask("checksum");
    const archive = await ask("download-config");
    const md5 = createHash("md5").update(archive.body).digest("hex");
    if (md5 !== announced.body.toString().trim()) {
      throw new TranslatedError({
        en: `${url} gave point ${uuid} another configuration than it announced.`,
        fr: `${url} a donné à la borne ${uuid} une autre configuration que celle annoncée.`,
      });
    }
    const map = await get(`https://${domain}${mapPath}`, dispatcher);
    return {
      status: announced.status,
      points: Object.keys(keys).length,
      bytes: archive.body.length,
      map: map.body.length,
    };
  } finally {
    await dispatcher.close();
  }
}

/** Its error names no query: that holds a point's key. */
async function get(address: string, dispatcher: Agent): Promise<{ status: number; body: Buffer }> {
  const { statusCode, body } = await request(address, {
    dispatcher,
    headers: { "accept-encoding": "br" },
  });
  const bytes = Buffer.from(await body.arrayBuffer());
  if (statusCode !== 200)
    throw new TranslatedError({
      en: `${address.replace(/\?.*/, "")} answered ${statusCode}, not 200.`,
      fr: `${address.replace(/\?.*/, "")} a répondu ${statusCode}, pas 200.`,
    });
  return { status: statusCode, body: bytes };
}
