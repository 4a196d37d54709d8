import { describe, expect, test } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { planCommune } from "../../components/commune/plan.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { withPods } from "../../components/foundation/manifest/pod-template.ts";
import { namespaceManifests } from "../../components/foundation/namespace/manifests.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { cacheServer } from "../../components/platform/cache/manifests.ts";
import { exposureIngress, exposureService } from "../../components/platform/exposure/manifests.ts";
import { workloadOf } from "../../components/services/nextcloud/workloads.ts";
import { type Finding, judge, judgeObjects, sentence } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import { licenceIsFree, severalSupporters, softwareRegistered } from "../../policies/software.ts";
import { cases } from "./cases.ts";

const today = "2026-11-26";

const exposure = {
  workload: workloadOf("bron", "web"),
  host: "cloud.bron.test",
  port: 8080,
  ingress: siteOf(siteSchema.parse({})).ingress,
};
const cache = {
  commune: "bron",
  service: "nextcloud",
  memoryMiB: 64,
  volume: undefined,
  passwordLabel: "v1",
};
const good: KubernetesObject[] = JSON.parse(
  JSON.stringify([
    ...namespaceManifests({
      commune: "bron",
      service: "nextcloud",
      data: "none",
      quota: { memoryMiB: 512, storageGiB: 1, pods: 3 },
    }),
    cacheServer(cache),
    exposureService(exposure),
    exposureIngress(exposure),
  ]),
);

/** Objects of {@link good} in a tenant's namespace, with something more in the pods. */
function ofTenant(pod: object): KubernetesObject[] {
  return good
    .filter(({ kind }) => kind !== "Ingress")
    .map((object) => {
      const labels = { ...object.metadata.labels, "commune.cloud/tenant": "chorale" };
      const own = { ...object, metadata: { ...object.metadata, labels } };
      return withPods(own, (spec) => ({ ...spec, ...pod }));
    });
}

const minimal = {
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
};
const declaration = communeSchema.parse(minimal);

/** Rules that a test of this file has seen refusing. */
const refusing = new Set<string>();

function told(findings: readonly Finding[]): string[] {
  for (const { rule } of findings) refusing.add(rule.id);
  return findings.map(sentence);
}

function broken(objects: KubernetesObject[]): string[] {
  return told(judgeObjects(rules, objects));
}

/** The good objects with one change made in their text. */
function changed(from: string, to: string): KubernetesObject[] {
  const text = JSON.stringify(good);
  if (!text.includes(from)) throw new Error(`${from} is not in the objects`);
  return JSON.parse(text.replaceAll(from, to));
}

test("what the components make breaks no rule", () => {
  expect(broken(good)).toEqual([]);
});

describe("a rule refuses", () => {
  test.each([
    ["image-in-catalogue", "docker.io/valkey/valkey:", "docker.io/someone/valkey:"],
    ["pods-are-restricted", '"runAsNonRoot":true', '"runAsNonRoot":false'],
    ["pods-are-restricted", '"type":"RuntimeDefault"', '"type":"Unconfined"'],
    ["pods-are-restricted", '"drop":["ALL"]', '"drop":["KILL"]'],
    ["pods-are-restricted", '"readOnlyRootFilesystem":true', '"readOnlyRootFilesystem":false'],
    ["pods-are-restricted", '"allowPrivilegeEscalation":false', '"allowPrivilegeEscalation":true'],
    ["no-service-account-token", '"automountServiceAccountToken":false,', ""],
    ["memory-is-limited", '"limits":{"memory":"160Mi"}', '"limits":{}'],
    ["namespaces-are-restricted", '"pod-security.kubernetes.io/enforce":"restricted"', '"x":"y"'],
    [
      "namespaces-are-closed",
      '"podSelector":{},"policyTypes":["Ingress","Egress"]',
      '"podSelector":{},"policyTypes":["Ingress"]',
    ],
    ["public-names-use-tls", '"tls":[{"hosts":["cloud.bron.test"]}],', ""],
    ["public-names-use-tls", '"ports":[{"name":"http"', '"type":"LoadBalancer","ports":[{"name":"http"'],
  ])("%s: %s", (id, from, to) => {
    const messages = broken(changed(from, to));
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(new RegExp(`^${id} \\(\\w+\\): \\w+ bron-nextcloud`));
  });
});

describe("an object is refused", () => {
  const configMap = (data: Record<string, string>): KubernetesObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "settings", namespace: "bron-nextcloud" },
    data,
  });
  const withContainer = (fields: object): KubernetesObject[] =>
    changed('"name":"valkey",', `"name":"valkey",${JSON.stringify(fields).slice(1, -1)},`);

  test.each<[string, string, KubernetesObject[]]>([
    ["portable-kinds", "of a vendor's kind", changed('"networking.k8s.io/v1"', '"projectcalico.org/v3"')],
    [
      "data-is-labelled",
      "without a label",
      changed('"commune.cloud/data":"sessions"', '"commune.cloud/other":"x"'),
    ],
    [
      "data-is-labelled",
      "with a word of its own",
      changed('"commune.cloud/data":"sessions"', '"commune.cloud/data":"posts.gossip"'),
    ],
    ["quota-present", "in a namespace without limits", changed('"requests.storage":"1Gi",', "")],
    ["tenants-stay-inside", "that is a tenant's, on a node of its choice", ofTenant({ nodeName: "local" })],
    [
      "secrets-in-secrets",
      "with a private key",
      [configMap({ "tls.pem": "-----BEGIN RSA PRIVATE KEY-----\nMIIE" })],
    ],
    [
      "secrets-in-secrets",
      "with a password in an address",
      [configMap({ "database.yml": "url: postgres://nextcloud:xK3hq9Zs@database/nextcloud" })],
    ],
    [
      "secrets-in-secrets",
      "with a password in a variable",
      withContainer({ env: [{ name: "SMTP_PASSWORD", value: "xK3hq9Zs81" }] }),
    ],
    [
      "secrets-in-secrets",
      "with a password in a command line",
      withContainer({ command: ["server", "--admin-password=xK3hq9Zs81"] }),
    ],
  ])("%s: %s", (id, _, objects) => {
    const messages = [...new Set(broken(objects))];
    expect(messages.length).toBeGreaterThan(0);
    for (const message of messages) {
      expect(message).toMatch(new RegExp(`^${id} \\(\\w+\\): `));
      expect(message).not.toContain("xK3hq9Zs");
    }
  });

  describe("that begins Mastodon's recurring jobs", () => {
    const clock = ["bundle", "exec", "sidekiq", "-q", "scheduler"];
    /** A Deployment of {@link good} that runs something else. */
    const running = (name: string, args: string[], spec: object = {}): KubernetesObject[] =>
      good
        .filter(({ kind }) => kind === "Deployment")
        .map((object) => {
          const once = { replicas: 1, strategy: { type: "Recreate" } };
          const other = { ...object, spec: Object.assign({}, object.spec, once, spec) };
          return withPods({ ...other, metadata: { ...object.metadata, name } }, ({ containers, ...pod }) => ({
            ...pod,
            containers: (containers as object[]).map((each) => ({ ...each, command: [], args })),
          }));
        });
    const refused = (...more: KubernetesObject[][]) => broken([...good, ...more.flat()]);

    test("beside others that do not is taken", () => {
      expect(refused(running("one", clock), running("two", ["sidekiq", "-q", "default"]))).toEqual([]);
    });

    test.each<[string, KubernetesObject[][], string]>([
      [
        "twice",
        [running("one", clock), running("two", clock)],
        "Deployment bron-nextcloud/two begins Mastodon's recurring jobs, and so does Deployment bron-nextcloud/one.",
      ],
      [
        "twice, as it takes all queues",
        [running("one", clock), running("two", ["bin/sidekiq"])],
        "and so does Deployment bron-nextcloud/one.",
      ],
      ["in two pods", [running("one", clock, { replicas: 2 })], "starts 2 of Mastodon's schedulers"],
      [
        "in the next pod before the last has ended",
        [running("one", clock, { strategy: { type: "RollingUpdate" } })],
        "before the last one has ended. Write strategy: { type: Recreate }.",
      ],
    ])("one-scheduler: %s", (_, objects, message) => {
      const [only, ...others] = refused(...objects);
      expect(others).toEqual([]);
      expect(only).toMatch(/^one-scheduler \(security\): /);
      expect(only).toContain(message);
    });
  });

  test.each<[string, KubernetesObject[]]>([
    [
      "that say where a secret is",
      withContainer({
        env: [
          { name: "SMTP_PASSWORD_FILE", value: "/run/secrets/smtp" },
          { name: "TOKEN_LIFETIME", value: "15minutes" },
          { name: "VAPID_PUBLIC_KEY", value: "BPk0cSzzKdYTLsmqzwIVJ5" },
          { name: "SMTP_PASSWORD", valueFrom: { secretKeyRef: { name: "smtp", key: "password" } } },
        ],
      }),
    ],
    [
      "that read one when they start",
      [configMap({ "start.sh": 'export PGPASSWORD="$(cat /run/secrets/password)"; psql --password="$X"' })],
    ],
  ])("not those %s", (_, objects) => expect(broken(objects)).toEqual([]));
});

describe("what is declared of others is refused", () => {
  const found = (given: object, objects: KubernetesObject[] = []) =>
    told(
      judge(rules, {
        declaration: communeSchema.parse({ ...minimal, ...given }),
        plan: planCommune(declaration, siteOf(siteSchema.parse({}))),
        objects,
        site: undefined,
        today,
      }),
    );
  const media = (endpoint: string) => ({
    media: { endpoint, region: "fr", bucket: "bron", publicHost: "media.bron.test" },
  });

  test.each([
    [
      "operators-in-eu (sovereignty): media.endpoint names s3.eu-west-3.amazonaws.com, run by Amazon,",
      media("https://s3.eu-west-3.amazonaws.com"),
    ],
    [
      "operators-in-eu (sovereignty): mail.relay names smtp.sendgrid.net, run by Twilio,",
      { mail: { relay: "smtp.sendgrid.net" } },
    ],
    [
      "no-private-account (neutrality): identity.issuer names login.microsoftonline.com, where an account with Microsoft",
      {
        identity: { issuer: "https://login.microsoftonline.com/bron/v2.0", clientId: "bron", name: "Compte" },
      },
    ],
    [
      "encrypted-everywhere (security): mail.encryption is none, and smtp.example.org is not below bron.test",
      { mail: { relay: "smtp.example.org", encryption: "none" } },
    ],
  ])("%s", (said, given) => {
    const messages = found(given);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain(said);
  });

  test.each([
    ["a store of one's own", media("https://s3.bron.test")],
    ["a name that only ends alike", media("https://s3.notamazonaws.com")],
    ["a relay of the European Union", { mail: { relay: "in-v3.mailjet.com" } }],
    ["a relay in the cluster", { mail: { relay: "relais.courrier.svc.cluster.local", encryption: "none" } }],
    ["a relay in the commune's own network", { mail: { relay: "smtp.bron.test", encryption: "none" } }],
    ["a website that people follow a link to", { website: "https://www.bron.fr" }],
  ])("not %s", (_, given) => expect(found(given)).toEqual([]));

  test("parts of pages from a third party, wherever they stand in an object", () => {
    const page = (text: string): KubernetesObject => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "page", namespace: "bron-federation" },
      data: { "index.html": text },
    });
    const foreign = found({}, [page('<link href="https://fonts.googleapis.com/css2?family=Marianne">')]);
    expect(foreign.filter((each) => each.startsWith("no-foreign-host"))).toEqual([
      "no-foreign-host (neutrality): ConfigMap bron-federation/page names fonts.googleapis.com (Google) in the key index.html: whoever opens the page would be told to it. Serve that file yourself.",
    ]);
    const alike = found({}, [page("see unpkg.community and my-hcaptcha.com.example")]);
    expect(alike.filter((each) => each.startsWith("no-foreign-host"))).toEqual([]);
  });
});

describe("images without a digest", () => {
  const facts = (dataIsDisposable: boolean | undefined, objects: KubernetesObject[], mirrors = {}) => ({
    declaration,
    plan: planCommune(declaration, siteOf(siteSchema.parse({}))),
    objects,
    today,
    site: dataIsDisposable === undefined ? undefined : { dataIsDisposable, registryMirrors: mirrors },
  });
  const found = (...given: Parameters<typeof facts>) => told(judge(rules, facts(...given)));

  test("are refused where data is protected, all at once, with the command that pins them", () => {
    const one =
      "images-by-digest (security): docker.io/valkey/valkey:8.1.1 has no digest, and what stands under that name can change. Pin it with: npx commune pin bron. Where all data may go: pulumi config set commune:data disposable -s bron";
    expect(found(false, good)).toEqual([one]);
    const other = changed("docker.io/valkey/valkey:8.1.1", "docker.io/valkey/valkey:8.1.0");
    expect(found(false, [...good, ...other])).toEqual([
      one
        .replace(
          "docker.io/valkey/valkey:8.1.1 has",
          "docker.io/valkey/valkey:8.1.0, docker.io/valkey/valkey:8.1.1 have",
        )
        .replace("that name", "those names")
        .replace("Pin it", "Pin them"),
    ]);
  });

  test("are let through where data is disposable, and where nobody knows", () => {
    expect([found(true, good), found(undefined, good)]).toEqual([[], []]);
  });

  test("are those of the catalogue at a mirror too, and no others", () => {
    const mirrors = { "docker.io": "registry.bron.fr/hub" };
    const at = (host: string) => changed("docker.io/", `${host}/`);
    expect(found(true, at("registry.bron.fr/hub"), mirrors)).toEqual([]);
    expect(found(true, at("registry.bron.fr/other"), mirrors)[0]).toContain("image-in-catalogue");
  });
});

test("every rule says in both languages what must hold, in sentences that one reads in one go", () => {
  for (const { description } of rules) {
    expect(description.fr).not.toBe(description.en);
    for (const text of Object.values(description)) {
      expect(text).toMatch(/^[A-ZÀ-Ý].*\.$/);
      for (const each of text.split(/(?<=\.) /)) expect(each.split(/\s+/).length).toBeLessThanOrEqual(30);
    }
    expect(description.fr).not.toMatch(/\b(pod|namespace|ingress|pvc|deployment|container)s?\b/i);
  }
});

test("every rule has a name of its own", () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
});

test.each([
  [
    "the other order of its directions",
    '"policyTypes":["Ingress","Egress"]',
    '"policyTypes":["Egress","Ingress"]',
  ],
  [
    "its fields in another order",
    '"podSelector":{},"policyTypes":["Ingress","Egress"]',
    '"policyTypes":["Ingress","Egress"],"podSelector":{}',
  ],
  [
    "empty lists of openings",
    '"policyTypes":["Ingress","Egress"]}',
    '"policyTypes":["Ingress","Egress"],"ingress":[],"egress":[]}',
  ],
])("a policy that denies everything is one with %s too", (_, from, to) => {
  expect(broken(changed(from, to))).toEqual([]);
});

test.each([
  [
    "only some pods",
    '"podSelector":{},"policyTypes":["Ingress","Egress"]',
    '"podSelector":{"matchLabels":{"a":"b"}},"policyTypes":["Ingress","Egress"]',
  ],
  [
    "an opening for everybody",
    '"podSelector":{},"policyTypes":["Ingress","Egress"]',
    '"podSelector":{},"policyTypes":["Ingress","Egress"],"ingress":[{}]',
  ],
])("a policy with %s denies not everything", (_, from, to) => {
  expect(broken(changed(from, to))).toEqual([expect.stringMatching(/^namespaces-are-closed /)]);
});

describe("the public names of a commune", () => {
  const ingressOf = (host: string) => changed("cloud.bron.test", host);
  test.each([
    ["are below its domain", "cloud.bron.test", 0],
    ["are not somebody else's", "cloud.lyon.test", 1],
    ["are not those that end alike", "cloud.autre-bron.test", 1],
  ])("%s", (_, host, count) => {
    const facts = {
      declaration,
      plan: planCommune(declaration, siteOf(siteSchema.parse({}))),
      objects: ingressOf(host),
      site: undefined,
      today,
    };
    expect(
      told(judge(rules, facts)).filter((each) => each.startsWith("hosts-are-the-communes")),
    ).toHaveLength(count);
  });
});

test("a server outside that lets nobody have its log is told to lose more than was promised", () => {
  const written = {
    ...{ ...minimal, nextcloud: {}, database: { external: { host: "postgresql.bron.test" } } },
    recovery: { rpo: "1 minute", vaults: ["lyon"] },
  };
  const declaration = communeSchema.parse(written);
  const plan = planCommune(declaration, siteOf(siteSchema.parse({})));
  const facts = { declaration, plan, objects: [], site: undefined, today };
  expect(
    told(judge(rules, facts)).filter((each) => each.startsWith("databases-are-copied-in-time")),
  ).toHaveLength(1);
});

describe("a statement of accessibility", () => {
  const found = (date: string) => {
    const declaration = communeSchema.parse({
      ...minimal,
      portal: {
        address: "Place de Weingarten",
        phone: "+33 4 65 71 00 01",
        hours: "Mo-Fr 08:30-17:00",
        director: "Le maire",
        host: { name: "Métropole", address: "20 rue du Lac", phone: "+33 4 65 71 00 02" },
        audit: { date, by: "Mission accessibilité", rate: 84 },
      },
    });
    const plan = planCommune(declaration, siteOf(siteSchema.parse({})));
    return told(judge(rules, { declaration, plan, objects: [], site: undefined, today })).filter((each) =>
      each.startsWith("accessibility-statement"),
    );
  };

  test("does not rest on an audit of more than three years ago, or of tomorrow", () => {
    expect(found("2023-11-26")).toEqual([]);
    expect(found("2023-11-25")).toEqual([expect.stringContaining("an audit counts for 3 years")]);
    expect(found("2026-11-27")).toEqual([expect.stringContaining("which is yet to come")]);
  });
});

test("a licence that is not free is refused, and an image without one is left to the catalogue", () => {
  const [rule, ...unknown] = ["SSPL-1.0", ""].map((licence) =>
    licenceIsFree(licence === "" ? [] : [{ reference: "docker.io/valkey/valkey:8", licence, source: "" }]),
  );
  if (rule === undefined) throw new Error("no rule");
  expect(told(judgeObjects([rule], good))).toEqual([
    expect.stringMatching(/^licence-is-free \(sovereignty\): .* under SSPL-1.0, which is not among/),
  ]);
  expect(judgeObjects(unknown, good)).toEqual([]);
});

test("software without a number in a list is named, unless the catalogue says why", () => {
  const valkey = { reference: "docker.io/valkey/valkey:8", licence: "BSD-3-Clause", source: "" };
  const found = (more: object) => told(judgeObjects([softwareRegistered([{ ...valkey, ...more }])], good));
  expect(found({})).toEqual([
    expect.stringMatching(/^software-registered \(innovation\): .*valkey\/valkey has no number in the SILL/),
  ]);
  expect(found({ notRegistered: "younger than the list" })).toEqual([]);
  expect(found({ registers: { sill: 1, read: "2026-11-27", from: "https://a.fr" } })).toEqual([]);
});

test("software that one alone supports is named, unless the catalogue says why", () => {
  const valkey = { reference: "docker.io/valkey/valkey:8", licence: "BSD-3-Clause", source: "" };
  const plan = planCommune(declaration, siteOf(siteSchema.parse({})));
  const facts = { declaration, plan, objects: good, site: undefined, today };
  const found = (more: object) => told(judge([severalSupporters([{ ...valkey, ...more }])], facts));
  const one = { name: "Dalibo", from: "https://a.fr" };
  const said =
    /^several-supporters \(sovereignty\): .*valkey\/valkey has (nobody|one alone) in the catalogue/;
  expect(found({})).toEqual([expect.stringMatching(said)]);
  expect(found({ providers: [one] })).toEqual([expect.stringMatching(said)]);
  expect(found({ providers: [one, { ...one, name: "EDB" }] })).toEqual([]);
  expect(found({ providers: [], fewProviders: "a part of others" })).toEqual([]);
});

// The last of the file: it counts what the others have seen.
test("every rule was seen refusing", () => {
  const seen = new Set([...refusing, ...Object.keys(cases)]);
  expect([...seen].sort()).toEqual(rules.map(({ id }) => id).sort());
});
