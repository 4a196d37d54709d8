import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type CommuneDeclaration, communeSchema } from "../../../components/commune/declaration.ts";
import { linkableIn, linkedKindsOf, linksOf } from "../../../components/commune/links.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { federationProblems } from "../../../components/federation/links.ts";
import {
  linkConfigMap,
  reconcilerAccess,
  reconcilerNetworkPolicies,
} from "../../../components/federation/manifests.ts";
import { federationSchema, loadFederation } from "../../../components/federation/members.ts";
import { planFederation } from "../../../components/federation/plan.ts";
import type { FederationSpec } from "../../../components/federation/spec.ts";
import { readDeclaration } from "../../../components/foundation/declaration/load.ts";
import type { KubernetesObject } from "../../../components/foundation/manifest/object.ts";
import { ingressPresets } from "../../../components/foundation/site/ingress.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";
import { judgeObjects } from "../../../policies/judge.ts";
import { rules } from "../../../policies/rules.ts";

const key = "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";
const member = (id: string, insee: string) => ({
  name: id,
  insee,
  domain: `${id}.test`,
  contact: `numerique@${id}.test`,
});
const metropolis = federationSchema.parse({
  name: "Métropole",
  members: {
    bron: { ...member("bron", "69029"), publicKey: key },
    lyon: member("lyon", "69123"),
    villeurbanne: member("villeurbanne", "69266"),
  },
});

function bron(
  federation: object | undefined,
  services: object = { nextcloud: {}, mastodon: {} },
): CommuneDeclaration {
  return communeSchema.parse({
    id: "bron",
    population: 42_000,
    ...member("bron", "69029"),
    ...services,
    ...(federation ? { federation } : {}),
  });
}

const problemsOf = (declaration: CommuneDeclaration, known: typeof metropolis) =>
  federationProblems(declaration, linkableIn(declaration), known);

describe("declared links", () => {
  test("are one per member, without the commune itself and without exceptions, with the services that it has", () => {
    const links = linksOf(bron({ with: "all", except: ["lyon"] }), metropolis);
    expect(links).toEqual([
      {
        peer: "villeurbanne",
        name: "villeurbanne",
        domain: "villeurbanne.test",
        publicKey: undefined,
        services: ["documents", "microblog"],
      },
    ]);
  });

  test("can have fewer services with one member, and none when no section asks for them", () => {
    const some = bron({ with: ["lyon", "villeurbanne"], only: { lyon: ["documents"] } });
    expect(linksOf(some, metropolis).map(({ peer, services }) => [peer, services])).toEqual([
      ["lyon", ["documents"]],
      ["villeurbanne", ["documents", "microblog"]],
    ]);
    expect(linksOf(bron(undefined), metropolis)).toEqual([]);
    expect(linkedKindsOf(bron(undefined))).toEqual([]);
    expect(linkedKindsOf(bron({ with: "all", services: ["documents"] }))).toEqual(["documents"]);
  });

  test("a new member is one more link for who declares all, and changes no other object", () => {
    const larger = { ...metropolis, members: { ...metropolis.members, givors: member("givors", "69091") } };
    const objects = (members: typeof metropolis, commune: CommuneDeclaration) =>
      linksOf(commune, members).map((link) => JSON.stringify(linkConfigMap("bron", link)));
    const [before, after] = [
      objects(metropolis, bron({ with: "all" })),
      objects(larger, bron({ with: "all" })),
    ];
    expect(after.filter((object) => !before.includes(object))).toHaveLength(1);
    expect(before.filter((object) => !after.includes(object))).toEqual([]);
    const listed = bron({ with: ["lyon"] });
    expect(objects(larger, listed)).toEqual(objects(metropolis, listed));
    const plan = (members: typeof metropolis) => {
      const declaration = bron({ with: "all" });
      const { links: _, ...rest } = planFederation(
        declaration,
        { services: [] },
        linksOf(declaration, members),
      );
      return rest;
    };
    expect(plan(larger)).toEqual(plan(metropolis));
  });
});

describe("a federation section that does not fit the metropolis", () => {
  test.each([
    [{ with: ["lion"] }, ["federation.with.0", '"lion" is not a member', 'Did you mean "lyon"?']],
    [{ with: ["bron"] }, ["federation.with.0", "is this commune itself"]],
    [
      { with: "all", except: ["givors"] },
      ["federation.except.0", '"givors" is not a member', "Add it there"],
    ],
    [{ with: "all", only: { givors: ["documents"] } }, ["federation.only.givors", "is not a member"]],
    [
      { with: "all", services: ["video"] },
      ["federation.services.0", "is linked by peertube", "does not have"],
    ],
  ])("%j is refused with its place and what to do", (federation, parts) => {
    const text = problemsOf(bron(federation), metropolis)
      .map(({ field, message }) => `${field.join(".")}: ${message}`)
      .join("\n");
    for (const part of parts) expect(text).toContain(part);
  });

  test("a commune that is not a member, or another one there, is told", () => {
    const other = { ...metropolis, members: { bron: { ...member("bron", "69123"), domain: "bron.fr" } } };
    const messages = (members: typeof metropolis) =>
      problemsOf(bron({ with: "all" }), members).map(({ field }) => field.join("."));
    expect(messages(other)).toEqual(["domain", "insee"]);
    expect(messages({ ...metropolis, members: {} })).toEqual(["federation"]);
  });
});

describe("the file of the metropolis", () => {
  const folder = mkdtempSync(join(tmpdir(), "metropolis-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("is read with every problem at its place", () => {
    expect(loadFederation(folder)).toBeUndefined();
    const text = `name: M\nmembers:\n  bron:\n    name: Bron\n    insee: "69029"\n    domain: bron.test\n    contact: a@bron.test\n    publicKey: z6Mkwrong\n  Lyon: {}\n`;
    writeFileSync(join(folder, "federation.yaml"), text);
    const loaded = loadFederation(folder);
    expect(
      loaded?.ok === false && loaded.problems.map(({ line, message }) => [line, message.slice(0, 40)]),
    ).toEqual([
      [8, '"z6Mkwrong" is not an Ed25519 key, which'],
      [9, expect.stringContaining("")],
    ]);
  });
});

test("a host belongs to one member: by its list, or below its domain", () => {
  const members = {
    bron: { ...member("bron", "69029"), hosts: ["nuage.test", "cloud.lyon.test"] },
    lyon: { ...member("lyon", "69123"), hosts: ["nuage.test"] },
  };
  const read = federationSchema.safeParse({ name: "M", members });
  expect(read.error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`)).toEqual([
    `members.bron.hosts.0: "nuage.test" is lyon's already. A host belongs to one member: remove it from one of the two.`,
    `members.bron.hosts.1: "cloud.lyon.test" is lyon's already. A host belongs to one member: remove it from one of the two.`,
    `members.lyon.hosts.0: "nuage.test" is bron's already. A host belongs to one member: remove it from one of the two.`,
  ]);
  const listed = federationSchema.parse({
    name: "M",
    members: { ...members, bron: { ...members.bron, hosts: ["cloud.bron.example"] } },
  });
  const [link] = linksOf(
    communeSchema.parse({
      id: "lyon",
      population: 1,
      ...member("lyon", "69123"),
      federation: { with: "all" },
    }),
    listed,
  );
  expect(link?.hosts).toEqual(["cloud.bron.example"]);
});

test("the section tells unions apart", () => {
  const yaml = `id: bron\nname: Bron\ninsee: "69029"\ndomain: bron.test\npopulation: 1\ncontact: a@bron.test\nfederation: { with: some }\n`;
  const read = readDeclaration("commune.yaml", Buffer.from(yaml), communeSchema);
  expect(read.ok === false && read.problems.map(({ message }) => message)).toEqual([
    '"some" is not allowed here. Write all. Or: Write a list of members in [ ] with commas between, or one per line after "- ".',
  ]);
});

function reconcilerSpec(monitoringNamespace?: string): FederationSpec {
  const plan = planCommune(bron({ with: "all" }), siteOf(siteSchema.parse({})), { metropolis });
  return {
    ...plan.federation,
    peers: {
      privatePeers: [],
      privateEndpoints: [],
      clusterRanges: [],
      authority: undefined,
      ingress: ingressPresets.traefik.source,
    },
    apiServer: { port: 6443, networkPlugin: "any" },
    monitoringNamespace,
    secretLabels: [],
  };
}

test("metrics are read from the namespace that the site names, and from nowhere without one", () => {
  const letIn = (spec: FederationSpec) =>
    reconcilerNetworkPolicies(spec).filter(
      (policy) =>
        policy.metadata.namespace === "bron-federation" &&
        policy.kind === "NetworkPolicy" &&
        JSON.stringify(policy.spec.policyTypes) === '["Ingress"]' &&
        JSON.stringify(policy.spec.podSelector).includes('"reconciler"'),
    );
  expect(letIn(reconcilerSpec())).toEqual([]);
  expect(JSON.stringify(letIn(reconcilerSpec("monitoring")))).toContain(
    '"from":[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"monitoring"}}}],"ports":[{"protocol":"TCP","port":8080}]',
  );
});

test("the reconciler may list ConfigMaps of its namespace and write one, which a wider role may not", () => {
  const objects = reconcilerAccess(reconcilerSpec()) as unknown as KubernetesObject[];
  const broken = (given: KubernetesObject[]) => judgeObjects(rules, given).map(({ rule }) => rule.id);
  expect(broken(objects)).toEqual([]);
  const wide = JSON.parse(JSON.stringify(objects).replace('"configmaps"', '"secrets"')) as KubernetesObject[];
  expect(broken(wide)).toEqual(["no-service-account-token"]);
});
