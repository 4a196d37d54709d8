import { createHash, randomBytes } from "node:crypto";
import {
  cpSync,
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
import { copyVault } from "../../components/recovery/vault/copy.ts";
import { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { scrub } from "../../programs/vault/scrub.ts";
import { repositoryAt, VaultProcess } from "../programs/vault/process.ts";
import { installRestic, judge, restic, well } from "../programs/vault/restic.ts";
import { openVault, settings } from "../programs/vault/vault.ts";

/** A generator of numbers from 0 to 1, the same ones for the same seed. */
function numbers(seed: number): () => number {
  let state = createHash("sha256").update(String(seed)).digest();
  return () => {
    state = createHash("sha256").update(state).digest();
    return state.readUInt32BE(0) / 2 ** 32;
  };
}

/** Files whose name is not their SHA-256, of all that is under a final name and was not looked at before. */
function wrongFiles(volume: string, lookedAt: Set<string>): string[] {
  const found = readdirSync(volume, { withFileTypes: true, recursive: true });
  return found.flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    // Locks go again at any moment.
    const isOther = !/^[0-9a-f]{64}$/.test(entry.name) || entry.parentPath.endsWith("locks");
    if (!entry.isFile() || isOther || lookedAt.has(path)) return [];
    lookedAt.add(path);
    const digest = createHash("sha256").update(readFileSync(path)).digest("hex");
    return digest === entry.name ? [] : [relative(volume, path)];
  });
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
 * Kills a vault at random moments of backups by Debian's restic. Throws unless each backup ends well, no file is ever
 * wrong under its name, and everything is restored as it was.
 *
 * @param kibPerSecond how fast restic uploads; as fast as it can when absent.
 */
export async function killsCampaign({
  seed,
  kills,
  mib,
  kibPerSecond,
}: {
  seed: number;
  kills: number;
  /** New bytes of each backup, MiB. */
  mib: number;
  kibPerSecond?: number | undefined;
}): Promise<KillsSeen> {
  await installRestic();
  return inFolder(async (folder) => {
    const next = numbers(seed);
    const vault = await VaultProcess.start(folder);
    const repository = repositoryAt(vault.url, join(folder, "cache"));
    const source = join(folder, "source");
    mkdirSync(source);
    const limit = kibPerSecond === undefined ? [] : ["--limit-upload", String(kibPerSecond)];
    // How long an upload takes, at most: a kill after its end is none.
    const seconds = kibPerSecond === undefined ? 0.2 + mib / 100 : (mib * 1024) / kibPerSecond;
    const lookedAt = new Set<string>();
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
        const locks = join(folder, "volume", repository.path, "locks");
        while (!ended && readdirSync(locks).length === 0) await Promise.race([running, sleep(20)]);
        for (let planned = 0; planned < 3 && !ended && vault.kills < kills; planned += 1) {
          await Promise.race([running, sleep(next() * seconds * 1000)]);
          if (ended) break;
          await vault.kill();
          await sleep(next() * 300);
          await vault.start();
          // What is under its name stays as it is, whether the vault runs or not.
          const wrong = wrongFiles(join(folder, "volume"), lookedAt);
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
      await vault.kill();
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
export async function rotCampaign({ seed, count }: { seed: number; count: number }): Promise<RotSeen> {
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
    cpSync(volume, join(folder, "second"), { recursive: true });
    // What is in quarantine counts.
    const quotaBytes = 4 * 1024 ** 3;
    const first = await openVault(volume, { quotaBytes });
    const second = await openVault(join(folder, "second"), { quotaBytes });
    const [here, there] = [first, second].map(
      ({ url }) => new OpenVault(url, { ...repository, address: url }, fetch),
    );
    if (here === undefined || there === undefined) throw new Error("no vaults");
    let found = 0;
    try {
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
        await copyVault(there, here, { judge });
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
    },
  });
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  console.log(`Seed ${seed}`);
  for (const kibPerSecond of [undefined, 4096]) {
    const seen = await killsCampaign({ seed, kills: Number(values.kills), mib: 24, kibPerSecond });
    const speed = kibPerSecond === undefined ? "as fast as it can" : `at ${kibPerSecond} KiB/s`;
    console.log(
      `uploading ${speed}: ${seen.kills} kills in ${seen.backups} backups, no wrong file, all restored`,
    );
  }
  const { damages, found } = await rotCampaign({ seed, count: Number(values.damages) });
  console.log(
    `${found} of ${damages} flips and truncations found without a key, each brought back from the second vault`,
  );
}
