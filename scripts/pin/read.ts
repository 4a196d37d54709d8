import * as z from "zod";
import type { Image } from "../../components/foundation/image/catalogue.ts";
import type { LockedImage } from "../../components/foundation/image/lock.ts";
import {
  type RawManifest,
  type Registries,
  RegistryError,
} from "../../components/foundation/image/registry/index.ts";
import {
  indexSchema,
  indexTypes,
  manifestSchema,
  manifestTypes,
  platformsIn,
} from "../../components/foundation/image/registry/manifest.ts";
import { spoken } from "../language.ts";

const configuration = z.object({ os: z.string(), architecture: z.string() });

/** Reads from a registry what an image is now, with what the catalogue says of its software. Throws RegistryError. */
export async function readImage(
  reference: string,
  { licence, source }: Image,
  registries: Registries,
  today: string,
): Promise<LockedImage> {
  const manifest = await registries.manifest(reference);
  const platforms = await platformsOf(reference, manifest, registries);
  if (Object.keys(platforms).length === 0)
    throw new RegistryError(
      spoken({
        en: `${manifest.from} says of ${reference} for no kind of machine that it is for it.`,
        fr: `${manifest.from} ne dit de ${reference}, pour aucun type de machine, qu’elle est pour lui.`,
      }),
    );
  return { digest: manifest.digest, platforms, read: today, from: manifest.from, licence, source };
}

async function platformsOf(
  reference: string,
  { mediaType, bytes, digest, from }: RawManifest,
  registries: Registries,
): Promise<Record<string, string>> {
  const content: unknown = JSON.parse(bytes.toString("utf8"));
  if (indexTypes.some((type) => type === mediaType)) {
    const index = indexSchema.parse(content);
    return Object.fromEntries(Object.entries(platformsIn(index)).map(([kind, each]) => [kind, each.digest]));
  }
  if (!manifestTypes.some((type) => type === mediaType))
    throw new RegistryError(
      spoken({
        en: `${from} gave for ${reference} something of the type ${mediaType || "nothing"}, and not an image.`,
        fr: `${from} a donné pour ${reference} quelque chose du type ${mediaType || "nothing"}, et non une image.`,
      }),
    );
  const { config } = manifestSchema.parse(content);
  const { os, architecture } = configuration.parse(
    JSON.parse((await registries.whole(reference, config)).toString("utf8")),
  );
  return { [`${os}/${architecture}`]: digest };
}
