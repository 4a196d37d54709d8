import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Cluster } from "../../../local/cluster/index.ts";
import { type Access, Computer, Diary, installClients } from "../../doubles/nextcloud-host/devices.ts";
import type { Recovering } from "../recovering.ts";

/** Documents of a commune on the cluster. */
export interface Documents {
  cluster: Cluster;
  guest: string;
  recovering: Recovering;
  /** Runs a shell line where Nextcloud runs. */
  inPhp(script: string): Promise<string>;
  /** Returns the answer of Nextcloud's database to its superuser. */
  sql(text: string): Promise<string>;
}

/**
 * Returns what a scan finds that Nextcloud did not know: files that are new, changed or gone, and errors.
 *
 * @param words options of the scan.
 */
export async function unknownTo(documents: Documents, ...words: string[]): Promise<number[]> {
  const said = await documents.inPhp(`php /var/www/html/occ files:scan ${words.join(" ")}`);
  const counts = [...said.matchAll(/^\| \d+ .*$/gm)].flatMap(([row]) => row.split("|").slice(3, 7));
  return counts.map(Number);
}

/** Two computers and two diaries of one person, with the clients that people have. */
export class Devices {
  private constructor(
    private readonly town: Documents,
    private readonly access: Access,
    private readonly folder: string,
    readonly computers: readonly [Computer, Computer],
    readonly diaries: readonly [Diary, Diary],
  ) {}

  /** Makes the account too. */
  static async of(town: Documents, uid: string): Promise<Devices> {
    await installClients();
    const { endpoints, caFile } = town.cluster;
    const { hostname, port } = new URL(endpoints?.https ?? "");
    const folder = mkdtempSync("/tmp/devices-");
    const name = `cloud.${town.guest}.test`;
    const hosts = join(folder, "hosts");
    writeFileSync(hosts, `127.0.0.1 localhost\n${hostname} ${name}\n`);
    await town.inPhp(
      `OC_PASS='un mot de passe de ${uid}' php /var/www/html/occ user:add --password-from-env ${uid}`,
    );
    const said = await town.inPhp(`php /var/www/html/occ user:auth-tokens:add ${uid}`);
    const access: Access = {
      ...{ url: `https://${name}:${port}`, uid, token: said.trim().split("\n").at(-1) ?? "" },
      cluster: { hosts, authority: caFile },
    };
    const home = (device: string) => {
      const path = join(folder, device);
      mkdirSync(path);
      return path;
    };
    const devices = new Devices(
      ...([town, access, folder] as const),
      [new Computer(home("desk"), access), new Computer(home("laptop"), access)],
      [new Diary(home("phone"), access), new Diary(home("tablet"), access)],
    );
    await Promise.all(devices.diaries.map((diary) => diary.discover()));
    return devices;
  }

  /** Writes a text on the second computer and in the second diary, and the others hear of it. */
  async write(name: string, text: string): Promise<void> {
    this.computers[1].write(`${name}.txt`, text);
    this.diaries[1].write(name, text);
    await this.settle();
  }

  /** Each in its turn, and the first once more. */
  async settle(): Promise<void> {
    const inTurn = async ([first, second]: readonly [Computer, Computer] | readonly [Diary, Diary]) => {
      for (const device of [first, second, first]) await device.sync();
    };
    await Promise.all([inTurn(this.computers), inTurn(this.diaries)]);
  }

  /** One computer tries to come in all the time while something is done, most of all in its worst moment. */
  async during<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const trying = (async () => {
      while (!isOver) await this.computers[0].sync().catch(() => undefined);
    })();
    try {
      return await work;
    } finally {
      isOver = true;
      await trying;
    }
  }

  /** The texts of these that a computer has under no name, its own copies of conflicts among them. */
  lost(texts: readonly string[]): string[] {
    const has = this.computers.map(({ files, conflicts }) => Object.values({ ...files, ...conflicts }));
    return texts.filter((text) => has.some((own) => !own.includes(text)));
  }

  /** Events of each calendar. */
  get events(): string[][] {
    return this.diaries.map(({ entries }) => entries.calendars);
  }

  /** Returns a small picture of the text with a name on a computer, made where there is none yet. */
  async picture(name: string, size: number): Promise<string> {
    const { guest, recovering } = this.town;
    const { uid, token } = this.access;
    const id = await this.town.sql(`SELECT fileid FROM oc_filecache WHERE path = 'files/${name}.txt'`);
    const basic = Buffer.from(`${uid}:${token}`).toString("base64");
    const answer = await recovering.fetch(
      `https://cloud.${guest}.test/index.php/core/preview?fileId=${id}&x=${size}&y=${size}`,
      { method: "GET", headers: { authorization: `Basic ${basic}` } },
    );
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${name}, ${size}: ${answer.status} ${text}`);
    return text.replace(id, name);
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
