import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import pulumi from "@pulumi/pulumi";
import { changesOf, refusals } from "../../components/commune/changes/changes.ts";
import { communeSchema } from "../../components/commune/declaration.ts";
import { everyImage } from "../../components/commune/images.ts";
import { Commune } from "../../components/commune/index.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { publicHosts } from "../../components/commune/public-hosts.ts";
import { published } from "../../components/commune/publish.ts";
import { federationSchema } from "../../components/federation/members.ts";
import type { DeclaredLink } from "../../components/federation/settings.ts";
import type { FederationStatus } from "../../components/federation/status.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { bundle } from "../../components/foundation/program/bundle.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { linkedKinds, links } from "../../components/services/list.ts";
import { judge, mandatory, sentence } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import { reconcile } from "../../programs/federation/reconcile.ts";
import { objectsOf } from "../../scripts/objects.ts";
import { record } from "../registrations/recorder.ts";

// What a checkout makes of the service "carnet", as JSON. test/fourth-service.test.ts runs it where the list has that line.

const member = (id: string) => ({ name: id, insee: "69029", domain: `${id}.test`, contact: `a@${id}.test` });
const metropolis = federationSchema.parse({
  name: "Metropolis",
  members: { bron: member("bron"), lyon: { ...member("lyon"), insee: "69123" } },
});
const site = siteOf(siteSchema.parse({}));

function planned(sections: object) {
  const declaration = communeSchema.parse({
    id: "bron",
    population: 42_000,
    ...member("bron"),
    federation: { with: "all" },
    ...sections,
  });
  return { declaration, plan: planCommune(declaration, site, { metropolis }) };
}

const named = ({ kind, metadata: { namespace, name } }: KubernetesObject) =>
  `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;

async function registered(sections: object) {
  const { declaration, plan } = planned(sections);
  const objects = await objectsOf("bron", plan, site);
  const facts = { declaration, plan, objects, site: undefined, today: "2026-11-26" };
  const findings = mandatory(judge(rules, facts), facts.today);
  return { objects, findings: findings.map(sentence) };
}

/** Changes from one version to another: what is refused, and what becomes of the version. */
function upgraded(from: string, to: string) {
  const before = published(planned({ carnet: { version: from } }).plan, "00ff");
  const { plan } = planned({ carnet: { version: to } });
  const changes = changesOf(before, plan, { moved: [], dataIsDisposable: false, today: "2026-11-26" });
  const version = changes.find(({ what }) => what === "version");
  return {
    refused: refusals(changes).map(({ field, message }) => `${field.join(".")}: ${message}`),
    effect: version?.effect,
    interruption: version?.interruption,
  };
}

/** A link with Lyon after two runs of the reconciler, by the driver of the list and an application that keeps it. */
async function linked(link: DeclaredLink): Promise<string | undefined> {
  const calendars: Record<string, object> = {};
  const server = createServer(({ method, url = "" }, response) => {
    const target = url.split("/")[2];
    if (method === "PUT" && target) calendars[target] = { outgoing: "accepted", incoming: true };
    response.end(method === "GET" ? JSON.stringify(calendars) : "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const own = {
    url: "https://carnet.bron.test",
    inside: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
  const theirs = { url: "https://carnet.lyon.test", software: "carnet", version: "3.1.0" };
  let status: FederationStatus | undefined;
  for (let runs = 0; runs < 2; runs += 1) {
    await reconcile({
      id: "bron",
      domain: "bron.test",
      objects: {
        links: async () => [link],
        status: async () => status,
        save: async (said) => {
          status = structuredClone(said);
        },
      },
      peers: {
        find: async () => ({
          is: "peer",
          key: "z",
          descriptor: {
            version: 1,
            id: "lyon",
            ...member("lyon"),
            population: 1,
            issued: "2026-11-26T00:00:00Z",
            expires: "2026-11-27T00:00:00Z",
            services: [
              { kind: "events", ...theirs, licence: "AGPL-3.0-or-later", source: "https://example.org" },
            ],
            peers: [{ id: "bron", domain: "bron.test", services: ["events"] }],
          },
        }),
      },
      services: links
        .filter(({ kind }) => `${kind}` === "events")
        .map(({ kind, noun, driver }) => ({
          kind,
          noun,
          ...driver(own, { secret: () => "token", redundancy: false }),
        })),
      kinds: linkedKinds,
      now: () => new Date("2026-11-26T12:00:00Z"),
      declared: () => {},
      log: () => {},
    });
  }
  server.close();
  return status?.lyon?.services.events?.state;
}

const { plan } = planned({ carnet: {} });
const [link] = plan.federation.links;
const running = await registered({ carnet: {} });
const before = published(plan, "00ff");
const retired = planned({ carnet: { retired: { since: "2026-11-26" } } });
/** The reconciler's secrets, which are known only where there is a seed. */
const secrets = (
  await record("bron", () => {
    new Commune("bron", { plan, site, seed: undefined, given: () => pulumi.secret("secret") }, {});
  })
).flatMap(({ name, inputs }) =>
  name === "bron-federation-secrets" ? Object.keys((inputs as { stringData: object }).stringData) : [],
);
const unknown = communeSchema.safeParse({
  ...{ id: "bron", population: 1, ...member("bron"), carnet: { storige: "5 GiB" } },
});

console.log(
  JSON.stringify({
    unknown: unknown.error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`),
    hosts: publicHosts(plan).map(({ service, host }) => `${service} ${host}`),
    objects: running.objects.map(named).filter((name) => name.includes("bron-carnet")),
    role: running.objects.map(named).filter((name) => name.includes("database-role-carnet")),
    reconcilers: secrets,
    findings: running.findings,
    service: before.services.carnet,
    volumes: before.volumes,
    image: [...everyImage]
      .filter(({ reference }) => reference.includes("carnet"))
      .map(({ licence }) => licence),
    skipped: upgraded("2.4.0", "4.0.2"),
    next: upgraded("2.4.0", "3.1.0"),
    links: link?.services,
    described: plan.federation.settings.services,
    state: link && (await linked(link)),
    driver: bundle("federation").text.includes("/calendars"),
    retirements: Object.keys(retired.plan.retirements),
    retired: (await objectsOf("bron", retired.plan, site))
      .map(named)
      .filter((name) => name.includes("bron-carnet")),
  }),
);
