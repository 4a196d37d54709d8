import { describe, expect, test } from "vitest";
import type { Descriptor } from "../../../components/federation/descriptor.ts";
import {
  type DirectoryEntry,
  directoryFiles,
  isReplaceable,
  readDirectory,
} from "../../../components/federation/directory.ts";
import type { Group } from "../../../components/federation/groups.ts";
import { hostLists } from "../../../components/federation/host-lists.ts";
import { domainsBelow } from "../../../components/federation/territory.ts";
import { frenchKind } from "../../../components/services/list.ts";

const membersOf = (count: number): DirectoryEntry[] =>
  Array.from({ length: count }, (_, index) => {
    const id = `commune-${1000 + index}`;
    return { id, name: id, domain: `${id}.test`, contact: `a@${id}.test` };
  });
const filesOf = (count: number) =>
  directoryFiles({ name: "M", made: "2026-12-01T00:00:00.000Z", members: membersOf(count) }, frenchKind);

describe("the directory", () => {
  test("of sixty communes is one page, and its JSON says nothing of pages", () => {
    const files = filesOf(60);
    expect(Object.keys(files).sort()).toEqual(["directory.geojson", "directory.json", "index.html"]);
    expect(Object.keys(JSON.parse(files["directory.json"] ?? ""))).toEqual(["name", "made", "members"]);
    expect(files["index.html"]).not.toContain("Pages");
  });

  test("of more is paged: each page leads to all, and each commune is on one", () => {
    const files = filesOf(121);
    expect(Object.keys(files).sort()).toEqual([
      ...["directory-2.json", "directory-3.json", "directory.geojson", "directory.json"],
      ...["index.html", "page-2.html", "page-3.html"],
    ]);
    const { members, ...place } = JSON.parse(files["directory-2.json"] ?? "");
    expect(place).toMatchObject({ page: 2, pages: 3, total: 121, next: "directory-3.json" });
    expect(members).toHaveLength(60);
    for (const page of ["index.html", "page-2.html", "page-3.html"])
      for (const other of ["index.html", "page-2.html", "page-3.html"])
        expect(files[page]).toContain(`href="${other}"`);
    expect(files["page-3.html"]).toContain('<h2 id="commune-1120">');
    expect(files["index.html"]).not.toContain('<h2 id="commune-1120">');
    expect(readDirectory((file) => files[file] ?? "")).toEqual(membersOf(121));
  });

  test("of thousands is as large on each page as that of sixty", () => {
    const [few, all] = [filesOf(60), filesOf(5000)];
    const largest = Math.max(
      ...Object.entries(all).flatMap(([name, text]) => (name.endsWith(".geojson") ? [] : text.length)),
    );
    expect(Object.keys(all)).toHaveLength(2 * 84 + 1);
    expect(largest).toBeLessThan((few["index.html"] ?? "").length + 10_000);
  });

  test("is read as far as it is there, and files that may go are known", () => {
    const files = filesOf(121);
    delete files["directory-3.json"];
    expect(readDirectory((file) => files[file] ?? "")).toEqual(membersOf(120));
    expect(readDirectory(() => "")).toBeUndefined();
    expect(
      ["page-2.html", "directory-12.json", "index.html", "page-x.html", "video-a.test.json"].map(
        isReplaceable,
      ),
    ).toEqual([...[true, true, false, false, true]]);
  });
});

test("a relay and an index are for the hosts of the groups that name them", () => {
  const describedBy = (id: string, kinds: string[]) => {
    const services = kinds.map((kind) => ({ kind, url: `https://${kind}.${id}.test` }));
    return { id, descriptor: { services } as unknown as Descriptor };
  };
  const group = (members: string[], relay: string, index: string): Group => ({
    ...{ name: "G", members },
    relay: { commune: "bron", inbox: `https://${relay}/inbox` },
    index: { commune: "bron", url: `https://${index}` },
  });
  const groups = {
    est: group(["bron", "lyon"], "relais.test", "est.test"),
    sud: group(["givors"], "relais.test", "sud.test"),
  };
  const members = [
    describedBy("bron", ["video", "microblog"]),
    { id: "lyon" },
    describedBy("givors", ["microblog", "documents"]),
  ];
  const lists = hostLists(groups, members);
  const hosts = Object.entries(lists).map(([file, text]) => [file, JSON.parse(text)]);
  expect(Object.fromEntries(hosts)).toEqual({
    "microblog-relais.test.json": {
      total: 2,
      data: [{ host: "microblog.bron.test" }, { host: "microblog.givors.test" }],
    },
    "video-est.test.json": { total: 1, data: [{ host: "video.bron.test" }] },
    "video-sud.test.json": { total: 0, data: [] },
  });
  expect(hostLists(undefined, members)).toEqual({});
});

test("of many domains, those below each are known", () => {
  const domains = ["lyon.fr", "ecoles.lyon.fr", "a.ecoles.lyon.fr", "bron.fr", "notlyon.fr"];
  expect(Object.fromEntries(domainsBelow(domains))).toEqual({
    "lyon.fr": ["ecoles.lyon.fr", "a.ecoles.lyon.fr"],
    "ecoles.lyon.fr": ["a.ecoles.lyon.fr"],
  });
});
