import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { nextcloudPoint } from "../../../components/services/nextcloud/restore-point.ts";
import {
  type Access,
  Computer,
  Diary,
  installClients,
  writeInBrowser,
} from "../../doubles/nextcloud-host/devices.ts";
import { OnHost } from "../../doubles/nextcloud-host/host.ts";

// Two computers and two diaries of one person, with the clients that people have, before and after each way back. What a
// restore does with its door, its Jobs and its renames is tried on the cluster (test/cluster/copies/devices.ts).

const { afterAll: afterBoth, afterFiles, afterPath, beforePath = [] } = nextcloudPoint({});

let cloud: OnHost;
let people = 0;
let uid: string;
let access: Access;
let computers: [Computer, Computer];
let diaries: [Diary, Diary];

beforeAll(async () => {
  await installClients();
  cloud = await OnHost.open();
  await cloud.occ("group:add", "mairie");
  await cloud.occ("groupfolders:create", "Commun");
  await cloud.occ("groupfolders:group", "1", "mairie", "read", "write", "delete");
});
afterAll(() => cloud.close());

function home(name: string): string {
  const folder = join(cloud.folder, `${uid}-${name}`);
  mkdirSync(folder);
  return folder;
}

/** Somebody new with four devices: a point of before does not know them. */
beforeEach(async () => {
  people += 1;
  uid = `agent${people}`;
  access = { url: cloud.url, uid, token: await cloud.account(uid) };
  await cloud.occ("group:adduser", "mairie", uid);
  computers = [new Computer(home("desk"), access), new Computer(home("laptop"), access)];
  diaries = [new Diary(home("phone"), access), new Diary(home("tablet"), access)];
  await Promise.all(diaries.map((diary) => diary.discover()));
});

/** Each device in its turn, and the first once more: it hears of what the second had to tell. */
async function settle(): Promise<void> {
  const inTurn = async ([first, second]: readonly [Computer, Computer] | readonly [Diary, Diary]) => {
    for (const device of [first, second, first]) await device.sync();
  };
  await Promise.all([inTurn(computers), inTurn(diaries)]);
}

const ofThen = ["same", "changed", "deleted", "Mairie/ordre", "Commun/ordre"];
const ofNow = ["changed", "since", "Mairie/ordre", "Mairie/since", "Commun/since"];

/** Writes what was there at the restore point and what came since; of the last, only the device that wrote it knows. */
async function lived(): Promise<void> {
  const [desk, laptop] = computers;
  const [phone, tablet] = diaries;
  for (const name of ofThen) desk.write(`${name}.txt`, `${name} then`);
  phone.write("then");
  phone.write("changed", "changed then");
  await settle();
  await cloud.keepRows();
  cloud.keepFiles();
  for (const name of ofNow) laptop.write(`${name}.txt`, `${name} now`);
  laptop.remove("deleted.txt");
  // Not by one of the two: vdirsyncer 0.19 takes the text before its own last change for that change.
  await writeInBrowser(access, "changed", "changed now");
  tablet.write("since");
  await settle();
  laptop.write("offline.txt", "offline now");
  phone.write("offline");
}

/** Makes the service unavailable while something goes back, as a restore does. */
async function away(work: () => Promise<void>): Promise<void> {
  cloud.shut();
  await work();
  await cloud.serve();
  await settle();
}

/** Both computers have every text that there ever was, and the rest as a new one would have it from the server. */
async function nothingIsLost(): Promise<void> {
  const fresh = new Computer(home(`fresh-${Date.now()}`), { ...access, token: await cloud.token(uid) });
  await fresh.sync();
  const all = [...ofThen.map((name) => `${name} then`), ...ofNow.map((name) => `${name} now`), "offline now"];
  for (const computer of computers) {
    expect(computer.files).toEqual(fresh.files);
    const texts = new Set(Object.values({ ...computer.files, ...computer.conflicts }));
    expect(all.filter((text) => !texts.has(text))).toEqual([]);
  }
  expect(await cloud.occ("files:scan", "--all")).toMatch(/\| \d+ +\| \d+ +\| 0 +\| 0 +\| 0 +\| 0 /);
}

const entriesOf = (names: readonly string[]) => [0, 1].map(() => ({ calendars: names, contacts: names }));

describe("two computers and two diaries lose nothing and miss nothing", () => {
  test("when files alone went back, though one of them tried to come in meanwhile", async () => {
    await lived();
    await away(async () => {
      cloud.filesBack();
      await expect(computers[0].sync()).rejects.toThrow();
      await cloud.tell(afterFiles);
    });
    await nothingIsLost();
    expect(diaries.map(({ entries }) => entries)).toEqual(
      entriesOf(["changed now", "offline", "since", "then"]),
    );
  });

  test("when rows went back with them, but for what came since in diaries; and when all of it came again", async () => {
    await lived();
    await away(async () => {
      await cloud.keepRows("before");
      cloud.keepFiles("before");
      await cloud.rowsBack();
      cloud.filesBack();
      await cloud.tell(afterBoth);
    });
    await nothingIsLost();
    diaries[1].write("after");
    await settle();
    expect(diaries.map(({ entries }) => entries)).toEqual(
      entriesOf(["after", "changed then", "offline", "then"]),
    );
    await away(async () => {
      await cloud.rowsBack("before");
      cloud.filesBack("before");
      await cloud.tell(afterBoth);
    });
    await nothingIsLost();
    for (const { entries } of diaries) expect(entries.calendars).toEqual(["changed now", "since", "then"]);
  });
});

test("one folder that goes back is as it was then on every device, and nothing else is another", async () => {
  await lived();
  await settle();
  const { "Mairie/since.txt": since, ...rest } = computers[0].files;
  expect(since).toBe("Mairie/since now");
  await cloud.tell(beforePath, `${uid}/files/Mairie`);
  cloud.filesBack("point", `${uid}/files/Mairie`);
  await cloud.tell(afterPath, `${uid}/files/Mairie`);
  await settle();
  const then = { ...rest, "Mairie/ordre.txt": "Mairie/ordre then" };
  expect(computers.map(({ files }) => files)).toEqual([then, then]);
});

test("a computer that is told before the list of files is right deletes what it has: so all of this can fail", async () => {
  const [desk] = computers;
  await desk.sync();
  cloud.keepFiles();
  desk.write("since.txt", "since now");
  await desk.sync();
  cloud.filesBack();
  await cloud.occ("maintenance:data-fingerprint");
  await desk.sync();
  await cloud.occ("files:scan", "--all");
  await desk.sync();
  expect(Object.keys(desk.files)).not.toContain("since.txt");
});
