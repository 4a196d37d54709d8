import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dump } from "js-yaml";
import { afterAll, expect, test, vi } from "vitest";
import { directoryCommand } from "../../scripts/directory.ts";

// What this does not prove: that members which answer are read. The local cluster does
// (test/cluster/federation-stacks.test.ts).

const folder = mkdtempSync(join(tmpdir(), "directory-"));
const out = join(folder, "annuaire");
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Writes the directory of so many communes, of which none answers. */
async function written(count: number, groups?: object): Promise<string[]> {
  const members = Array.from({ length: count }, (_, index) => {
    const id = `commune-${100 + index}`;
    return [id, { name: id, insee: "69029", domain: `${id}.test`, contact: `a@${id}.test` }];
  });
  const metropolis = { name: "M", members: Object.fromEntries(members), ...(groups && { groups }) };
  writeFileSync(join(folder, "federation.yaml"), dump(metropolis));
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  // Nothing listens at port 1.
  await directoryCommand(folder).parseAsync(["--out", out, "--address", "127.0.0.1:1"], { from: "user" });
  return readdirSync(out).sort();
}

const read = (file: string) => JSON.parse(readFileSync(join(out, file), "utf8"));

test("a directory that grows has pages, one that shrinks loses them, and what was known of a member stays", async () => {
  const one = ["directory.geojson", "directory.json", "index.html"];
  expect(await written(61)).toEqual(["directory-2.json", ...one, "page-2.html"]);
  const last = read("directory-2.json");
  expect(last).toMatchObject({ page: 2, pages: 2, total: 61, members: [{ id: "commune-160" }] });
  const known = {
    name: "Commune 160",
    services: [],
    peers: [],
    location: { latitude: 45.7, longitude: 4.9 },
  };
  last.members[0] = { ...last.members[0], descriptor: known, read: "2026-11-30T00:00:00.000Z" };
  writeFileSync(join(out, "directory-2.json"), JSON.stringify(last));
  await written(61);
  expect(read("directory-2.json").members[0]).toMatchObject({
    descriptor: known,
    problem: "refuses connections",
  });
  expect(await written(60)).toEqual(one);
});

test("the communes of groups say which is theirs, and each relay and index has its list", async () => {
  const run = { commune: "commune-100" };
  const est = {
    ...{ name: "Est", members: ["commune-100", "commune-101"] },
    relay: { ...run, inbox: "https://relais.commune-100.test/inbox" },
    index: { ...run, url: "https://recherche.commune-100.test" },
  };
  expect(await written(2, { est })).toEqual([
    ...["directory.geojson", "directory.json", "index.html"],
    ...["microblog-relais.commune-100.test.json", "video-recherche.commune-100.test.json"],
  ]);
  expect(read("directory.json").members).toMatchObject([{ group: "Est" }, { group: "Est" }]);
  expect(read("video-recherche.commune-100.test.json")).toEqual({ total: 0, data: [] });
  expect(await written(2)).toEqual(["directory.geojson", "directory.json", "index.html"]);
});
