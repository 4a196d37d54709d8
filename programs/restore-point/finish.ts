import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CopiedVolume } from "../../components/foundation/restore-point/contract.ts";
import {
  canonical,
  digestOf,
  type Head,
  pointId,
  pointName,
  signHead,
} from "../../components/recovery/points/head.ts";
import {
  type DumpPart,
  type FilesPart,
  filesIn,
  type PointManifest,
  type PointPart,
} from "../../components/recovery/points/manifest.ts";
import { sealManifest } from "../../components/recovery/points/sealed.ts";
import { type Begun, workFiles } from "../../components/recovery/points/settings.ts";
import { repositoryPath } from "../../components/recovery/vault/names.ts";
import type { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { shortLived } from "./bucket/lifecycle.ts";
import { listedBucket } from "./bucket/take.ts";
import { thaw } from "./freeze.ts";
import { proveAt, resticIn } from "./proof.ts";
import type { Restic, Summary } from "./restic.ts";
import { share } from "./share.ts";
import { sourcesOf } from "./sources.ts";
import type { Surroundings } from "./surroundings.ts";
import { openVaults, type TakenPoint } from "./vaults.ts";

/**
 * Copies the files, reads everything back, proves the repository, and writes the manifest: until then there is no point,
 * whatever is at the vault. Then each vault receives what another one has, and everything that it lists is proved: if that
 * fails, the point counts all the same, and the run fails.
 */
export async function finish(around: Surroundings): Promise<TakenPoint> {
  const { settings, folders, say } = around;
  const begun = JSON.parse(readFileSync(join(folders.work, workFiles.begun), "utf8")) as Begun;
  const path = repositoryPath(begun.repository);
  const vaults = openVaults(around);
  const first = vaults.find(({ host }) => host === begun.host);
  if (first === undefined) throw new Error(`the vault at ${begun.host} is not declared any more`);
  const others = vaults.filter((vault) => vault !== first);
  const restic = resticIn(first, path, around);
  const parts = await copiedParts(restic, path, around);
  parts.push(...(await listedBucket(restic, path, around)));
  const expiring = await shortLived(around);
  refuseShrunk(parts, begun, around);
  const snapshots = parts.flatMap((part) => ("snapshot" in part ? part.snapshot : []));
  const problem = await proveAt(first, [], { path, must: snapshots }, around);
  if (problem !== undefined) throw new Error(problem);
  const { head, text } = written(await manifestOf(first, path, { begun, parts }, around), begun, around);
  const name = pointName(settings.service, head.sequence);
  await first.put(`once/${name}`, text);
  await sayComplete(first, path, head);
  say(`restore point ${pointId(head)} of ${settings.service} is at ${first.host}`);
  const { proved, damaged, failed } = await share({ first, others }, { path, snapshots }, around);
  for (const line of [...damaged, expiring ?? []].flat()) say(line);
  if (failed.length > 0) {
    const hosts = [...new Set([first.host, ...Object.keys(proved)])].join(", ");
    throw new Error(`restore point ${pointId(head)} is at ${hosts} alone. ${failed.join("; ")}`);
  }
  return { head, proved, damaged, expiring };
}

/** Moment as a head has it. */
const secondOf = (at: Date) => at.toISOString().replace(/\.\d+Z$/, "Z");

/** Rows as the container before left them, and files as they are. People wait for no more than that. */
async function copiedParts(restic: Restic, path: string, around: Surroundings): Promise<PointPart[]> {
  try {
    const { database } = around.settings;
    const parts: PointPart[] = [];
    if (database !== undefined) parts.push(await dumped(restic, database, path, around));
    else writeFileSync(join(around.folders.work, workFiles.takenAt), secondOf(around.now()));
    for (const volume of around.settings.volumes) parts.push(await copied(restic, volume, path, around));
    return parts;
  } finally {
    thaw(around);
  }
}

const work = ({ folders }: Surroundings, name: keyof typeof workFiles) =>
  readFileSync(join(folders.work, workFiles[name]), "utf8").trim();

/** The dump as the container before left it, and as it is read back. */
async function dumped(
  restic: Restic,
  database: string,
  repository: string,
  around: Surroundings,
): Promise<DumpPart> {
  const summary = JSON.parse(work(around, "dump")) as Summary;
  const { id, files, bytes } = await restic.readBack(summary.snapshot_id);
  if (files !== 1 || bytes !== summary.total_bytes_processed || bytes === 0) {
    throw new Error(`the dump has ${summary.total_bytes_processed} bytes, and the vault has ${bytes} of it`);
  }
  const { engine } = around.settings;
  const [version = "", system = ""] = work(around, "server").split("\n");
  const rows = work(around, "rows")
    .split("\n")
    .map((line) => line.split("\t"));
  return {
    ...{ kind: "dump", database, repository, snapshot: id, bytes },
    ...(engine && { engine }),
    rows: Object.fromEntries(rows.map(([table = "", count = ""]) => [table, Number(count)])),
    server: { version, system },
  };
}

/** Copies one volume. What is to be in the point and is not there is a failure: restic 0.18 passes over it with code 0. */
async function copied(
  restic: Restic,
  volume: CopiedVolume,
  repository: string,
  { folders, settings, say }: Surroundings,
): Promise<FilesPart> {
  const { name, paths } = volume;
  const { root, chosen, excluded, left } = sourcesOf(volume, folders);
  const [first] = paths ?? [];
  if (!existsSync(first === undefined ? root : join(root, first))) {
    throw new Error(`${first ?? "the volume"} is not there: ${name} is not mounted, or was never filled`);
  }
  const summary = await restic.json<Summary>([
    ...["backup", "--quiet", "--json", "--host", settings.commune, "--tag", "files"],
    ...excluded,
    "--",
    ...chosen,
  ]);
  const { id, tree, ...found } = await restic.readBack(summary.snapshot_id);
  if (found.files !== summary.total_files_processed || found.bytes !== summary.total_bytes_processed) {
    throw new Error(
      `${name} has ${summary.total_files_processed} files, and the vault has ${found.files} of them`,
    );
  }
  say(`${name}: ${found.files} files, ${found.bytes} bytes`);
  return {
    kind: "files",
    volume: name,
    repository,
    snapshot: id,
    tree,
    ...found,
    excluded: left,
  };
}

/** An empty volume under a running service has been copied over good points before (backube/volsync#1211). */
function refuseShrunk(
  parts: readonly PointPart[],
  { filesBefore }: Begun,
  { maySmaller, settings }: Surroundings,
): void {
  const files = filesIn(parts);
  if (maySmaller || filesBefore === undefined || files * 2 >= filesBefore) return;
  throw new Error(
    `there were ${filesBefore} files and there are ${files}: no point is taken of that by itself. If it is right: npx commune recovery point ${settings.commune} --service ${settings.service} --smaller`,
  );
}

async function manifestOf(
  vault: OpenVault,
  path: string,
  { begun, parts }: { begun: Begun; parts: PointPart[] },
  around: Surroundings,
): Promise<PointManifest> {
  const { settings, identity, reason } = around;
  const { commune, service, incarnation, running, keys, declaration } = settings;
  const file = async (name: string) => (await vault.get(`${path}/${name}`))?.toString("base64") ?? "";
  const names = [...(await vault.list(path, "keys")).keys()];
  const opening = await Promise.all(names.map(async (key) => [key, await file(`keys/${key}`)] as const));
  return {
    form: 1,
    ...{ commune, service, incarnation, sequence: begun.sequence },
    ...{ takenAt: work(around, "takenAt"), vaultDate: begun.vaultDate, reason, declaration },
    ...{ seed: identity.seed, keys: [...keys], running, parts },
    repositories: { [path]: { config: await file("config"), keys: Object.fromEntries(opening) } },
    complete: true,
  };
}

/** The point as it lies at every vault: the same bytes. */
function written(manifest: PointManifest, { previous }: Begun, { identity, key, password }: Surroundings) {
  const { commune, service, incarnation, sequence, takenAt } = manifest;
  const head = signHead(
    {
      ...{ form: 1, commune, service, incarnation, sequence, previous, takenAt },
      manifest: digestOf(canonical(manifest)),
    },
    identity.signer,
    key,
  );
  return { head, text: Buffer.from(JSON.stringify({ head, sealed: sealManifest(manifest, password) })) };
}

/** Reports to the host that a later generation has a complete point: it may remove those that are past their day. */
async function sayComplete(vault: OpenVault, path: string, head: Head): Promise<void> {
  if ((await vault.get(`${path}/complete`)) !== undefined) return;
  await vault.put(`${path}/complete`, Buffer.from(`${pointName(head.service, head.sequence)}\n`));
}
