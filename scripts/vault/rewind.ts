import { Command, InvalidArgumentError } from "commander";
import type { BucketAccess, VaultAccess } from "../../components/recovery/vault/access.ts";
import { BucketClient } from "../../components/recovery/vault/bucket/client.ts";
import { type Rewind, rewindBucket, rewindOf } from "../../components/recovery/vault/bucket/rewind.ts";
import type { Fetch } from "../../components/recovery/vault/files.ts";
import { spoken } from "../language.ts";

/** Tools that the command works with. */
interface RewindSurroundings {
  vaultsOf(id: string): Promise<Readonly<Record<string, VaultAccess>> | undefined>;
  fetch: Fetch;
}

interface Options {
  vault: string;
  before: Date;
  yes?: true;
  json?: true;
}

/** `commune vault rewind`: brings back the copies that a thief deleted or overwrote in a bucket. */
export function rewindCommand({ vaultsOf, fetch }: RewindSurroundings): Command {
  return new Command("rewind")
    .description(
      "Give a bucket back what was there before a moment: the oldest version of each object becomes its newest, and what came later is hidden. No version is deleted. Without --yes it only says what it would do.",
    )
    .argument("<commune>", "id of the commune")
    .requiredOption("--vault <name>", "the bucket, by its name in recovery.buckets")
    .requiredOption(
      "--before <moment>",
      "when the thief began, by the store's clock, such as 2026-11-30T02:00:00Z",
      momentOption,
    )
    .option("--yes", "do it; without it nothing is changed")
    .option("--json", "print what is to be done as JSON")
    .action(async (id: string, options: Options) => {
      const { vault, before, yes, json } = options;
      const client = new BucketClient(bucketIn(await vaultsOf(id), vault, id), fetch);
      const rewind = rewindOf(await client.versions(""), before);
      const isAsItWas = rewind.restore.length + rewind.hide.length === 0;
      if (json) console.log(JSON.stringify(rewind, undefined, 2));
      else if (isAsItWas)
        console.log(
          spoken({
            en: `${vault}: everything is as it was brought.`,
            fr: `${vault} : tout est comme cela a été apporté.`,
          }),
        );
      else console.log(rewindText(vault, rewind, before));
      if (isAsItWas) return;
      if (!yes) {
        console.error(
          spoken({
            en: "Nothing was changed. The same command with --yes does it.",
            fr: "Rien n’a été changé. La même commande avec --yes le fait.",
          }),
        );
        return;
      }
      await rewindBucket(client, rewind);
      if (!json)
        console.log(
          spoken({
            en: `${vault} gives again what was brought to it: npx commune recovery points ${id}`,
            fr: `${vault} donne de nouveau ce qui y a été apporté : npx commune recovery points ${id}`,
          }),
        );
    });
}

function bucketIn(
  vaults: Readonly<Record<string, VaultAccess>> | undefined,
  name: string,
  id: string,
): BucketAccess {
  const access = vaults?.[name];
  if (access !== undefined && "bucket" in access) return access;
  throw new Error(
    access === undefined
      ? spoken({
          en: `the stack ${id} does not say how a bucket ${name} is opened. Its vaults: ${Object.keys(vaults ?? {}).join(", ") || "none"}. Nothing was changed.`,
          fr: `la pile ${id} ne dit pas comment un espace de stockage ${name} s’ouvre. Ses coffres : ${Object.keys(vaults ?? {}).join(", ") || "aucun"}. Rien n’a été changé.`,
        })
      : spoken({
          en: `${name} is a neighbour's vault, which lets nobody delete. Nothing was changed.`,
          fr: `${name} est le coffre d’une commune voisine, qui ne laisse personne supprimer. Rien n’a été changé.`,
        }),
  );
}

function momentOption(text: string): Date {
  const moment = new Date(text);
  if (!/^\d{4}-\d{2}-\d{2}T.*Z$/.test(text) || Number.isNaN(moment.getTime()))
    throw new InvalidArgumentError(
      spoken({
        en: "Write a moment in UTC, such as 2026-11-30T02:00:00Z.",
        fr: "Écrivez un moment en UTC, comme 2026-11-30T02:00:00Z.",
      }),
    );
  return moment;
}

/** Returns the changes of a rewind, for people. */
function rewindText(vault: string, { restore, hide }: Rewind, before: Date): string {
  const examples = (keys: readonly string[]) =>
    keys
      .slice(0, 3)
      .map((key) => `    ${key}`)
      .concat(keys.length > 3 ? ["    …"] : []);
  return [
    `${vault}:`,
    spoken({
      en: `  ${restore.length} objects were deleted or written over: their oldest versions come back`,
      fr: `  ${restore.length} objets ont été supprimés ou remplacés : leurs plus anciennes versions reviennent`,
    }),
    ...examples(restore.map(({ key }) => key)),
    spoken({
      en: `  ${hide.length} objects came from ${before.toISOString()} on: they are hidden`,
      fr: `  ${hide.length} objets sont venus à partir du ${before.toISOString()} : ils sont cachés`,
    }),
    ...examples(hide),
    spoken({ en: "No version is deleted.", fr: "Aucune version n’est supprimée." }),
  ].join("\n");
}
