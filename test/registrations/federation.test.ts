import { beforeAll, describe, expect, test } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { Commune } from "../../components/commune/index.ts";
import { knownPeersOf } from "../../components/commune/links.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { type Federation, federationSchema } from "../../components/federation/members.ts";
import { type DeclaredLink, linkKey } from "../../components/federation/settings.ts";
import { withStackKeys } from "../../components/federation/stack-keys.ts";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { Metropolis } from "../programs/metropolis.ts";
import { kubernetesObjects } from "./objects.ts";
import type { Registration } from "./order.ts";
import { type Published, record } from "./recorder.ts";

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

/** Returns what the program of Bron registers, as program.ts makes it, but for the reference itself. */
async function registered(metropolis: Federation, published: Published = {}): Promise<Registration[]> {
  const program = async () => {
    const known = await withStackKeys(metropolis, knownPeersOf(declaration, metropolis));
    const site = siteOf(siteSchema.parse({}));
    const given = (name: string) => {
      throw new Error(`${name} is not given`);
    };
    const plan = planCommune(declaration, site, { metropolis: known });
    new Commune("bron", { plan, site, seed: undefined, given }, {});
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

/** Returns what Bron's reconciler makes of its links, with Lyon's signed descriptor: what is open, and what it shows. */
async function outcome(links: DeclaredLink[]) {
  const world = simulated();
  world.at("bron").links = links;
  for (let runs = 0; runs < 3; runs += 1) await world.round();
  const { firstKey, ...shown } = world.at("bron").status?.lyon ?? { firstKey: undefined };
  return { open: world.open(), shown, firstKey };
}

/** Outputs of a stack at the end of `up`: components/commune/outputs.ts. The rest is there for no peer to read. */
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

describe("the pod that the public reaches", () => {
  interface Found {
    kind: string;
    metadata: { name: string; namespace?: string };
    spec: {
      selector: Record<string, string>;
      podSelector: { matchLabels?: Record<string, string> };
      policyTypes: string[];
      ingress?: { from: unknown; ports: unknown }[];
      egress?: unknown[];
      template: { metadata: { labels: Record<string, string> }; spec: { volumes: object[] } };
    };
  }
  const part = "app.kubernetes.io/component";
  let objects: Found[];
  beforeAll(async () => {
    const all = kubernetesObjects(await registered(knowing({}))) as unknown as Found[];
    objects = all.filter(({ metadata }) => metadata.namespace === "bron-federation");
  });
  const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);
  const pods = () => ofKind("Deployment").map(({ spec }) => spec.template);

  test("has no Secret, no account's token and no way out but names", () => {
    const publisher = pods().find(({ metadata }) => metadata.labels[part] === "publisher");
    expect(publisher?.spec).toMatchObject({ automountServiceAccountToken: false });
    expect(publisher?.spec.volumes.map((volume) => Object.keys(volume).sort())).toEqual(
      publisher?.spec.volumes.map(() => ["configMap", "name"]),
    );
    expect(JSON.stringify(publisher)).not.toMatch(/"(env|envFrom|serviceAccountName)"/);
    const leaving = ofKind("NetworkPolicy").filter(
      ({ spec }) => spec.egress !== undefined && spec.podSelector.matchLabels?.[part] !== "reconciler",
    );
    expect(leaving.map(({ metadata }) => metadata.name)).toEqual(["federation-to-dns"]);
  });

  test("is all that Services and Ingress lead to: nothing leads to the one that holds the secrets", () => {
    const reconciler = pods().find(({ spec }) => JSON.stringify(spec.volumes).includes('"secretName"'));
    expect(reconciler?.metadata.labels[part]).toBe("reconciler");
    expect(ofKind("Service").map(({ spec }) => spec.selector[part])).toEqual(["publisher", "publisher"]);
    const entering = ofKind("NetworkPolicy").filter(({ spec }) => spec.ingress !== undefined);
    expect(entering.map(({ metadata }) => metadata.name).sort()).toEqual([
      "federation-publisher-from-federation-reconciler",
      "federation-publisher-from-ingress",
    ]);
    for (const { spec } of entering) expect(spec.podSelector.matchLabels?.[part]).toBe("publisher");
  });
});
