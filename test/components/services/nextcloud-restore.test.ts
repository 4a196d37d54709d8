import { appendFileSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nextcloudPoint } from "../../../components/services/nextcloud/restore-point.ts";
import { OnHost } from "../../doubles/nextcloud/host.ts";

// What this does not prove: that Nextcloud's own commands do what the double's do. Each is from its source.

const { afterAll: afterBoth, afterFiles, beforePath = [], afterPath } = nextcloudPoint();

let cloud: OnHost;
let token: string;

const ask = (path: string, init: RequestInit = {}, as = "anna") =>
  fetch(`${cloud.url}${path}`, {
    ...init,
    headers: { authorization: `Basic ${Buffer.from(`${as}:${token}`).toString("base64")}`, ...init.headers },
  });
const put = async (path: string, body: string) => {
  const { status } = await ask(path, { method: "PUT", body });
  expect(status).toBeLessThan(300);
};
const ofAnna = (name: string) => `/remote.php/dav/files/anna/${name}`;
const report = (path: string, body: string) =>
  ask(path, { method: "REPORT", body, headers: { depth: "1", "content-type": "application/xml" } });

/** A file on the volume, as somebody else wrote it. */
function laid(path: string, text: string): void {
  const file = join(cloud.data, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  utimesSync(file, 1_700_000_000, 1_700_000_000);
}

const listed = (owner: string) =>
  cloud.sql(
    `SELECT path FROM oc_filecache JOIN oc_storages ON storage = numeric_id WHERE id = 'home::${owner}' AND path LIKE 'files/%' ORDER BY 1`,
  );
const counted = (said: string) => said.split("\n").filter((line) => /^\| \d/.test(line));

beforeAll(async () => {
  cloud = await OnHost.open();
  token = await cloud.account("anna");
  await cloud.occ("group:add", "mairie");
  await cloud.occ("group:adduser", "mairie", "anna");
  await cloud.occ("groupfolders:create", "Commun");
  await cloud.occ("groupfolders:group", "1", "mairie", "read", "write", "delete");
});
afterAll(() => cloud.close());

/** What a device that asks for changes alone learns of them. */
async function changesSince(path: string, since: string) {
  const text = await (
    await report(
      path,
      `<d:sync-collection xmlns:d="DAV:"><d:sync-token>${since}</d:sync-token><d:prop><d:getetag/></d:prop></d:sync-collection>`,
    )
  ).text();
  const [, next = ""] = /<d:sync-token>([^<]*)</.exec(text) ?? [];
  const names = [...text.matchAll(/<d:href>[^<]*\/([^/<]+)<\/d:href>/g)].map(([, name]) => name);
  return { next, names };
}

describe("after files and rows went back", () => {
  test.each([
    ["calendar", "/remote.php/dav/calendars/anna/personal/", "BEGIN:VCALENDAR"],
    ["address book", "/remote.php/dav/addressbooks/users/anna/contacts/", "BEGIN:VCARD"],
  ])("a device that was ahead learns of everything in its %s, old and new", async (_, path, text) => {
    await put(`${path}old`, text);
    await cloud.keepRows();
    for (const name of ["since-1", "since-2", "since-3"]) await put(`${path}${name}`, text);
    const ahead = await changesSince(path, "");
    await cloud.rowsBack();
    await cloud.tell(afterBoth);
    const back = await changesSince(path, ahead.next);
    expect(back.names).toEqual(["old"]);
    await put(`${path}new`, text);
    expect((await changesSince(path, back.next)).names).toEqual(["new"]);
    // A second time to the same point, from further on.
    const further = await changesSince(path, back.next);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await cloud.rowsBack();
    await cloud.tell(afterBoth);
    expect((await changesSince(path, further.next)).names).toEqual(["old"]);
  });

  test("no number of a file is given a second time", async () => {
    const id = async (name: string) =>
      Number((await ask(ofAnna(name), { method: "HEAD" })).headers.get("oc-fileid")?.slice(0, -12));
    await put(ofAnna("before.txt"), "before");
    await cloud.keepRows();
    cloud.keepFiles();
    for (const name of ["since.txt", "also.txt"]) await put(ofAnna(name), "since");
    const last = await id("also.txt");
    await cloud.rowsBack();
    cloud.filesBack();
    await cloud.tell(afterBoth);
    await put(ofAnna("new.txt"), "new");
    expect(await id("new.txt")).toBeGreaterThan(last);
  });

  test("files that came after the rows are listed, and a second scan finds nothing", async () => {
    laid("anna/files/too-many.txt", "after the rows were copied");
    laid("__groupfolders/1/files/too-many.txt", "after the rows were copied");
    await cloud.tell(afterBoth);
    expect(await listed("anna")).toContain("files/too-many.txt");
    expect(await listed("__groupfolders/1")).toContain("files/too-many.txt");
    expect(counted(await cloud.occ("files:scan", "--all"))[0]).toMatch(
      /^\| \d+ +\| \d+ +\| 0 +\| 0 +\| 0 +\| 0 /,
    );
  });
});

describe("after files alone went back", () => {
  test("nobody comes before rows are right: all is told before people return, the fingerprint last", async () => {
    for (const told of [afterFiles, afterBoth]) {
      expect(new Set(told.map(({ when }) => when))).toEqual(new Set(["before people return"]));
      const scripts = told.map(({ command: [, , script = ""] }) => script);
      expect(scripts.at(-1)).toMatch(
        /patiently occ files:scan --all\n[\s\S]*\npatiently occ maintenance:data-fingerprint\n$/,
      );
    }
    const before = await cloud.occ("config:system:get", "data-fingerprint").catch(() => "");
    await cloud.tell(afterFiles);
    expect(await cloud.occ("config:system:get", "data-fingerprint")).not.toBe(before);
  });

  test("previews of a size that was seen, and of another, are there", async () => {
    await put(ofAnna("picture.png"), "a picture");
    const [, id = ""] =
      /<oc:fileid>(\d+)</.exec(await (await ask(ofAnna("picture.png"), { method: "PROPFIND" })).text()) ?? [];
    const preview = async (size: number) => {
      const answer = await ask(`/index.php/core/preview?fileId=${id}&x=${size}&y=${size}`);
      return [answer.status, await answer.text()];
    };
    const seen = await preview(32);
    expect(seen).toEqual([200, `preview of ${id}, 32-32.png`]);
    cloud.keepFiles();
    cloud.filesBack();
    await cloud.tell(afterFiles);
    expect(await preview(32)).toEqual(seen);
    expect((await preview(64))[0]).toBe(200);
  });
});

describe("one path", () => {
  test("of a group folder is listed as it is then, with its size", async () => {
    laid("__groupfolders/1/files/Conseil/ordre.txt", "du jour");
    await cloud.tell(beforePath, "__groupfolders/1/files/Conseil");
    await cloud.tell(afterPath, "__groupfolders/1/files/Conseil");
    expect(await listed("__groupfolders/1")).toContain("files/Conseil/ordre.txt");
    appendFileSync(join(cloud.data, "__groupfolders/1/files/Conseil/ordre.txt"), ", et la suite");
    await cloud.tell(afterPath, "__groupfolders/1/files/Conseil/ordre.txt");
    expect(await cloud.sql("SELECT size FROM oc_filecache WHERE path = 'files/Conseil/ordre.txt'")).toBe(
      "20",
    );
  });

  test("of an account is listed as it is then, whatever its name", async () => {
    laid("anna/files/[crochets] $(id) 08.txt", "then");
    await cloud.tell(beforePath, "anna/files/[crochets] $(id) 08.txt");
    await cloud.tell(afterPath, "anna/files/[crochets] $(id) 08.txt");
    expect(await listed("anna")).toContain("[crochets] $(id) 08.txt");
  });

  test.each([
    ["berthe/files/Mairie", "no account berthe"],
    ["__groupfolders/7/files", "no group folder 7"],
  ])("%s, which nobody has, is refused before anything is done", async (path, why) => {
    await expect(cloud.tell(beforePath, path)).rejects.toThrow(why);
  });

  test("of the code, and of the server's own, is nobody's and may go back", async () => {
    for (const path of ["config/config.php", "appdata_x/theming", "__groupfolders/trash/1"]) {
      await cloud.tell(beforePath, path);
      await cloud.tell(afterPath, path);
    }
  });
});

test("before 33, rows of previews that are gone make room for new ones too", async () => {
  const older = await OnHost.open("32.0.13");
  try {
    const secret = await older.account("anna");
    const headers = { authorization: `Basic ${Buffer.from(`anna:${secret}`).toString("base64")}` };
    await fetch(`${older.url}${ofAnna("a.png")}`, { method: "PUT", body: "a picture", headers });
    const id = await older.sql("SELECT fileid FROM oc_filecache WHERE path = 'files/a.png'");
    const preview = async (size: number) => {
      const answer = await fetch(`${older.url}/index.php/core/preview?fileId=${id}&x=${size}&y=${size}`, {
        headers,
      });
      return [answer.status, await answer.text()];
    };
    const seen = await preview(32);
    older.keepFiles();
    older.filesBack();
    expect((await preview(64))[0]).toBe(500);
    await expect(preview(32)).rejects.toThrow();
    await older.tell(afterFiles);
    expect(await preview(32)).toEqual(seen);
    expect((await preview(64))[0]).toBe(200);
  } finally {
    await older.close();
  }
});
