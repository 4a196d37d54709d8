import { dirname } from "node:path";
import { execa } from "execa";
import type { BucketAccess } from "../../../components/recovery/vault/access.ts";
import { ResticJudge } from "../../../components/recovery/vault/restic-judge.ts";
import { resticLocation } from "../../../components/recovery/vault/restic-location.ts";
import { resticOfTheImage } from "../keeper/restic.ts";

/** Address of a repository in a vault, and restic's credentials there. */
export interface Repository {
  /** Address of the vault: `http://127.0.0.1:8080`. */
  url: string;
  /** A folder of this machine, instead of a vault. */
  folder?: string;
  /** A bucket, instead of a vault. */
  bucket?: BucketAccess;
  /** `nextcloud/files-2026q4`. */
  path: string;
  user: string;
  /** The vault's; that of the repository is another one. */
  password: string;
  /** Folder for what restic remembers. */
  cache: string;
  /** Certificate of the authority of the vault's name, and the proxy that leads there; nothing over plain HTTP. */
  tls?: { caFile: string; proxy: string };
}

const repositoryPassword = "of this repository alone";

/** Tells what whoever has the password wrote. */
export const judge = new ResticJudge({
  restic: "restic",
  passwordOf: () => ({ RESTIC_PASSWORD: repositoryPassword }),
});

/** The restic of the local image, found by its name from here on. */
export async function installRestic(): Promise<void> {
  const folder = dirname(await resticOfTheImage());
  const path = process.env.PATH ?? "";
  if (!path.startsWith(`${folder}:`)) process.env.PATH = `${folder}:${path}`;
}

/** Runs restic against a vault. Says how it ended and what it printed. */
export async function restic(
  { url, folder, bucket, path, user, password, cache, tls }: Repository,
  words: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<{ code: number | undefined; said: string }> {
  const { protocol, host } = new URL(url);
  const inBucket = bucket && resticLocation(bucket, path);
  const hosted = `rest:${protocol}//${user}:${password}@${host}/${path}/`;
  const result = await execa(
    "restic",
    ["--cache-dir", cache, ...(tls ? ["--cacert", tls.caFile] : []), ...words],
    {
      env: {
        ...inBucket?.environment,
        RESTIC_REPOSITORY: folder ?? inBucket?.repository ?? hosted,
        RESTIC_PASSWORD: repositoryPassword,
        TZ: "UTC",
        ...(tls && { HTTPS_PROXY: tls.proxy }),
        ...more,
      },
      reject: false,
      all: true,
    },
  );
  return { code: result.exitCode, said: result.all };
}

/** Runs restic against a vault and returns what it printed. Throws unless it ends well. */
export async function well(repository: Repository, ...words: string[]): Promise<string> {
  const { code, said } = await restic(repository, words);
  if (code !== 0) throw new Error(`restic ${words.join(" ")} ended with ${code}:\n${said}`);
  return said;
}
