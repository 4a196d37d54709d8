import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { publicKeyOf } from "../../../components/foundation/multikey/multikey.ts";
import {
  chainOf,
  type Held,
  hostsOf,
  manifestOf,
  newest,
} from "../../../components/recovery/points/chain.ts";
import { filesRepository, repositoriesOf } from "../../../components/recovery/points/generation.ts";
import {
  canonical,
  digestOf,
  type Head,
  hashOf,
  judgeHead,
  pointId,
  pointName,
  sequenceIn,
  signHead,
} from "../../../components/recovery/points/head.ts";
import {
  type PointManifest,
  readManifest,
  snapshotsOf,
} from "../../../components/recovery/points/manifest.ts";
import { countDumped } from "../../../components/recovery/points/rows-scripts.ts";
import { sealManifest } from "../../../components/recovery/points/sealed.ts";
import { signerOf } from "../../../components/recovery/points/signer.ts";

const descriptorKey = Buffer.alloc(32, 1);
const serviceKey = Buffer.alloc(32, 2);
const publicKey = publicKeyOf(descriptorKey);
const owner = { commune: "bron", service: "nextcloud" };
const password = "of the repositories";
const sha = (letter: string) => letter.repeat(64);

function manifest(sequence: number, takenAt: string, more: Partial<PointManifest> = {}): PointManifest {
  return {
    form: 1,
    ...owner,
    incarnation: 1,
    sequence,
    takenAt,
    vaultDate: takenAt,
    reason: "schedule",
    declaration: "0123456789abcdef",
    seed: "0011223344556677",
    keys: [],
    running: { version: "33.0.7", host: "cloud.bron.test" },
    parts: [
      {
        ...{ kind: "files", volume: "nextcloud-data", repository: "nextcloud/files-2026q4" },
        ...{ snapshot: sha("a"), tree: sha("b"), files: 200, bytes: 1000, excluded: [] },
      },
      {
        ...{ kind: "dump", database: "nextcloud", repository: "nextcloud/files-2026q4" },
        ...{ snapshot: sha("c"), bytes: 5000, rows: { "public.oc_users": 3 } },
        server: { version: "17.12", system: "7456123" },
      },
    ],
    repositories: { "nextcloud/files-2026q4": { config: "AAAA", keys: { [sha("d")]: "BBBB" } } },
    complete: true,
    ...more,
  };
}

interface Made {
  name: string;
  text: string;
  head: Head;
}

/** One point after another, as the toolkit makes them. */
function point(
  sequence: number,
  previous: Head | undefined,
  { incarnation = 1, day = sequence, key = serviceKey, granted = descriptorKey, whose = owner } = {},
): Made {
  const takenAt = `2026-11-${String(day).padStart(2, "0")}T02:10:00Z`;
  const said = manifest(sequence, takenAt, { incarnation });
  const head = signHead(
    {
      ...{ form: 1, ...whose, incarnation, sequence, takenAt },
      previous: previous === undefined ? null : hashOf(previous),
      manifest: digestOf(canonical(said)),
    },
    signerOf(granted, whose, key),
    key,
  );
  const text = JSON.stringify({ head, sealed: sealManifest(said, password) });
  return { name: pointName(whose.service, sequence), text, head };
}

function chain(length: number): Made[] {
  const made: Made[] = [];
  for (let sequence = 1; sequence <= length; sequence += 1) made.push(point(sequence, made.at(-1)?.head));
  return made;
}

const at = (host: string, made: readonly Made[]): Held => ({
  host,
  points: new Map(made.map(({ name, text }) => [name, text])),
  repositories: new Set(["nextcloud/files-2026q4"]),
});
const read = (...held: Held[]) => chainOf(held, { owner, publicKey });
const kinds = ({ findings }: ReturnType<typeof chainOf>) =>
  findings.map(({ kind, host, sequence }) => [kind, host, sequence].filter((each) => each !== undefined));

describe("a chain of restore points", () => {
  test("ends before a number that nothing leads to, whoever signed it: whoever had the key would end it", () => {
    const made = chain(3);
    const last = point(999_999, made.at(-1)?.head, { day: 4 });
    const found = read(at("lyon", [...made, last]));
    expect(found.points.map(({ head }) => head.sequence)).toEqual([1, 2, 3]);
    expect(kinds(found)).toEqual([["worthless", "lyon", 999_999]]);
    // A vault that was added late begins with a late one.
    expect(read(at("lyon", [last])).points).toHaveLength(1);
  });

  test("goes on beyond six digits", () => {
    const [last, next] = [point(999_999, undefined, { day: 1 }), point(1_000_000, undefined, { day: 2 })];
    expect([next.name, sequenceIn("nextcloud", next.name)]).toEqual(["point-nextcloud-1000000", 1_000_000]);
    expect(read(at("lyon", [last, next])).points.map(({ head }) => head.sequence)).toEqual([
      999_999, 1_000_000,
    ]);
  });

  test("is whole at honest vaults, newest last, and each manifest opens", () => {
    const made = chain(12);
    const found = read(at("lyon", made), at("givors", made));
    expect(found.findings).toEqual([]);
    expect(found.points.map(({ head }) => head.sequence)).toEqual(made.map((_, index) => index + 1));
    expect(found.points.every((each) => hostsOf(each).join() === "lyon,givors")).toBe(true);
    const last = newest(found);
    expect(last && pointId(last.head)).toBe("2026-11-12T02:10:00Z-000012");
    expect(last && manifestOf(last, password)).toEqual(manifest(12, "2026-11-12T02:10:00Z"));
  });

  test("has a hole where a host deleted a point in the middle", () => {
    const made = chain(5);
    const found = read(
      at(
        "lyon",
        made.filter((_, index) => index !== 2),
      ),
    );
    expect(kinds(found)).toEqual([["gap", 3]]);
    expect(found.findings[0]?.sentence.en).toBe(
      "point-nextcloud-000003 is at no vault, and point-nextcloud-000004 follows it.",
    );
    expect(found.points).toHaveLength(4);
  });

  test("shows a host that withholds the newest, or puts an older state back, by what another one has", () => {
    const made = chain(4);
    const found = read(at("lyon", made.slice(0, 2)), at("givors", made));
    expect(kinds(found)).toEqual([
      ["withheld", "lyon", 3],
      ["withheld", "lyon", 4],
    ]);
    expect(newest(found)?.head.sequence).toBe(4);
  });

  test("is at a vault only where its rows and files are, and misses none that every host let go of", () => {
    const made = chain(3);
    const without = { ...at("lyon", made), repositories: new Set<string>() };
    const found = read(without, at("givors", made));
    expect(found.points.map((each) => hostsOf(each))).toEqual([["givors"], ["givors"], ["givors"]]);
    expect(kinds(found)).toEqual([1, 2, 3].map((sequence) => ["hollow", "lyon", sequence]));
    expect(found.findings[0]?.sentence.en).toBe(
      "lyon gives point-nextcloud-000001 without its rows and files, and givors has them.",
    );
    expect(kinds(read(without))).toEqual([["hollow", "lyon", 3]]);
  });

  test("calls no point hollow for a generation that one host alone lists, and names both", () => {
    const made = chain(3);
    const invented = "nextcloud/files-2026-11-01";
    const givors = { ...at("givors", made), repositories: new Set(["nextcloud/files-2026q4", invented]) };
    const found = read(at("lyon", made), givors);
    expect(found.points.map((each) => hostsOf(each))).toEqual(
      // On that day, the point may be in either.
      [1, 2, 3].map((sequence) => (sequence === 1 ? ["lyon", "givors"] : ["givors", "lyon"])),
    );
    expect(kinds(found)).toEqual([["doubtful", "lyon", 3]]);
    expect(found.findings[0]?.sentence.en).toBe(
      "givors lists nextcloud/files-2026-11-01, and lyon does not: lyon lost it, or nobody began it.",
    );
  });

  test("shows that all hosts withhold the newest, by what somebody else remembers", () => {
    const made = chain(4);
    const last = made.at(-1)?.head;
    const known = [
      { by: { en: "the descriptor", fr: "la carte" }, sequence: 4, hash: last ? hashOf(last) : "" },
    ];
    const held = [at("lyon", made.slice(0, 3))];
    expect(kinds(chainOf(held, { owner, publicKey, known }))).toEqual([["lost", 4]]);
    expect(kinds(chainOf([at("lyon", made)], { owner, publicKey, known }))).toEqual([]);
  });

  test("shows a replay: an older point under a newer name", () => {
    const [first, second, third] = chain(3);
    const replayed = { name: "point-nextcloud-000003", text: second?.text ?? "" };
    const held = {
      host: "lyon",
      points: new Map([first, second, replayed].map((m) => [m?.name ?? "", m?.text ?? ""])),
      repositories: new Set(["nextcloud/files-2026q4"]),
    };
    expect(kinds(read(held))).toEqual([["misnamed", "lyon", 3]]);
    expect(
      kinds(
        read(
          held,
          at(
            "givors",
            [first, second, third].flatMap((m) => m ?? []),
          ),
        ),
      ),
    ).toEqual([
      ["misnamed", "lyon", 3],
      ["withheld", "lyon", 3],
    ]);
  });

  test("forks where two wrote one number, whether at one vault or at two", () => {
    const made = chain(2);
    const mine = point(3, made[1]?.head);
    const theirs = point(3, made[1]?.head, { day: 20 });
    const found = read(at("lyon", [...made, mine]), at("givors", [...made, theirs]));
    expect(kinds(found)).toEqual([
      ["fork", 3],
      ["withheld", "lyon", 3],
      ["withheld", "givors", 3],
    ]);
    expect(found.points).toHaveLength(4);
  });

  test("is broken where a point follows another one than there is", () => {
    const made = chain(2);
    const other = point(2, made[0]?.head, { day: 25 });
    const found = read(at("lyon", [...made, point(3, other.head, { day: 26 })]));
    expect(kinds(found)).toEqual([["broken", 3]]);
  });

  test("counts nothing that the commune did not sign for this service", () => {
    const stranger = Buffer.alloc(32, 9);
    const cases = [
      point(1, undefined, { granted: stranger }),
      // Its own grant, and somebody else's hand.
      (() => {
        const { head, name } = point(1, undefined);
        return {
          head,
          name,
          text: JSON.stringify({ head: { ...head, takenAt: "2026-11-02T02:10:00Z" }, sealed: "" }),
        };
      })(),
      {
        ...point(1, undefined, { whose: { ...owner, service: "mastodon" } }),
        name: "point-nextcloud-000001",
      },
      { ...point(1, undefined), text: "{" },
      { ...point(1, undefined), text: "[]" },
      { ...point(1, undefined), text: JSON.stringify({ head: {}, sealed: "" }) },
    ];
    for (const made of cases) {
      const found = read(at("lyon", [made]));
      expect(kinds(found)).toEqual([["worthless", "lyon", 1]]);
      expect(found.points).toEqual([]);
    }
    expect(read(at("lyon", cases.slice(0, 1))).findings[0]?.sentence.en).toBe(
      "point-nextcloud-000001 at lyon: the commune did not let this key sign restore points.",
    );
  });

  test("takes a signer's key from no other service and for no other commune", () => {
    const { head } = point(1, undefined);
    expect(judgeHead(head, owner, publicKey).problem).toBeUndefined();
    const moved = { ...head, commune: "lyon" };
    expect(judgeHead(moved, { ...owner, commune: "lyon" }, publicKey).problem).toBeDefined();
    expect(judgeHead({ ...head, more: 1 }, owner, publicKey).problem).toBe(
      "it is no head of a restore point",
    );
  });

  test("tells a site that was replaced and still writes, and a clock that went back", () => {
    const [first] = chain(1);
    const second = point(2, first?.head, { incarnation: 2 });
    const third = point(3, second.head, { incarnation: 1 });
    const all = [first, second, third].flatMap((m) => m ?? []);
    expect(kinds(read(at("lyon", all)))).toEqual([["backwards", 3]]);
    const back = point(2, first?.head, { day: 1 });
    expect(
      kinds(
        read(
          at(
            "lyon",
            [first, back].flatMap((m) => m ?? []),
          ),
        ),
      ),
    ).toEqual([["backwards", 2]]);
  });

  test("passes over what is no point of the service", () => {
    const found = read({
      host: "lyon",
      points: new Map([
        ["incarnation-1", "x"],
        ["point-mastodon-000001", "x"],
        ["point-nextcloud-1", "x"],
      ]),
      repositories: new Set(),
    });
    expect(found).toEqual({ points: [], findings: [] });
    expect(sequenceIn("nextcloud", "point-nextcloud-000043")).toBe(43);
    // A service whose name begins as another one's.
    expect(sequenceIn("next", "point-next-cloud-000043")).toBeUndefined();
  });
});

describe("a manifest", () => {
  const [made] = chain(1);
  const only = (sealed: string) => ({
    ...(made as Made),
    text: JSON.stringify({ head: made?.head, sealed }),
  });
  const sealed = () => (JSON.parse(made?.text ?? "") as { sealed: string }).sealed;
  const opened = (...held: Held[]) => {
    const last = newest(read(...held));
    return last && manifestOf(last, password);
  };

  test("is read by nobody without the password, and says nothing outside", () => {
    expect(made?.text).not.toContain("oc_users");
    const last = newest(read(at("lyon", [made as Made])));
    expect(() => last && manifestOf(last, "another")).toThrow(
      "lyon: the manifest cannot be opened with this password",
    );
  });

  test("that one host spoilt, in any byte, is read from the other one", () => {
    const good = at("givors", [made as Made]);
    for (let index = 0; index < 40; index += 1) {
      const bytes = Buffer.from(sealed(), "base64");
      const place = Math.floor((index / 40) * bytes.length);
      bytes[place] = (bytes[place] ?? 0) ^ 1;
      const bad = at("lyon", [only(bytes.toString("base64"))]);
      expect(() => opened(bad)).toThrow("lyon: ");
      expect(opened(bad, good)?.complete).toBe(true);
    }
    expect(() => opened(at("lyon", [only("")]))).toThrow("lyon: ");
  });

  test("of another point in its place is refused", () => {
    const other = sealManifest(manifest(1, "2026-11-01T02:10:00Z", { reason: "hand" }), password);
    expect(() => opened(at("lyon", [only(other)]))).toThrow("the manifest is not the one of its head");
  });

  test("that is not complete, has no part or a field that nobody knows is none", () => {
    const good = manifest(1, "2026-11-01T02:10:00Z");
    expect(readManifest(good)).toEqual(good);
    for (const bad of [{ complete: false }, { parts: [] }, { form: 2 }, { more: 1 }])
      expect(readManifest({ ...good, ...bad })).toBeUndefined();
  });

  test("names the snapshots that it consists of, those of a log too", () => {
    const log = {
      ...{ kind: "log" as const, database: "nextcloud", timeline: 1, position: "0/1A" },
      base: { repository: "database/base-2026q4", snapshot: sha("e") },
      wal: { repository: "database/wal-2026-11-26", snapshot: sha("f") },
      server: { version: "17.12", system: "1" },
    };
    const { parts } = manifest(1, "2026-11-01T02:10:00Z");
    const said = manifest(1, "2026-11-01T02:10:00Z", { parts: [...parts.slice(0, 1), log] });
    expect(readManifest(said)).toEqual(said);
    expect(snapshotsOf(said)).toEqual([
      { repository: "nextcloud/files-2026q4", snapshot: sha("a") },
      { repository: "database/base-2026q4", snapshot: sha("e") },
      { repository: "database/wal-2026-11-26", snapshot: sha("f") },
    ]);
  });
});

describe("a generation", () => {
  test("is a quarter, in UTC", () => {
    const of = (text: string) => filesRepository("nextcloud", new Date(text)).generation;
    expect(of("2026-12-31T23:59:59Z")).toBe("files-2026q4");
    expect(of("2027-01-01T00:00:00Z")).toBe("files-2027q1");
    expect(of("2028-02-29T00:30:00+01:00")).toBe("files-2028q1");
  });

  test("of a point is one, but on the day on which another one was begun", () => {
    const paths = ["2026q3", "2026q4", "2026-11-26"].map((period) => `nextcloud/files-${period}`);
    const of = (at: string) =>
      repositoriesOf("nextcloud", `${at}T02:10:00Z`, paths).map((path) =>
        path.replace("nextcloud/files-", ""),
      );
    expect(of("2026-11-24")).toEqual(["2026q4"]);
    expect(of("2026-11-25")).toEqual(["2026q4", "2026-11-26"]);
    expect(of("2026-11-26")).toEqual(["2026q4", "2026-11-26"]);
    expect(of("2026-12-31")).toEqual(["2026-11-26"]);
    expect(of("2026-10-01")).toEqual(["2026q4", "2026q3"]);
    expect(of("2026-09-30")).toEqual(["2026q3"]);
  });
});

describe("a dump of MariaDB", () => {
  const counted = (input: string) =>
    // Else bash reads /etc/bash.bashrc if no other shell has started it: its input is a socket.
    spawnSync("bash", ["--norc", "-euo", "pipefail", "-c", `DATABASE=t01\n${countDumped()}count_dumped`], {
      input,
      encoding: "utf8",
    });
  // As mariadb-dump 11.8 writes them: a line break in a value is two characters.
  const lines = [
    "CREATE TABLE `wp_links` (",
    "CREATE TABLE `wp_posts` (",
    "INSERT INTO `wp_posts` VALUES (1,'Concert\\nINSERT INTO `wp_posts` VALUES (9)\\n-- Dump completed','x');",
    "INSERT INTO `wp_posts` VALUES (2,'tab\\t \\\\ `tick`',NULL);",
  ];

  test("is counted by its lines, table by table, also those without rows", () => {
    const { stdout, status } = counted(`${lines.join("\n")}\n-- Dump completed on 2026-11-27 16:10:15\n`);
    expect([stdout, status]).toEqual(["wp_links\t0\nwp_posts\t2\n", 0]);
  });

  test("that was cut is none", () => {
    const { stderr, status } = counted(lines.join("\n"));
    expect([stderr, status]).toEqual(["The dump of t01 has no end.\n", 1]);
    expect(counted("").status).toBe(1);
  });
});
