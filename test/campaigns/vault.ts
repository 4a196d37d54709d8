import { createHash, randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { lockDays } from "../../components/recovery/vault/bucket/lock.ts";
import { copyVault } from "../../components/recovery/vault/copy.ts";
import { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { scrub } from "../../programs/vault/scrub.ts";
import { passOf } from "../components/recovery/passes.ts";
import { repositoryAt, VaultProcess } from "../programs/vault/process.ts";
import { installRestic, judge, type Repository, restic, well } from "../programs/vault/restic.ts";
import { openVault, settings } from "../programs/vault/vault.ts";
import { seaweedfs } from "../seaweedfs/build.ts";
import { Store } from "../seaweedfs/store.ts";
import { type KilledVault, killedBucket, killedServer } from "./vault/killed.ts";

/** A generator of numbers from 0 to 1, the same ones for the same seed. */
function numbers(seed: number): () => number {
  let state = createHash("sha256").update(String(seed)).digest();
  return () => {
    state = createHash("sha256").update(state).digest();
    return state.readUInt32BE(0) / 2 ** 32;
  };
}

async function inFolder<Outcome>(use: (folder: string) => Promise<Outcome>): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "vault-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Counts of backups whose vault was killed. */
export interface KillsSeen {
  backups: number;
  kills: number;
}

/**
 * Kills a vault, or the store of a bucket, at random moments of backups by Debian's restic. Throws unless each backup ends
 * well, no file is ever wrong under its name, and everything is restored as it was.
 *
 * @param kibPerSecond how fast restic uploads; as fast as it can when absent.
 */
export async function killsCampaign({
  seed,
  kills,
  mib,
  kibPerSecond,
  start = killedServer,
}: {
  seed: number;
  kills: number;
  /** New bytes of each backup, MiB. */
  mib: number;
  kibPerSecond?: number | undefined;
  /** Starts the vault below a folder; this project's own when absent. */
  start?: (folder: string) => Promise<KilledVault>;
}): Promise<KillsSeen> {
  await installRestic();
  return inFolder(async (folder) => {
    const next = numbers(seed);
    const vault = await start(folder);
    const { repository } = vault;
    const source = join(folder, "source");
    mkdirSync(source);
    const limit = kibPerSecond === undefined ? [] : ["--limit-upload", String(kibPerSecond)];
    // How long an upload takes, at most: a kill after its end is none.
    const seconds = kibPerSecond === undefined ? 0.2 + mib / 100 : (mib * 1024) / kibPerSecond;
    let backups = 0;
    try {
      await well(repository, "init");
      while (vault.kills < kills) {
        writeFileSync(join(source, `${backups}`), randomBytes(mib * 1024 * 1024));
        const running = restic(repository, ["backup", "--host", settings.guest, ...limit, source]);
        let ended = false;
        void running.finally(() => {
          ended = true;
        });
        // restic gives up at once on a repository that it cannot open, and goes on with one that it has locked.
        while (!ended && !(await vault.isLocked())) await Promise.race([running, sleep(20)]);
        for (let planned = 0; planned < 3 && !ended && vault.kills < kills; planned += 1) {
          await Promise.race([running, sleep(next() * seconds * 1000)]);
          if (ended) break;
          await vault.kill();
          await sleep(next() * 300);
          await vault.start();
          // What is under its name stays as it is, whether the vault runs or not.
          const wrong = await vault.wrongFiles();
          if (wrong.length > 0) throw new Error(`seed ${seed}, kill ${vault.kills}: ${wrong} are wrong`);
        }
        const { code, said } = await running;
        if (code !== 0) throw new Error(`seed ${seed}, backup ${backups} ended with ${code}:\n${said}`);
        backups += 1;
      }
      await well(repository, "unlock");
      await well(repository, "check", "--read-data");
      await well(repository, "restore", "latest", "--target", join(folder, "back"));
      for (const name of readdirSync(source)) {
        const [before, after] = [source, join(folder, "back", source)].map((root) =>
          readFileSync(join(root, name)),
        );
        if (before === undefined || after === undefined || !before.equals(after)) {
          throw new Error(`seed ${seed}: ${name} is not as it was`);
        }
      }
      return { backups, kills: vault.kills };
    } finally {
      await vault.close();
    }
  });
}

/** Counts of files that rotted. */
export interface RotSeen {
  damages: number;
  found: number;
}

/**
 * Flips a bit or cuts off the end of one file at a time, of all that a real backup left, locks apart. Throws unless the
 * host's look, without a key, finds exactly that file, a copy from a second vault brings it back as it was, and restic
 * is content in the end.
 */
export async function rotCampaign({
  seed,
  count,
  second: open = serverBeside,
}: {
  seed: number;
  count: number;
  /** Opens the second vault; another one of this project's own when absent. */
  second?: OpensSecond;
}): Promise<RotSeen> {
  await installRestic();
  return inFolder(async (folder) => {
    const next = numbers(seed);
    const vault = await VaultProcess.start(folder);
    const repository = repositoryAt(vault.url, join(folder, "cache"));
    const source = join(folder, "source");
    mkdirSync(source);
    for (let index = 0; index < 40; index += 1) {
      writeFileSync(join(source, `${index}`), randomBytes(Math.floor(next() * 100_000)));
    }
    try {
      await well(repository, "init");
      await well(repository, "backup", "--host", settings.guest, source);
    } finally {
      await vault.kill();
    }
    const volume = join(folder, "volume");
    const root = join(volume, repository.path);
    const files = readdirSync(root, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && !entry.name.includes(".") && !entry.parentPath.endsWith("locks"))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    // Each kind in turn, packs late: after one of them has been lost, a copy always compares everything.
    const kindOf = (path: string) => relative(root, path).split("/")[0];
    const kinds = [...new Set(files.map(kindOf))].reverse();
    // What is in quarantine counts.
    const first = await openVault(volume, { quotaBytes });
    const { user, password } = repository;
    const here = new OpenVault(settings.host, { address: first.url, user, password }, fetch);
    const second = await open(join(folder, "second"), { user, password });
    let found = 0;
    try {
      await copyVault(here, second.vault, { judge });
      for (let damage = 0; damage < count; damage += 1) {
        const ofKind = files.filter((file) => kindOf(file) === kinds[damage % kinds.length]);
        const path = ofKind[Math.floor(next() * ofKind.length)] ?? root;
        const whole = readFileSync(path);
        const at = Math.floor(next() * whole.length);
        if (next() < 0.5) truncateSync(path, at);
        else writeFileSync(path, flipped(whole, at, Math.floor(next() * 8)));
        const { bad } = await scrub(first.vault.store, { rest: 0, now: () => new Date() });
        if (bad !== 1 || existsSync(path)) {
          throw new Error(`seed ${seed}, damage ${damage}: ${bad} found, of ${relative(volume, path)}`);
        }
        await copyVault(second.vault, here, { judge });
        if (!readFileSync(path).equals(whole)) {
          throw new Error(`seed ${seed}, damage ${damage}: ${relative(volume, path)} is not as it was`);
        }
        found += bad;
      }
      await well({ ...repository, url: first.url }, "check", "--read-data");
    } finally {
      await first.close();
      await second.close();
    }
    return { damages: count, found };
  });
}

const quotaBytes = 4 * 1024 ** 3;

/** Opens a vault that gives back what the first one has lost, for the guest with its user and password. */
type OpensSecond = (
  folder: string,
  guest: Pick<Repository, "user" | "password">,
) => Promise<{ vault: OpenVault; close(): Promise<void> }>;

const serverBeside: OpensSecond = async (folder, guest) => {
  mkdirSync(folder);
  const { url, close } = await openVault(folder, { quotaBytes });
  return { vault: new OpenVault("lyon", { address: url, ...guest }, fetch), close };
};

const bucketBeside: OpensSecond = async () => {
  const { keepDays } = passOf();
  const store = await Store.open(await seaweedfs(), lockDays(keepDays));
  const vault = new OpenVault("coffre", store.access(keepDays), fetch);
  return { vault, close: () => store.close() };
};

function flipped(bytes: Buffer, at: number, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ (1 << bit), at);
  return copy;
}

/** `npm run campaign vault`: kills a vault during backups, and damages its files: all is found, nothing wrong is kept. */
if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: process.env.COMMUNE_SEED },
      kills: { type: "string", default: "100" },
      damages: { type: "string", default: "200" },
      buckets: { type: "boolean", default: false },
    },
  });
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  console.log(`Seed ${seed}`);
  const [kills, count] = [Number(values.kills), Number(values.damages)];
  const vaults = [
    { what: "a vault", start: killedServer, beside: "a second vault", second: serverBeside },
    { what: "a bucket", start: killedBucket, beside: "a bucket", second: bucketBeside },
  ].slice(0, values.buckets ? 2 : 1);
  for (const { what, start } of vaults)
    for (const kibPerSecond of [undefined, 4096]) {
      const seen = await killsCampaign({ seed, kills, mib: 24, kibPerSecond, start });
      const speed = kibPerSecond === undefined ? "as fast as it can" : `at ${kibPerSecond} KiB/s`;
      console.log(
        `uploading to ${what} ${speed}: ${seen.kills} kills in ${seen.backups} backups, no wrong file, all restored`,
      );
    }
  for (const { beside, second } of vaults) {
    const { damages, found } = await rotCampaign({ seed, count, second });
    console.log(
      `${found} of ${damages} flips and truncations found without a key, each brought back from ${beside}`,
    );
  }
}
