import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { archivesOf } from "./nextcloud/archives.ts";
import { Instance } from "./nextcloud/instance.ts";

/**
 * From one version to the next and the one after, on the double: what the toolkit's own objects do at each step
 * when it goes well, and when it does not. Every test goes on where the one before it ended.
 */
const folder = {
  id: "school-jules-ferry",
  name: "Médias École Jules-Ferry",
  quota: "1 MB",
  writers: ["Enseignants"],
  readers: ["Élèves"],
};
const nextcloud = new Instance("ascension", openCluster(inject("cluster")).environment, [folder]);
const minutes = "/remote.php/dav/files/admin/minutes.txt";
/** Apps of 32: what somebody has tampered with is not there. */
const before = { calendar: "6.5.4", groupfolders: "20.1.18", richdocuments: "9.1.0" };
const patient = { timeout: 180_000, interval: 2000 };

beforeAll(async () => {
  await nextcloud.prepare(
    await archivesOf([
      { id: "calendar", version: "6.5.4", from: 32, to: 35 },
      { id: "calendar", version: "6.6.2", from: 32, to: 35 },
      // Somebody has put a line into the archive of the mirror.
      { id: "contacts", version: "8.3.18", from: 32, to: 33, tampered: true },
      { id: "contacts", version: "8.7.6", from: 33, to: 34 },
      { id: "contacts", version: "8.9.1", from: 33, to: 35 },
      { id: "groupfolders", version: "20.1.18", from: 32, to: 32 },
      { id: "groupfolders", version: "21.0.15", from: 33, to: 33 },
      { id: "groupfolders", version: "22.0.6", from: 34, to: 34 },
      { id: "richdocuments", version: "9.1.0", from: 32, to: 32 },
      { id: "richdocuments", version: "10.1.2", from: 33, to: 33 },
      { id: "richdocuments", version: "11.1.2", from: 34, to: 34 },
    ]),
  );
});

afterAll(async () => {
  await nextcloud.remove();
});

async function keptMinutes(): Promise<void> {
  expect(await nextcloud.ask(minutes)).toEqual({ status: 200, body: "the minutes" });
  expect(await nextcloud.occ("group:list", "--output=json")).toContain('"council":["admin"]');
}

test("a new instance has its apps, but for one that somebody has tampered with", async () => {
  nextcloud.settings = { activity_expire_days: 30, allow_local_remote_servers: true };
  await nextcloud.become("32.0.13");
  expect(await nextcloud.apps()).toEqual(before);
  expect(await nextcloud.logs("deploy/nextcloud", "-c", "configure")).toMatch(
    /app contacts 8\.3\.18: refused, its files are not those that its publisher signed: .*INVALID_HASH/,
  );
  expect((await nextcloud.ask(minutes, "-X", "PUT", "-d", "the minutes")).status).toBe(201);
  await nextcloud.occ("group:add", "council");
  await nextcloud.occ("group:adduser", "council", "admin");
  await keptMinutes();
});

/** A request for a file of the school's folder, as its name is now. */
async function media(who: string, name: string, file: string, ...curl: string[]) {
  const path = `/remote.php/dav/files/${who}/${encodeURIComponent(name)}/${file}`;
  return nextcloud.ask(path, "-u", `${who}:a-long-password`, ...curl);
}

test("the folder Médias of a school is made by a Job, and its groups have their rights there", async () => {
  expect(await nextcloud.foldersAre("32.0.13", [folder])).toMatch(/^Médias École Jules-Ferry: folder 1$/m);
  await nextcloud.account("prof", "Enseignants");
  await nextcloud.account("eleve", "Élèves");
  expect(await media("prof", folder.name, "lion.txt", "-X", "PUT", "-d", "roar")).toMatchObject({
    status: 201,
  });
  expect(await media("eleve", folder.name, "lion.txt")).toEqual({ status: 200, body: "roar" });
  expect(await media("eleve", folder.name, "lion.txt", "-X", "PUT", "-d", "miaow")).toMatchObject({
    status: 403,
  });
  expect(await media("eleve", folder.name, "lion.txt", "-X", "DELETE")).toMatchObject({ status: 403 });
  expect(await media("admin", folder.name, "lion.txt")).toMatchObject({ status: 404 });
  expect(await media("prof", folder.name, "film", "-T", "/usr/sbin/nginx")).toMatchObject({ status: 507 });
});

test("a school that is renamed keeps its folder, and a group that is taken out loses it", async () => {
  const renamed = { ...folder, name: "Médias École Ferry", readers: [] };
  await nextcloud.foldersAre("32.0.13", [renamed]);
  expect((await media("eleve", renamed.name, "lion.txt")).status).toBe(404);
  expect(await media("prof", renamed.name, "lion.txt")).toEqual({ status: 200, body: "roar" });
  // Somebody has made a folder by hand that has the name of a new school.
  await nextcloud.occ("groupfolders:create", "Médias Rostand");
  const job = nextcloud.foldersAre("32.0.13", [
    renamed,
    { ...folder, id: "school-rostand", name: "Médias Rostand" },
  ]);
  await vi.waitFor(
    async () => expect(await nextcloud.foldersLog()).toMatch(/already exists\. Rename that other/),
    patient,
  );
  await nextcloud.occ("groupfolders:rename", "2", "Médias de quelqu’un");
  await job;
  expect(await nextcloud.occ("groupfolders:list", "--output=json")).toContain(
    '"mountPoint":"M\\u00e9dias Rostand"',
  );
});

test("background jobs run, and the pods that the public reaches cannot reach the mirror", async () => {
  await nextcloud.backgroundJobs("first");
  expect(await nextcloud.occ("config:app:get", "core", "lastcron")).toMatch(/^\d+$/);
  const mirror = "mirror.ascension-outside.svc";
  const reach = (host: string, port: number) =>
    nextcloud.exec("php", "php", "-r", `echo @fsockopen('${host}', ${port}, $c, $m, 3) ? "open" : "closed";`);
  expect(await reach("database.ascension-outside.svc", 5432)).toBe("open");
  expect(await reach(mirror, 8080)).toBe("closed");
  // It answers a pod beside it by that name in the same moment.
  expect(await nextcloud.reachesFromOutside(mirror, 8080)).toBe(true);
});

test("the office server is known, asked what it can do, and reached from where documents are opened", async () => {
  expect(await nextcloud.occ("config:app:get", "richdocuments", "wopi_url")).toBe(nextcloud.officeServer);
  expect(await nextcloud.occ("config:app:get", "richdocuments", "public_wopi_url")).toBe(
    nextcloud.officeServer,
  );
  expect(await nextcloud.logs("deploy/nextcloud", "-c", "configure")).toContain(
    "Collabora URL (used for Nextcloud to contact the Collabora server)",
  );
  expect(await nextcloud.occ("richdocuments:activate-config", "--wopi-url=http://nowhere.test")).toContain(
    "Failed to fetch discovery endpoint from http://nowhere.test",
  );
});

/** The text of config.php, as whoever reads the volume sees it. */
const configuration = () => nextcloud.exec("php", "cat", "config/config.php");

test("a setting that is taken away is gone, and what the toolkit sets stands in no file of Nextcloud's own", async () => {
  // Nextcloud writes every key of every file when it writes one.
  await nextcloud.occ("config:system:set", "theme_note", "--value=by hand");
  expect(await configuration()).toContain("'activity_expire_days' => 30");
  expect(await configuration()).toContain("'password' => 'of-the-cache'");
  nextcloud.settings = {};
  // An account of the federation that was made in part, too, before that start.
  await nextcloud.sql("DELETE FROM oc_group_user WHERE gid = 'commune-federation'");
  await nextcloud.sql("DELETE FROM oc_groups WHERE gid = 'commune-federation'");
  await nextcloud.sql("DELETE FROM oc_authorized_groups");
  expect(await trustedServers()).not.toBe(200);
  await nextcloud.become("32.0.13");
  // occ ends with 1 when a key is not there.
  expect(await nextcloud.occ("config:system:get", "activity_expire_days")).toBe(
    "command terminated with exit code 1",
  );
  expect(await nextcloud.occ("config:system:get", "allow_local_remote_servers")).toBe("false");
  expect(await nextcloud.occ("config:system:get", "theme_note")).toBe("by hand");
  const kept = await configuration();
  expect(kept).not.toMatch(/of-the-cache|of-the-town|allow_local/);
  expect(kept).toMatch(/'secret' => /);
  await keptMinutes();
});

/** Returns Nextcloud's status to the account of the federation where it may change what is trusted. */
async function trustedServers(): Promise<number> {
  const { status } = await nextcloud.ask(
    "/ocs/v2.php/apps/federation/trusted-servers",
    ...["-u", "commune-federation:of-the-federation", "-H", "OCS-APIRequest: true"],
  );
  return status;
}

test("an account of the federation that was made in part is completed by that start", async () => {
  expect(await trustedServers()).toBe(200);
});

test("an upload whose length is not told beforehand is whole, and one that is told too", async () => {
  // One that fits nginx's memory, and one that does not; test/cluster/uploads.test.ts has a large one.
  for (const bytes of [50_000, 8_000_000]) {
    for (const isTold of [false, true]) {
      const said = await nextcloud.upload(bytes, isTold);
      expect(said).toEqual({ status: 201, bytes, same: true });
    }
  }
});

describe("senders who take their time", () => {
  const account = `Authorization: Basic ${Buffer.from("colleague:a-long-password").toString("base64")}`;
  const chunks = ["PUT /remote.php/webdav/slow HTTP/1.1", "Transfer-Encoding: chunked"] as const;
  const form = ["POST /index.php/login HTTP/1.1", "Content-Type: application/x-www-form-urlencoded"] as const;

  test.each([
    ["without an account", 8, []],
    ["with one account", 8, [account]],
  ])("%s keep nobody from an upload of untold length", async (_, count, header) => {
    await nextcloud.account("colleague", "admin");
    const [line, encoding] = chunks;
    const said = await nextcloud.trickling(count, line, [encoding, ...header], () =>
      nextcloud.upload(50_000, false),
    );
    expect(said).toEqual({ status: 201, bytes: 50_000, same: true });
  });

  // More than there are workers of PHP.
  test.each(["500", "5000000"])("a form of %s bytes keep nobody out", async (length) => {
    const [line, type] = form;
    const asked = () => nextcloud.ask("/status.php", "--max-time", "5");
    const { status } = await nextcloud.trickling(20, line, [type, `Content-Length: ${length}`], asked);
    expect(status).toBe(200);
  });

  test("an upload of untold length that has no account is asked for one", async () => {
    const put = ["-u", "nobody:nothing", "-T", "-"];
    const { status, body } = await nextcloud.ask("/remote.php/webdav/none", ...put);
    expect({ status, body }).toMatchObject({ status: 401, body: expect.stringContaining("401") });
  });
});

test("the setup checks have nothing to say of types", async () => {
  expect(await nextcloud.occ("setupchecks", "--output=json")).toContain('"severity":"success"');
});

test("a major version that is left out is refused, and the data is as it was", async () => {
  await nextcloud.change("34.0.2");
  await vi.waitFor(async () => {
    expect(await nextcloud.initContainers()).toContainEqual(
      expect.objectContaining({ name: "install", exitCode: 1 }),
    );
    // The log of a try that has just begun is empty.
    expect(await nextcloud.logs("deploy/nextcloud", "-c", "install")).toMatch(
      /upgrading from 32\.0\.13\.1 to 34\.0\.2\.1 is not supported/,
    );
  }, patient);
  await nextcloud.change("32.0.13");
  await nextcloud.serves();
  await keptMinutes();
  expect(await nextcloud.apps()).toEqual(before);
});

test("a delegation is written once however often it starts", async () => {
  expect(await nextcloud.sql("SELECT count(*) FROM oc_authorized_groups")).toBe("1");
});

test("the next major version keeps files, accounts and apps, each in its release for it", async () => {
  const job = await nextcloud.begin("33.0.7");
  await nextcloud.jobEnds(job);
  // The list and the archives are there before the code: background jobs must not put them under the old one.
  await nextcloud.backgroundJobs("between");
  expect(await nextcloud.apps()).toEqual(before);
  const seconds = await nextcloud.become("33.0.7");
  console.log(`The double was down for at most ${seconds.toFixed(1)} s from 32.0.13 to 33.0.7.`);
  await keptMinutes();
  expect(await media("prof", "Médias École Ferry", "lion.txt")).toEqual({ status: 200, body: "roar" });
  expect(await nextcloud.apps()).toEqual({
    calendar: "6.5.4",
    contacts: "8.7.6",
    groupfolders: "21.0.15",
    richdocuments: "10.1.2",
  });
});

test("the one after waits until background jobs have ended what the last one left, and the old one serves", async () => {
  const job = await nextcloud.begin("34.0.2");
  await vi.waitFor(
    async () =>
      expect(await nextcloud.logs(`job/${job}`)).toMatch(/33 has background migrations under way: 1/),
    patient,
  );
  expect((await nextcloud.ask("/status.php")).body).toContain('"versionstring":"33.0.7"');
  await nextcloud.backgroundJobs("migrations");
  await nextcloud.jobEnds(job);
  expect(await nextcloud.logs(`job/${job}`)).toMatch(/33 has ended its background migrations/);
});

test("an upgrade that fails says so, serves nothing, and goes on by itself when its cause is gone", async () => {
  await nextcloud.occ("config:app:set", "double", "fail_upgrade", "--value=yes");
  await nextcloud.change("34.0.2");
  await vi.waitFor(async () => {
    expect(await nextcloud.initContainers()).toContainEqual(
      expect.objectContaining({ name: "configure", exitCode: 1 }),
    );
    expect(await nextcloud.logs("deploy/nextcloud", "-c", "configure")).toMatch(
      /The upgrade failed: the lines above say where\..*docs\/nextcloud\.md/,
    );
  }, patient);
  expect(await nextcloud.sql("SELECT count(*) FROM oc_migrations WHERE version LIKE '34%'")).toBe("0");
  await nextcloud.sql("DELETE FROM oc_appconfig WHERE appid = 'double'");
  await nextcloud.serves();
  await keptMinutes();
  expect((await nextcloud.ask("/status.php")).body).toMatch(
    /"maintenance":false,"needsDbUpgrade":false.*"versionstring":"34\.0\.2"/,
  );
  expect(await nextcloud.apps()).toEqual({
    calendar: "6.6.2",
    contacts: "8.9.1",
    groupfolders: "22.0.6",
    richdocuments: "11.1.2",
  });
  await nextcloud.backgroundJobs("last");
});
