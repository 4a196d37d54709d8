import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { putAside } from "../../scripts/relocate/state.ts";
import { LostTown } from "./relocate/town.ts";

let town: LostTown;
beforeEach(async () => {
  town = await LostTown.open();
});
afterEach(() => town.close());

describe("commune relocate refuses, and has changed nothing,", () => {
  afterEach(async () => {
    expect(town.done).toEqual([]);
    expect(await (await town.asGuest("/once/")).text()).not.toContain("incarnation");
  });

  test("a stack without the commune's seed", async () => {
    town.has.seed = undefined;
    expect(await town.relocate(["--yes"])).toMatch(/has no seed.*recovery kit open villeurbanne/);
  });

  test("the cluster that it runs on, and one that has namespaces of it", async () => {
    await town.point("33.0.7");
    town.has.cluster = "old";
    expect(await town.relocate(["--yes"], "old")).toMatch(/runs on this cluster \(old\).*--to <context>/);
    town.namespaces = "namespace/villeurbanne-nextcloud\n";
    expect(await town.relocate(["--yes"])).toMatch(
      /has namespaces of villeurbanne: villeurbanne-nextcloud\./,
    );
  });

  test("another version than the newest point has", async () => {
    await town.point("33.0.6");
    expect(await town.relocate(["--yes"])).toMatch(
      /nextcloud: version: 33\.0\.7 is declared, and 2026-11-26T02:10:00Z-000001 is of 33\.0\.6\. Write 33\.0\.6/,
    );
  });

  test("a service without a point, unless it is named", async () => {
    expect(await town.relocate(["--yes"])).toMatch(/nextcloud: there is no restore point.*--lost nextcloud/);
  });

  test("vaults that say nothing", async () => {
    await town.bron.close();
    expect(await town.relocate(["--yes"])).toMatch(/no restore point \(the vault at bron was not reached/);
    await town.openAgain();
  });

  test("a stack without the keys to a bucket; with them, it says that files are in the bucket still", async () => {
    const media = "media: { endpoint: https://s3.lyon.test, bucket: b, publicHost: media.b.test }\n";
    town.declare("33.0.7", "bron", `mastodon: {}\n${media}`);
    await town.point("33.0.7", 3);
    expect(await town.relocate(["--lost", "mastodon"])).toContain(
      "npx pulumi config set --secret commune:media-access-key -s villeurbanne, npx pulumi config set --secret commune:media-secret-key -s villeurbanne. Nothing was changed.",
    );
    town.has.given = { "media-access-key": "a", "media-secret-key": "b" };
    const text = await town.relocate(["--lost", "mastodon"]);
    expect(text).toContain(
      "  mastodon has its files in its bucket still: no vault has them, and what is missing there is lost",
    );
    expect(text).not.toContain("nothing of it is at a vault");
    expect(text).toMatch(/standard input is no terminal/);
  });

  test("a Nextcloud in a bucket, which would wait for its rows in vain", async () => {
    town.declare("33.0.7", "bron", "", "objects: { endpoint: https://s3.lyon.test, bucket: nextcloud }");
    town.has.given = { "objects-access-key": "a", "objects-secret-key": "b" };
    expect(await town.relocate(["--yes", "--lost", "nextcloud"])).toMatch(
      /nextcloud: its files are objects that its rows alone explain.*Nothing was changed/,
    );
    expect(town.done).toEqual([]);
  });

  test("when nobody says yes, after it has said what will be missing", async () => {
    town.declare("33.0.7", "bron", "schools: { libraries: { ville: { name: Ville, folder: library } } }\n");
    mkdirSync(join(town.folder, "stacks", "villeurbanne", "library"));
    await town.point("33.0.7", 3);
    const text = await town.relocate([]);
    expect(text).toMatch(/villeurbanne comes back on the cluster new, as its site 4:/);
    expect(text).toMatch(
      /nextcloud with its files and rows of 2026-11-26T02:10:00Z-000001.*600 min ago, is missing/,
    );
    expect(text).toContain("  schools begins empty: nothing of it is at a vault");
    expect(text).toMatch(/standard input is no terminal/);
  });
});

describe("commune relocate", () => {
  test("fences the site of before, then puts the state aside, then applies", async () => {
    expect(await town.relocate(["--yes", "--to", "elsewhere", "--lost", "nextcloud"])).toMatch(
      /villeurbanne is back/,
    );
    expect(town.done).toEqual([
      ...["the seed is given", "the state is put aside", "context=elsewhere", "incarnation=2", "up"],
    ]);
    expect(await (await town.asGuest("/once/incarnation-2")).text()).toBe('{"cluster":"new"}');
  });

  test("goes on when it was cut, under the same number", async () => {
    await town.relocate(["--yes", "--lost", "nextcloud"]);
    [town.done, town.has.settings, town.has.cluster] = [[], { incarnation: "2" }, "new"];
    town.namespaces = "namespace/villeurbanne-nextcloud\n";
    expect(await town.relocate(["--yes", "--lost", "nextcloud"])).toMatch(
      /goes on to come back on the cluster new, as its site 2/,
    );
    expect(town.done).toEqual(["up"]);
  });

  test("goes on under the same number when it was cut before the stack knew it", async () => {
    await town.asGuest("/once/incarnation-2", "POST", '{"cluster":"new"}', 2);
    town.has.settings = { context: "here" };
    expect(await town.relocate(["--yes", "--to", "elsewhere", "--lost", "nextcloud"])).toMatch(
      /villeurbanne is back/,
    );
    expect(town.done).toEqual([
      ...["the seed is given", "the state is put aside", "context=elsewhere", "incarnation=2", "up"],
    ]);
  });

  test("tells nobody to delete what another machine has brought here", async () => {
    await town.asGuest("/once/incarnation-2", "POST", '{"cluster":"new"}', 2);
    town.namespaces = "namespace/villeurbanne-nextcloud\n";
    expect(await town.relocate(["--yes", "--lost", "nextcloud"])).toMatch(
      /site 2 of villeurbanne is on this very cluster.*commune:incarnation of this stack is 1/,
    );
    expect(town.done).toEqual([]);
  });

  test("does not go on while a vault is silent, which may know what is back already", async () => {
    await town.point("33.0.7");
    await town.asGuest("/once/incarnation-2", "POST", '{"cluster":"new"}', 2);
    town.has.settings = { incarnation: "2" };
    town.declare("33.0.7", "bron, givors");
    expect(await town.relocate(["--yes"])).toMatch(
      /only all vaults together.*the vault at givors was not reached/,
    );
    expect(town.done).toEqual([]);
  });

  test("does nothing if somebody else brings it back on another cluster at the same time", async () => {
    town.meanwhile = () => town.asGuest("/once/incarnation-2", "POST", '{"cluster":"third"}', 2);
    expect(await town.relocate(["--yes", "--lost", "nextcloud"])).toMatch(/do not take this site.*403/s);
    expect(town.done).toEqual([]);
  });

  test("believes no host that names the last number there is", async () => {
    town.declare("33.0.7", "bron, givors");
    await town.point("33.0.7", 3);
    const answers = new Map<string, unknown>([
      ["/once/", ["incarnation-999999"]],
      ["/status", { generations: [] }],
    ]);
    town.others = (path) => Response.json(answers.get(path) ?? {}, { status: answers.has(path) ? 200 : 404 });
    const text = await town.relocate([]);
    expect(text).toContain("as its site 4:");
    expect(text).toContain(
      "givors knows of a site 999999, and the latest one with a point is 3: not believed",
    );
  });

  test("takes the place of one that was begun on another cluster, as the next one", async () => {
    await town.asGuest("/once/incarnation-2", "POST", '{"cluster":"third"}', 2);
    town.has.settings = { incarnation: "2" };
    const text = await town.relocate(["--yes", "--lost", "nextcloud"]);
    expect(text).toMatch(/as its site 3:.*Site 2 is on the cluster third\./s);
    expect(town.done).toContain("incarnation=3");
  });
});

describe("the state of the stack that is left", () => {
  test("is kept in a file as it is, and the stack has no resources any more", async () => {
    const state = {
      version: 3,
      deployment: {
        manifest: { magic: "a" },
        secrets_providers: { type: "passphrase" },
        resources: [{ urn: "a" }],
        pending_operations: [{ type: "creating" }],
      },
    };
    const asked: { words: readonly string[]; input: string | undefined }[] = [];
    const ask = async (words: readonly string[], input?: string) => {
      asked.push({ words, input });
      return words[1] === "export" ? JSON.stringify(state) : "";
    };
    const file = await putAside(ask, "lyon", join(town.folder, "aside"));
    expect(readdirSync(join(town.folder, "aside"))).toHaveLength(1);
    expect(JSON.parse(readFileSync(file ?? "", "utf8"))).toEqual(state);
    expect(asked[1]?.words).toEqual(["stack", "import", "-s", "lyon"]);
    const { pending_operations: _, ...deployment } = state.deployment;
    expect(JSON.parse(asked[1]?.input ?? "")).toEqual({
      version: 3,
      deployment: { ...deployment, resources: [] },
    });
    state.deployment.resources = [];
    expect(await putAside(ask, "lyon", join(town.folder, "other"))).toBeUndefined();
  });
});
