import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dump } from "js-yaml";
import { afterAll, describe, expect, test } from "vitest";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { linkableIn, linksOf } from "../../../components/commune/links.ts";
import { loadCommune } from "../../../components/commune/load.ts";
import { neighboursOf } from "../../../components/commune/neighbours.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { federationProblems } from "../../../components/federation/links.ts";
import { federationSchema, loadFederation } from "../../../components/federation/members.ts";
import { showProblems } from "../../../components/foundation/declaration/problem.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";

const stacks = mkdtempSync(join(tmpdir(), "groups-"));
afterAll(() => rmSync(stacks, { recursive: true }));

const member = (id: string) => ({
  ...{ name: id, insee: "69029", domain: `${id}.test`, contact: `numerique@${id}.test` },
});
const group = (name: string, members: readonly string[], runs: string) => ({
  ...{ name, members },
  relay: { commune: runs, inbox: `https://relais.${runs}.test/inbox` },
  index: { commune: runs, url: `https://recherche.${runs}.test` },
});
const ids = ["bron", "givors", "grigny", "lyon", "oullins"];
const metropolis = {
  name: "Métropole",
  members: Object.fromEntries(ids.map((id) => [id, member(id)])),
  groups: {
    est: group("Est", ["bron", "lyon", "oullins"], "bron"),
    sud: group("Sud", ["givors", "grigny"], "givors"),
  },
};
const known = federationSchema.parse(metropolis);

/** A commune with three services, and what it says of its federation. */
const declared = (
  id: string,
  federation: object,
  services: object = { nextcloud: {}, mastodon: {}, peertube: {} },
) => ({
  ...{ id, population: 42_000, ...member(id), ...services, federation },
});
const parsed = (...of: Parameters<typeof declared>) => communeSchema.parse(declared(...of));
const peersOf = (id: string, federation: object) =>
  linksOf(parsed(id, federation), known).map(({ peer }) => peer);

/** Writes a folder with a metropolis and some communes. */
function write(file: object | string, ...communes: { id: string }[]): void {
  writeFileSync(join(stacks, "federation.yaml"), typeof file === "string" ? file : dump(file));
  for (const commune of communes) {
    mkdirSync(join(stacks, commune.id), { recursive: true });
    writeFileSync(join(stacks, commune.id, "commune.yaml"), dump(commune));
  }
}

/** A commune as its file says it, of a metropolis in groups or not. */
function loaded(file: object, commune: { id: string }) {
  write(file, commune);
  const read = loadCommune(stacks, commune.id);
  if (!read.ok) throw read.error;
  return read;
}

describe("a metropolis in groups", () => {
  test("links the communes of one group, and members of others that are named", () => {
    expect(peersOf("bron", { with: "all" })).toEqual(["lyon", "oullins"]);
    expect(peersOf("bron", { with: "all", except: ["lyon"], also: ["grigny"] })).toEqual([
      "grigny",
      "oullins",
    ]);
    expect(peersOf("grigny", { with: ["bron", "lyon"] })).toEqual(["bron", "lyon"]);
  });

  test("links across groups what both sides name, documents among it", () => {
    const [link] = linksOf(
      parsed("bron", { with: "all", also: ["grigny"], only: { grigny: ["documents"] } }),
      known,
    );
    expect(link).toMatchObject({ peer: "grigny", services: ["documents"] });
  });

  test("says of a neighbour whom it links with, and says it again when the groups are others", () => {
    write(metropolis, declared("lyon", { with: "all" }));
    expect(neighboursOf(stacks, ["lyon"], known).get("lyon")).toEqual(["bron", "oullins"]);
    const { groups: _, ...flat } = metropolis;
    expect(neighboursOf(stacks, ["lyon"], federationSchema.parse(flat)).get("lyon")).toHaveLength(4);
  });

  test("gives Mastodon the relay of the group before declared ones, and PeerTube its index", () => {
    const own = "https://relais.ailleurs.test/inbox";
    const { declaration } = loaded(metropolis, declared("lyon", { with: "all", relays: [own] }));
    const plan = planCommune(declaration, siteOf(siteSchema.parse({})), { metropolis: known });
    expect(plan.mastodon?.relays).toEqual(["https://relais.bron.test/inbox", own]);
    expect(plan.peertube?.videoIndex).toBe("https://recherche.bron.test");
    // Changes name both, as if the commune had written them.
    expect(plan.declared.federation).toMatchObject({ videoIndex: "https://recherche.bron.test" });
  });

  test("gives neither to who does not link these services, and leaves what the commune declares", () => {
    const quiet = loaded(metropolis, declared("lyon", { with: "all", services: ["documents"] })).declaration;
    expect(quiet.federation).toMatchObject({ relays: [], videoIndex: undefined });
    const url = "https://recherche.ailleurs.test";
    const own = loaded(metropolis, declared("lyon", { with: "all", videoIndex: url })).declaration;
    expect(own.federation?.videoIndex).toBe(url);
    const twice = loaded(
      metropolis,
      declared("lyon", { with: "all", relays: ["https://relais.bron.test/inbox"] }),
    ).declaration;
    expect(twice.federation?.relays).toEqual(["https://relais.bron.test/inbox"]);
  });

  test("without groups changes nothing", () => {
    const { groups: _, ...flat } = metropolis;
    const { declaration } = loaded(flat, declared("lyon", { with: "all" }));
    expect(declaration).toEqual({ ...parsed("lyon", { with: "all" }), associations: {} });
  });
});

test("what is wrong with groups is told with its line, all at once", () => {
  const text = `name: M
members:
  bron: { name: Bron, insee: "69029", domain: bron.test, contact: a@bron.test, hosts: [nuage.example] }
  lyon: { name: Lyon, insee: "69123", domain: lyon.test, contact: a@lyon.test }
  givors: { name: Givors, insee: "69091", domain: givors.test, contact: a@givors.test }
groups:
  est:
    name: Est
    members: [bron, lion, lyon]
    relay: { commune: bron, inbox: "https://relais.lyon.test/inbox" }
    index: { commune: paris, url: "https://recherche.bron.test" }
  sud:
    name: Sud
    members:
      - lyon
    relay: { commune: bron, inbox: "https://nuage.example/inbox" }
    index: { commune: lyon, url: "https://lyon.test.example" }
`;
  write(text);
  const read = loadFederation(stacks);
  const told =
    read?.ok === false ? showProblems(read.problems).replaceAll(`${stacks}/`, "").replace(/ +/g, " ") : "";
  expect(told.split("\n")).toEqual([
    'federation.yaml:5:11 members.givors: "givors" is in no group. Add it to the members of one, of at most 60 communes.',
    'federation.yaml:9:21 groups.est.members[1]: "lion" is not a member. Did you mean "lyon"?',
    `federation.yaml:10:36 groups.est.relay.inbox: "relais.lyon.test" is not bron's. Write a host at bron.test or below, or list it in members.bron.hosts.`,
    'federation.yaml:11:23 groups.est.index.commune: "paris" is not a member. Add it to members, or remove it here.',
    'federation.yaml:15:9 groups.sud.members[0]: "lyon" is in the group "est" already. A commune is in one group: remove it from one of the two.',
    `federation.yaml:17:34 groups.sud.index.url: "lyon.test.example" is not lyon's. Write a host at lyon.test or below, or list it in members.lyon.hosts.`,
  ]);
});

test("a group has a relay and an index, and at most sixty communes", () => {
  const many = Array.from({ length: 61 }, (_, index) => `commune-${index}`);
  const { relay: _, index: __, ...alone } = group("Est", many, "commune-0");
  const members = Object.fromEntries(many.map((id) => [id, member(id)]));
  write({ name: "M", members, groups: { est: alone } });
  const read = loadFederation(stacks);
  const told =
    read?.ok === false ? read.problems.map(({ path, message }) => `${path.join(".")}: ${message}`) : [];
  expect(told).toEqual([
    expect.stringContaining("groups.est.relay: is missing"),
    expect.stringContaining("groups.est.index: is missing"),
    "groups.est.members: is too long. Write at most 60 of the members.",
  ]);
});

test("the file of a metropolis may be longer than other declarations", () => {
  // Each line end counts as a word: other files have at most 60,000.
  write(`${"\n".repeat(100_000)}${dump(metropolis)}`);
  expect(loadFederation(stacks)?.ok).toBe(true);
});

describe("more links than a commune can have", () => {
  const many = Array.from({ length: 80 }, (_, index) => `commune-${index}`);
  const flat = federationSchema.parse({
    name: "M",
    members: Object.fromEntries(many.map((id) => [id, member(id)])),
  });
  const told = (federation: object, of = flat) => {
    const declaration = parsed(of === flat ? "commune-0" : "bron", federation);
    return federationProblems(declaration, linkableIn(declaration), of).map(
      ({ field, message }) => `${field.join(".")}: ${message}`,
    );
  };

  test("are refused with the way out, named or not; sixty are not", () => {
    expect(told({ with: "all" })).toEqual([
      "federation.with: links with 79 communes, which is more than 60. Declare groups in stacks/federation.yaml (docs/federation.md), or name fewer members here.",
    ]);
    expect(told({ with: many.slice(1, 62) })).toEqual([
      "federation.with: links with 61 communes, which is more than 60. Name fewer members here: other communes are found by the relay and the index of a group (docs/federation.md).",
    ]);
    expect(told({ with: many.slice(1, 61) })).toEqual([]);
    expect(told({ with: "all", except: many.slice(1, 20) })).toEqual([]);
  });

  test("beside `all` are of other groups, and not beside a list", () => {
    expect(told({ with: "all", also: ["lyon", "grigny", "gringy"] }, known)).toEqual([
      'federation.also.2: "gringy" is not a member in stacks/federation.yaml. Did you mean "grigny"?',
      'federation.also.0: "lyon" is linked by with: all already. Remove it here.',
    ]);
    expect(told({ with: ["lyon"], also: ["grigny"] }, known)).toEqual([
      'federation.also.0: "grigny" is beside a list. Write it in with:, and remove it here.',
    ]);
  });
});
