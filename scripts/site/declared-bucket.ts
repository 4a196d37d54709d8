import type { CommuneDeclaration } from "../../components/commune/declaration.ts";
import { loadCommune } from "../../components/commune/load.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { type BucketFiles, mediaKeys, objectsKeys } from "../../components/platform/media/plan.ts";
import type { Fetch } from "../../components/recovery/vault/files.ts";
import { sectionOf, services } from "../../components/services/index.ts";
import { type MediaFacts, tryMedia } from "./media.ts";

/** Tools with which a bucket is tried. */
export interface BucketSurroundings {
  /** Returns those secrets of these names that are set in the stack of a commune, by name. */
  keysOf(commune: string, names: readonly string[]): Promise<Readonly<Record<string, string>>>;
  fetch: Fetch;
}

/** A section of a commune that names a bucket for the files of services. */
interface FilesBucket {
  /** Option that tries it. */
  option: "media" | "objects";
  keys: { accessKey: string; secretKey: string };
  /** Text to write where it is not declared. */
  section: string;
  page: string;
  in(declaration: CommuneDeclaration): Omit<BucketFiles, "kind" | "prefix"> | undefined;
}

/** The bucket of `media:`. */
export const mediaBucket: FilesBucket = {
  ...{ option: "media", keys: mediaKeys, section: "media: { … }", page: "docs/platform.md" },
  in: ({ media }) => media,
};

/** The bucket of a service's `objects:`. */
export const objectsBucket: FilesBucket = {
  ...{
    option: "objects",
    keys: objectsKeys,
    section: "nextcloud: { objects: { … } }",
    page: "docs/nextcloud.md",
  },
  in: (declaration) => services.flatMap((service) => sectionOf(declaration, service)?.objects ?? [])[0],
};

/** Tries a bucket for the files of services, with the keys in the commune's stack. */
export async function triedMedia(
  stacks: string,
  commune: string | undefined,
  { option, keys, section, page, ...declared }: FilesBucket,
  { keysOf, fetch }: BucketSurroundings,
): Promise<MediaFacts> {
  if (commune === undefined)
    throw new TranslatedError({
      en: `--${option} needs a commune: npx commune site check <commune> --${option}`,
      fr: `--${option} demande une commune : npx commune site check <commune> --${option}`,
    });
  const loaded = loadCommune(stacks, commune);
  if (!loaded.ok) throw loaded.error;
  const found = declared.in(loaded.declaration);
  if (found === undefined)
    throw new TranslatedError({
      en: `${commune} declares no bucket of ${option}: write ${section} (${page}).`,
      fr: `${commune} ne déclare pas cet espace de stockage : écrivez ${section} (${page}).`,
    });
  const given = await keysOf(commune, Object.values(keys));
  const { [keys.accessKey]: accessKey, [keys.secretKey]: secretKey } = given;
  if (accessKey === undefined || secretKey === undefined)
    throw new TranslatedError({
      en: `the stack ${commune} has no keys to the bucket: npx pulumi config set --secret commune:${accessKey === undefined ? keys.accessKey : keys.secretKey} -s ${commune}`,
      fr: `la pile ${commune} n’a pas de clés de l’espace de stockage : npx pulumi config set --secret commune:${accessKey === undefined ? keys.accessKey : keys.secretKey} -s ${commune}`,
    });
  const { endpoint: address, region, bucket, addressing } = found;
  return tryMedia({ address, region, bucket, addressing, accessKey, secretKey }, fetch);
}
