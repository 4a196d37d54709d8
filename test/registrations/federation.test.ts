import { beforeAll, describe, expect, test } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { Commune } from "../../components/commune/index.ts";
import { declaredLinks } from "../../components/federation/links.ts";
import { type Federation, federationSchema } from "../../components/federation/members.ts";
import { publicKeyOf } from "../../components/federation/proof.ts";
import { type DeclaredLink, linkKey } from "../../components/federation/settings.ts";
import { withStackKeys } from "../../components/federation/stack-keys.ts";
import { siteOf, siteSchema } from "../../components/site/site.ts";
import { Metropolis } from "../programs/metropolis.ts";
import { kubernetesObjects } from "./objects.ts";
import { type Published, type Registration, record } from "./recorder.ts";

// What this does not prove: that a StackReference reads what a stack of the same backend published. The local
// cluster does (test/cluster/federation-stacks.test.ts).

const member = (id: string, insee: string) => ({
  name: id,
  insee,
  domain: `${id}.test`,
  contact: `numerique@${id}.test`,
});
const declaration = communeSchema.parse({
  id: "bron",
  population: 42_000,
  ...member("bron", "69029"),
  nextcloud: {},
  mastodon: {},
  peertube: {},
  federation: { with: ["lyon"] },
});

/** The metropolis, and what its file says of Lyon beside the rest. */
const knowing = (lyon: { publicKey?: string; stack?: string }): Federation =>
  federationSchema.parse({
    name: "Métropole",
    members: { bron: member("bron", "69029"), lyon: { ...member("lyon", "69123"), ...lyon } },
  });

/** A simulated Bron and Lyon; the second one declares the first. */
function simulated(): Metropolis {
  const world = new Metropolis(["bron", "lyon"]);
  world.declare("lyon", "bron");
  return world;
}
const key = publicKeyOf(simulated().at("lyon").key);

/** What the program of Bron registers, as index.ts makes it, but for the reference itself. */
async function registered(metropolis: Federation, published: Published = {}): Promise<Registration[]> {
  const program = async () => {
    const known = await withStackKeys(metropolis, declaredLinks(declaration, metropolis));
    const site = siteOf(siteSchema.parse({}));
    const given = (name: string) => {
      throw new Error(`${name} is not given`);
    };
    new Commune("bron", { declaration, metropolis: known, site, seed: undefined, given }, {});
  };
  const all = await record("bron", program, published);
  return all.filter(({ type }) => type !== "pulumi:pulumi:StackReference");
}

function linksIn(registrations: readonly Registration[]): DeclaredLink[] {
  return kubernetesObjects(registrations).flatMap((object) => {
    const { data } = object as { data?: Record<string, string> };
    return data?.[linkKey] ? [JSON.parse(data[linkKey]) as DeclaredLink] : [];
  });
}

/** What Bron's reconciler makes of its links, with Lyon's signed descriptor: what is open, and what it shows. */
async function outcome(links: DeclaredLink[]) {
  const world = simulated();
  world.at("bron").links = links;
  for (let runs = 0; runs < 3; runs += 1) await world.round();
  const { firstKey, ...shown } = world.at("bron").status?.lyon ?? { firstKey: undefined };
  return { open: world.open(), shown, firstKey };
}

/** What a stack says at the end of `up`: index.ts. The rest is there for no peer to read. */
const published: Published = {
  lyon: {
    federation: { domain: "lyon.test", publicKey: key },
    addresses: { nextcloud: "https://elsewhere.test", mastodon: "https://elsewhere.test" },
  },
};

describe("a link with a commune of the same backend", () => {
  let fromStack: Registration[];
  let fromFile: Registration[];
  let withoutKey: Registration[];
  beforeAll(async () => {
    fromStack = await registered(knowing({ stack: "lyon" }), published);
    fromFile = await registered(knowing({ publicKey: key }));
    withoutKey = await registered(knowing({}));
  });

  test("is, object for object, the one that federation.yaml makes with the same key", () => {
    expect(linksIn(fromStack)).toMatchObject([{ peer: "lyon", domain: "lyon.test", publicKey: key }]);
    expect(fromStack).toEqual(fromFile);
  });

  test("that has not been brought up yet is the one that federation.yaml makes without a key", async () => {
    expect(await registered(knowing({ stack: "lyon" }), { lyon: {} })).toEqual(withoutKey);
  });

  test("comes to the same as one with the key that the signed descriptor names", async () => {
    const [known, seen] = [await outcome(linksIn(fromStack)), await outcome(linksIn(withoutKey))];
    expect(known.open).toHaveLength(12);
    expect(seen.open).toEqual(known.open);
    expect(seen.shown).toEqual(known.shown);
    expect([known.firstKey, seen.firstKey]).toEqual([undefined, key]);
  });
});
