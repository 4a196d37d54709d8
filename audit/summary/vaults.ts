import { joined } from "../../components/foundation/language/numbers.ts";
import { isBucket, keptAt } from "../../components/recovery/vault/plan.ts";
import type { Asked, Told } from "./asked.ts";
import { inEach } from "./names.ts";

const lists = (value: unknown): string[] =>
  typeof value === "string" ? value.split(", ").filter((each) => each !== "") : [];

const words = { communes: { fr: "à", en: "at" }, bucket: { fr: "dans", en: "in" } };

/** Returns `à Bron et dans l’espace de stockage copies de s3.example`. A bucket that is gone has its name alone. */
function placesOf(hosts: readonly string[], { facts, names }: Asked) {
  const kept = facts.after.plan.keptVaults.filter(isBucket);
  const bucketOf = (host: string) => kept.find((bucket) => bucket.host === host);
  const communes = hosts.filter((host) => bucketOf(host) === undefined);
  const buckets = hosts.flatMap((host) => bucketOf(host) ?? []);
  return inEach((language) =>
    joined(
      [
        ...(communes.length > 0 ? [`${words.communes[language]} ${names.peers(communes)[language]}`] : []),
        ...buckets.map((bucket) => `${words.bucket[language]} ${keptAt(bucket, language)}`),
      ],
      language,
    ),
  );
}

/** Tells where copies are kept from now on, and where no more. */
export function vaults(asked: Asked): Told {
  const { change, facts } = asked;
  const hosts = facts.after.plan.keptVaults.map(({ host }) => host);
  const { from, to, name } = change;
  const [was, is] = name === "recovery.vaults" ? [lists(from), lists(to)] : [[], hosts];
  const come = is.filter((host) => !was.includes(host));
  const gone = was.filter((host) => !is.includes(host));
  const [there, left] = [placesOf(come, asked), placesOf(gone, asked)];
  if (come.length > 0) {
    const lost =
      gone.length === 0
        ? { fr: "", en: "" }
        : { fr: `, et plus ${left.fr}`, en: `, and no longer ${left.en}` };
    const also = was.length === 0 ? { fr: "", en: "" } : { fr: "aussi ", en: "also " };
    return {
      rank: gone.length > 0 ? "unsafe" : "opens",
      text: {
        fr: `vos copies seront ${also.fr}gardées, chiffrées, ${there.fr}${lost.fr}`,
        en: `your copies will ${also.en}be kept, encrypted, ${there.en}${lost.en}`,
      },
    };
  }
  if (hosts.length === 0)
    return {
      rank: "unsafe",
      text: {
        fr: "plus aucune copie ne sera gardée ailleurs",
        en: "no copy will be kept elsewhere any more",
      },
    };
  return gone.length === 0
    ? undefined
    : {
        rank: "unsafe",
        text: {
          fr: `vos copies ne seront plus gardées ${left.fr}`,
          en: `your copies will no longer be kept ${left.en}`,
        },
      };
}
