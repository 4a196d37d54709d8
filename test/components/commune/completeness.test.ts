import { readFileSync } from "node:fs";
import { join } from "node:path";
import yaml from "js-yaml";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { Change } from "../../../components/commune/changes/change.ts";
import { changesOf } from "../../../components/commune/changes/changes.ts";
import { english } from "../../../components/commune/changes/english.ts";
import { french } from "../../../components/commune/changes/french.ts";
import { tell } from "../../../components/commune/changes/sentences.ts";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { published } from "../../../components/commune/publish.ts";
import { type Published, readPublished } from "../../../components/commune/published.ts";
import { federationSchema } from "../../../components/federation/members.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";
import { checkout } from "../../../local/paths.ts";
import { points } from "../../programs/hotspots/mounted.ts";

type Tree = { [name: string]: unknown };

const site = siteOf(siteSchema.parse({}));
const member = (id: string) => ({
  name: id,
  insee: id === "lyon" ? "69123" : "69029",
  domain: `${id}.test`,
  contact: `numerique@${id}.test`,
});
const group = (...members: string[]) => ({
  ...{ name: "Groupe", members },
  relay: { commune: members[0], inbox: `https://relais.${members[0]}.test/inbox` },
  index: { commune: members[0], url: `https://recherche.${members[0]}.test` },
});
const metropolis = federationSchema.parse({
  name: "Métropole",
  members: Object.fromEntries(
    ["oullins-pierre-benite", "lyon", "bron", "venissieux", "grigny"].map((id) => [id, member(id)]),
  ),
  groups: {
    ouest: group("oullins-pierre-benite", "lyon", "bron", "venissieux"),
    est: group("grigny"),
  },
});
const plan = (written: Tree) => planCommune(communeSchema.parse(written), site, { metropolis });
const example = yaml.load(readFileSync(join(checkout, "stacks", "examples", "full.yaml"), "utf8")) as Tree;
const dedicatedDatabase = {
  version: "17",
  availability: "single",
  upgradeFrom: "16",
  memory: "2 GiB",
  storage: "40 GiB",
};
/** A section of the example, whose own server is on one node: several have no version before. */
const onOneNode = (section: string): Tree => {
  const written = example[section] as Tree & { dedicatedDatabase?: Tree };
  return { ...written, dedicatedDatabase: { ...written.dedicatedDatabase, availability: "single" } };
};
const full: Tree = {
  ...example,
  lists: onOneNode("lists"),
  tickets: onOneNode("tickets"),
  availability: "node-loss",
  mastodon: { ...onOneNode("mastodon"), availability: "single" },
  // Of a login of its own, where the example has somebody else's provider.
  identity: { ...(example.identity as Tree), secondFactor: { required: ["agents"] }, approvals: {} },
  database: { ...(example.database as Tree), availability: "single" },
  nextcloud: {
    ...(example.nextcloud as Tree),
    dedicatedDatabase,
    objects: { endpoint: "https://s3.ovh.test", region: "gra", bucket: "opb-documents", addressing: "host" },
  },
  peertube: { ...(example.peertube as Tree), dedicatedDatabase: undefined },
  recovery: {
    ...(example.recovery as Tree),
    vaults: ["lyon", "coffre"],
    buckets: { coffre: { endpoint: "https://s3.ovh.test", region: "gra", bucket: "opb-copies" } },
  },
  monitoring: { use: "own", recipients: ["astreinte@villeurbanne.example"], keep: "15 days" },
};
// What a server outside and a bucket leave without effect.
const { media: _, ...rest } = full;
const { objects: __, ...onVolume } = full.nextcloud as Tree;
const ours = {
  ...rest,
  nextcloud: onVolume,
  database: { ...(full.database as Tree), external: undefined },
};

// The example's PeerTube uses the commune's server.
const everyServer = withValue(ours, ["peertube", "dedicatedDatabase"], dedicatedDatabase);

/** Returns what is published of a declaration, as it is read back. */
function knownOf(declaration: Tree): Published {
  const known = readPublished(JSON.parse(JSON.stringify(published(plan(declaration), "00ff"))));
  if (known === undefined) throw new Error("What was published is not read back.");
  return known;
}

function changed(known: Published, after: Tree) {
  return changesOf(known, plan(after), { moved: [], dataIsDisposable: false, today: "2026-11-26" });
}

/** Every value that is written, by its path; a section without fields is one. */
function leaves(tree: unknown, path: string[] = []): { path: string[]; value: unknown }[] {
  const isSection = typeof tree === "object" && tree !== null && !Array.isArray(tree);
  if (!isSection || Object.keys(tree).length === 0) return [{ path, value: tree }];
  return Object.entries(tree).flatMap(([name, value]) => leaves(value, [...path, name]));
}

/** A copy of a tree with another value at a path, or without that field if the value is undefined. */
function withValue(tree: Tree, [name = "", ...rest]: string[], value: unknown): Tree {
  const own = rest.length === 0 ? value : withValue(tree[name] as Tree, rest, value);
  const { [name]: _, ...others } = tree;
  return own === undefined ? others : { ...tree, [name]: own };
}

/** Other values that a field of this kind could have. */
function others(value: unknown, path: string[]): unknown[] {
  const known: Record<string, unknown[]> = {
    version: ["18", "34.0.2", "4.6.6", "8.3.2", "1.7.7", "14.0.5", "6.2.77", "2026.8.1"],
    upgradeFrom: ["15"],
    port: [587, 5434],
    integrity: [`sha512-${"Cd2+".repeat(21)}Zw==`],
  };
  if (typeof value === "boolean") return [!value];
  if (typeof value === "number") return [...(known[path.at(-1) ?? ""] ?? []), value + 1];
  if (Array.isArray(value)) {
    const rest = [...value].slice(1);
    return [rest, [...value, value[0]].reverse(), [], [...rest, "Un autre bureau"]];
  }
  const text = String(value);
  const size = /^(\d+) (MiB|GiB|TiB|days|minutes|cores)$/.exec(text);
  return [
    ...(known[path.at(-1) ?? ""] ?? []),
    ...(size ? [`${Number(size[1]) + 1} ${size[2]}`] : []),
    ...[
      "3 cores",
      "approval",
      "single",
      "node-loss",
      "open",
      "path",
      "sober",
      "none",
      "page",
      "one year",
      "starttls",
      "verify-full",
    ],
    ...[
      "subdomain",
      "calendar",
      "cluster",
      ["bron"],
      "a",
      "autre",
      "45.7141, 4.8071",
      "Mo-Su 21:00-07:00",
      "Tu-Fr 10:00-12:00",
    ],
    ...[
      "https://autre.test/a",
      "+33 4 65 71 00 99",
      "autre.test",
      "autre@autre.test",
      "69001",
      "MCowBQYDK2VwAyEA",
    ],
    text.replace(/^./, "0"),
    `${text}x`,
  ];
}

/** The first of some values that the schema takes there, and that is another. */
function otherwise(before: Tree, path: string[], value: unknown): Tree | undefined {
  for (const other of [...others(value, path), undefined]) {
    if (JSON.stringify(other) === JSON.stringify(value)) continue;
    const after = withValue(before, path, other);
    if (communeSchema.safeParse(after).success) return after;
  }
  return undefined;
}

/** Fields without any effect where the rest is as it is in the example, and why. */
const without: Record<string, string> = {
  "mastodon.owner.email": "used once, at the first start",
  "mastodon.storage": "media are in a bucket, and no volume is kept of before",
  "nextcloud.storage": "files are in a bucket",
  "database.availability": "the server is outside",
  "database.upgradeFrom": "the server is outside",
  "database.version": "the server is outside",
  "database.storage": "the server is outside",
};

/** Fields of the commune that are told for each service whose rows they are about, in its section. */
const ofRows = ["database.external.host", "database.external.port"];

/** Whether a change is of this field, of its section, or of what is below it. */
function names({ what, field }: Change, path: string[]): boolean {
  if (ofRows.includes(path.join("."))) return what === "rows";
  return (
    field.length > 0 &&
    field.every((step, index) => index >= path.length || path[index] === "*" || step === path[index])
  );
}

/** Fields that say what becomes of what goes: they are added to what is there. */
const departing = ["retired", "formerVolume", "drop"];

describe("a field of the declaration that is another", () => {
  const known = knownOf(full);
  const fields = leaves(full).filter(({ path, value }) => path[0] !== "id" && value !== undefined);

  /** The change that each field makes, told in both languages. */
  function expectChange(before: Tree, from: Published, path: string[], value: unknown) {
    const after = otherwise(before, path, value);
    if (after === undefined) throw new Error("No other value is known for it.");
    const changes = changed(from, after);
    expect(changes.filter((change) => names(change, path))).not.toEqual([]);
    for (const { told } of changes) {
      for (const language of [english, french]) {
        expect(tell(told, language)).toMatch(/^\S.{8,}/);
        expect(tell(told, language)).not.toMatch(/undefined|NaN|\[object/);
      }
    }
  }

  test.each(fields.map(({ path, value }) => [path.join("."), path, value] as const))(
    "%s",
    (name, path, value) => {
      if (name in without) expect(changed(known, otherwise(full, path, value) ?? full)).toEqual([]);
      else expectChange(full, known, path, value);
    },
  );

  test.each(Object.keys(without).slice(1))("%s, where it has an effect", (name) => {
    const path = name.split(".");
    const value = leaves(ours).find((leaf) => leaf.path.join(".") === name)?.value;
    expectChange(ours, knownOf(ours), path, value);
  });

  test.each(Object.entries(dedicatedDatabase))("peertube.dedicatedDatabase.%s", (name, value) => {
    expectChange(everyServer, knownOf(everyServer), ["peertube", "dedicatedDatabase", name], value);
  });
});

/** Every field that the schema of declarations has, by its path; what is below a name that people choose is `*`. */
function fieldsOf(schema: unknown, path: string[] = []): string[][] {
  const { properties, additionalProperties, anyOf } = node.parse(schema);
  const below = [
    ...Object.entries(properties ?? {}).flatMap(([name, each]) => fieldsOf(each, [...path, name])),
    ...(typeof additionalProperties === "object" && additionalProperties !== null
      ? fieldsOf(additionalProperties, [...path, "*"])
      : []),
    ...(anyOf ?? []).flatMap((each) => fieldsOf(each, path)),
  ];
  return below.length === 0 ? [path] : below;
}

const node = z.object({
  properties: z.record(z.string(), z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
});

describe("every field of the schema", () => {
  const schema = z.toJSONSchema(communeSchema, { io: "input", unrepresentable: "any" });
  const tried = [...leaves(full), ...leaves(everyServer)].map(({ path }) => path);
  const isTried = (field: string[]) =>
    tried.some((path) => field.every((step, index) => step === "*" || step === path[index]));
  const isBackwards = (field: string[]) => field.includes("restoreFrom");
  const isDeparting = (field: string[]) => field.some((step) => departing.includes(step));

  test("is in the declaration that is tried above, or says what becomes of what goes", () => {
    const all = fieldsOf(schema);
    expect(all.length).toBeGreaterThan(90);
    const left = all.filter((field) => !isTried(field) && !isDeparting(field) && !isBackwards(field));
    expect(left.map((field) => field.join("."))).toEqual([]);
  });

  const backwards = fieldsOf(schema)
    .filter(isBackwards)
    .map((field) => field.slice(0, field.indexOf("restoreFrom") + 1).join("."));

  test.each([...new Set(backwards)])("%s is told when it is added", (name) => {
    const path = name.split(".");
    const after = withValue(everyServer, path, { vault: "lyon", at: "2026-11-25T20:30:00Z" });
    expect(communeSchema.safeParse(after).error).toBe(undefined);
    const told = changed(knownOf(everyServer), after).filter((change) => names(change, path));
    expect(told.map(({ effect }) => effect)).toContain("needs a restore point");
  });

  const retired = { since: "2026-11-01" };
  const departures = fieldsOf(schema)
    .map((field) => field.slice(0, field.findIndex((step) => departing.includes(step)) + 1))
    .filter((field) => field.length > 0);
  const withoutPeertube = withValue(ours, ["peertube"], undefined);
  const addedTo: Record<string, [Tree, Tree]> = {
    "database.drop": [
      withoutPeertube,
      { ...withoutPeertube, database: { ...ours.database, drop: ["peertube"] } },
    ],
    "mastodon.formerVolume": [ours, withValue(full, ["mastodon", "formerVolume"], retired)],
    "recovery.host.*.retired": [full, withValue(full, ["recovery", "host", "lyon", "retired"], retired)],
  };

  test.each([...new Set(departures.map((field) => field.join(".")))])(
    "%s is told when it is added",
    (name) => {
      const path = name.split(".");
      const [before, after] = addedTo[name] ?? [everyServer, withValue(everyServer, path, retired)];
      expect(communeSchema.safeParse(after).error).toBe(undefined);
      expect(changed(knownOf(before), after).filter((change) => names(change, path))).not.toEqual([]);
    },
  );
});

test("what did not change has no change", () => {
  for (const declaration of [full, ours, everyServer])
    expect(changed(knownOf(declaration), declaration)).toEqual([]);
});

describe("what is published", () => {
  const text = JSON.stringify(published(plan(full), "00ff"));

  test("holds no person's address and no setting of an application", () => {
    expect(text).not.toContain("@");
    expect(text).not.toContain("communication");
    expect(text).not.toContain("auto, 30");
    expect(text).toContain("trashbin_retention_obligation");
  });

  test("is as small as what is declared, with 5,000 points of public Wi-Fi too", () => {
    // With what follows from it: versions, sizes, checksums.
    expect(text.length).toBeLessThan(1.56 * JSON.stringify(full).length);
    const places = points(
      250,
      undefined,
      Array.from({ length: 20 }, (_, index) => `q${index}`),
    );
    expect(places.hotspots).toHaveLength(5000);
    const big = published(planCommune(communeSchema.parse(ours), site, { places, metropolis }), "00ff");
    expect(JSON.stringify(big).length - text.length).toBeLessThan(5000);
  });

  test("of a form that is newer than this version is not read", () => {
    const known = published(plan(full), "00ff");
    expect(readPublished(known)).toEqual(known);
    expect(readPublished({ ...known, version: 3 })).toBe(undefined);
  });
});
