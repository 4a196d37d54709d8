import pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import { Commune } from "../../components/commune/index.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { secretsOf } from "../../components/commune/secrets.ts";
import { uncopied } from "../../components/commune/uncopied.ts";
import { secretName } from "../../components/foundation/seed/labels.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { catalogue } from "../../components/tenants/applications/list.ts";
import { judge, judgeObjects, sentence } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import { communeText, roomWithMariadb, tenantText, valid, withHelm } from "../components/tenants/stacks.ts";
import { goldenText } from "./golden.ts";
import { kubernetesObjects } from "./objects.ts";
import type { Registration } from "./order.ts";
import { record } from "./recorder.ts";

/** Rules about the toolkit's own software (too old, or too few supporters), which are no matter of an association. */
const aboutSoftware = ["supported-software", "several-supporters"];

beforeAll(withHelm, 20 * 60_000);

/** The day that rules judge on. */
const today = "2026-11-26";
const both = "applications: { site: {}, dokuwiki: { access: public } }\n";

async function registered(files: Readonly<Record<string, string>>, commune = communeText()) {
  const site = siteOf(siteSchema.parse({}));
  const { declaration } = valid(files, commune);
  const plan = planCommune(declaration, site);
  const all = await record("bron", () => {
    new Commune("bron", { plan, site, seed: undefined, given: (name) => pulumi.secret(`given ${name}`) }, {});
  });
  return { all, declaration, plan, site };
}

const ofTenant = (all: readonly Registration[], service: string) =>
  all.filter(({ name }) => name === `bron-${service}` || name.startsWith(`bron-${service}-`));

describe("a commune with an association", () => {
  let made: Awaited<ReturnType<typeof registered>>;
  beforeAll(async () => {
    made = await registered({ "tenants/chorale.yaml": tenantText("chorale", both) });
  });

  test("registers what was reviewed", async () => {
    await expect(goldenText(ofTenant(made.all, "t-chorale"))).toMatchFileSnapshot(
      "../golden/tenants/chorale.yaml",
    );
  });

  test("breaks no rule, and labels all that is the association's", () => {
    const objects = kubernetesObjects(made.all);
    const { declaration, plan, site } = made;
    const findings = judge(rules, {
      declaration,
      plan,
      objects,
      site: { ...site, dataIsDisposable: true },
      today,
    });
    // What the toolkit's own nginx is too old for is no association's doing.
    const ofCommune = findings.filter(({ rule }) => !aboutSoftware.includes(rule.id));
    expect(ofCommune.map(sentence)).toEqual([]);
    const inside = objects.filter(
      ({ metadata }) => (metadata.namespace ?? metadata.name) === "bron-t-chorale",
    );
    expect(inside.length).toBeGreaterThan(15);
    expect(inside.filter(({ metadata }) => metadata.labels?.["commune.cloud/tenant"] !== "chorale")).toEqual(
      [],
    );
  });

  test("protects its namespace and its volume", () => {
    const held = ofTenant(made.all, "t-chorale").filter(({ protect }) => protect);
    expect(held.map(({ type }) => type).sort()).toEqual([
      "kubernetes:core/v1:Namespace",
      "kubernetes:core/v1:PersistentVolumeClaim",
    ]);
  });

  test("is held to hosts of its own", () => {
    const { declaration, plan, site } = made;
    const stolen = kubernetesObjects(made.all).map((object) =>
      object.kind === "Ingress" && object.metadata.namespace === "bron-t-chorale"
        ? { ...object, spec: { tls: [{ hosts: ["cloud.bron.test"] }], rules: [{ host: "cloud.bron.test" }] } }
        : object,
    );
    const findings = judge(rules, { declaration, plan, objects: stolen, site, today }).map(sentence);
    expect(findings.filter((line) => line.includes("serves cloud.bron.test")).length).toBe(2);
  });
});

describe("a commune with an association that has an agenda", () => {
  test("registers what was reviewed, and tells the account that its members share", async () => {
    const agenda = "applications: { radicale: { access: members } }\n";
    const { all, declaration, plan, site } = await registered({
      "tenants/chorale.yaml": tenantText("chorale", agenda),
    });
    const facts = { declaration, plan, objects: kubernetesObjects(all), today };
    const findings = judge(rules, { ...facts, site: { ...site, dataIsDisposable: true } });
    expect(findings.filter(({ rule }) => !aboutSoftware.includes(rule.id)).map(sentence)).toEqual([]);
    await expect(goldenText(ofTenant(all, "t-chorale"))).toMatchFileSnapshot(
      "../golden/tenants/radicale.yaml",
    );
    const held = all.filter(({ type }) => type === "kubernetes:core/v1:Secret").map(({ name }) => name);
    expect(held.filter((name) => name.includes("radicale"))).toEqual([
      "bron-t-chorale-radicale-admin",
      "bron-t-chorale-radicale-members",
    ]);
  });
});

describe("a commune with an association that has MediaWiki", () => {
  test("registers what was reviewed, and breaks no rule", async () => {
    const wiki = "applications: { mediawiki: { access: members } }\n";
    const { all, declaration, plan, site } = await registered(
      { "tenants/chorale.yaml": tenantText("chorale", wiki) },
      communeText(roomWithMariadb),
    );
    const facts = { declaration, plan, objects: kubernetesObjects(all), today };
    const findings = judge(rules, { ...facts, site: { ...site, dataIsDisposable: true } });
    expect(findings.filter(({ rule }) => !aboutSoftware.includes(rule.id)).map(sentence)).toEqual([]);
    await expect(
      goldenText([...ofTenant(all, "t-chorale"), ...ofTenant(all, "role-t-chorale-mediawiki")]),
    ).toMatchFileSnapshot("../golden/tenants/mediawiki.yaml");
  });
});

describe("a commune with an association that has SPIP", () => {
  test("registers what was reviewed, and breaks no rule", async () => {
    const { all, declaration, plan, site } = await registered(
      { "tenants/chorale.yaml": tenantText("chorale", "applications: { spip: { access: members } }\n") },
      communeText(roomWithMariadb),
    );
    const facts = { declaration, plan, objects: kubernetesObjects(all), today };
    const findings = judge(rules, { ...facts, site: { ...site, dataIsDisposable: true } });
    expect(findings.filter(({ rule }) => !aboutSoftware.includes(rule.id)).map(sentence)).toEqual([]);
    await expect(
      goldenText([...ofTenant(all, "t-chorale"), ...ofTenant(all, "role-t-chorale-spip")]),
    ).toMatchFileSnapshot("../golden/tenants/spip.yaml");
  });
});

const neverRun = catalogue().filter(({ isNeverRun }) => isNeverRun);

describe.each(neverRun)(
  "a commune with an association that has $name, which nobody has run",
  ({ name, begins, rows }) => {
    test("registers what was reviewed, and breaks no rule", async () => {
      const own = `applications: ${JSON.stringify({ [name]: begins })}\n`;
      const { all, declaration, plan, site } = await registered(
        { "tenants/chorale.yaml": tenantText("chorale", own, rows === "postgresql" ? "large" : "small") },
        communeText(roomWithMariadb),
      );
      const facts = { declaration, plan, objects: kubernetesObjects(all), today };
      const findings = judge(rules, { ...facts, site: { ...site, dataIsDisposable: true } });
      expect(findings.filter(({ rule }) => !aboutSoftware.includes(rule.id)).map(sentence)).toEqual([]);
      const role = ofTenant(all, `role-t-chorale-${name}`);
      expect(role.length > 0).toBe(rows === "mariadb");
      const server = ofTenant(all, "pg--chorale");
      expect(server.length > 0).toBe(rows === "postgresql");
      await expect(goldenText([...ofTenant(all, "t-chorale"), ...role, ...server])).toMatchFileSnapshot(
        `../golden/tenants/${name}.yaml`,
      );
    });
  },
);

describe("a commune with an association that has WordPress", () => {
  const wordpress = "applications: { wordpress: {} }\n";
  const withServer = communeText(roomWithMariadb);
  const ofServer = (all: readonly Registration[]) => ofTenant(all, "mariadb");
  let made: Awaited<ReturnType<typeof registered>>;
  beforeAll(async () => {
    made = await registered({ "tenants/chorale.yaml": tenantText("chorale", wordpress) }, withServer);
  });

  test("registers what was reviewed, and its server", async () => {
    await expect(
      goldenText([
        ...ofTenant(made.all, "t-chorale"),
        ...ofServer(made.all),
        ...ofTenant(made.all, "role-t-chorale-wordpress"),
      ]),
    ).toMatchFileSnapshot("../golden/tenants/wordpress.yaml");
  });

  test("breaks no rule", () => {
    const objects = kubernetesObjects(made.all);
    const { declaration, plan, site } = made;
    const facts = { declaration, plan, objects, site: { ...site, dataIsDisposable: true }, today };
    const ofCommune = judge(rules, facts).filter(({ rule }) => !aboutSoftware.includes(rule.id));
    expect(ofCommune.map(sentence)).toEqual([]);
  });

  test("protects the server's namespace and volume, which stay when it is retired", async () => {
    const held = ofServer(made.all).filter(({ protect }) => protect);
    expect(held.map(({ type }) => type).sort()).toEqual([
      "kubernetes:core/v1:Namespace",
      "kubernetes:core/v1:PersistentVolumeClaim",
    ]);
    const retired = "tenants: { domain: assos-bron.test, mariadb: { retired: { since: 2026-11-26 } } }\n";
    const left = ofServer((await registered({}, communeText(retired))).all);
    const names = left.map(({ type, name }) => `${type} ${name}`);
    for (const { type, name } of held) expect(names).toContain(`${type} ${name}`);
    expect(left.some(({ type }) => type.endsWith("StatefulSet"))).toBe(false);
  });

  test("opens the server to the association's own pods and nobody else, and another one changes nothing", async () => {
    const from = kubernetesObjects(made.all).flatMap((object) =>
      object.kind === "NetworkPolicy" && object.metadata.namespace === "bron-mariadb"
        ? [object.metadata.name]
        : [],
    );
    expect(from.sort()).toEqual([
      "mariadb-default-deny",
      "mariadb-role-to-mariadb-server",
      "mariadb-server-from-mariadb-role",
      "mariadb-server-from-t-chorale",
      "mariadb-to-dns",
    ]);
    const two = await registered(
      {
        "tenants/chorale.yaml": tenantText("chorale", wordpress),
        "tenants/judo.yaml": tenantText("judo", wordpress),
      },
      withServer,
    );
    // What a pod reads while it runs.
    const shares = "bron-mariadb-rows";
    const others = (all: typeof two.all) =>
      all.filter(({ name }) => !name.includes("t-judo") && name !== shares);
    expect(goldenText(others(two.all))).toBe(goldenText(others(made.all)));
    const [said] = kubernetesObjects(two.all).flatMap((object) =>
      object.metadata.name === "mariadb-rows" ? [JSON.stringify(object)] : [],
    );
    expect(said).toMatch(/"rows":"t[0-9a-f]{20} chorale 1048576\\nt[0-9a-f]{20} judo 1048576\\n"/);
  });

  test("starts again with another version of a password, and its user is made anew", async () => {
    const raised = communeText(`${roomWithMariadb}secrets: { t-chorale/wordpress-database-password: 2 }\n`);
    const { all } = await registered({ "tenants/chorale.yaml": tenantText("chorale", wordpress) }, raised);
    const before = new Map(made.all.map((each) => [`${each.type} ${each.name}`, goldenText([each])]));
    const changed = all.filter((each) => before.get(`${each.type} ${each.name}`) !== goldenText([each]));
    expect(changed.map(({ name }) => name).sort()).toEqual([
      "bron-role-t-chorale-wordpress",
      "bron-t-chorale-wordpress",
    ]);
    expect(JSON.stringify(kubernetesObjects(changed))).toContain("t-chorale/wordpress-database-password/v2");
  });

  test("is on a server of its own where its file says so, which goes with it", async () => {
    const own = `${wordpress}dedicatedDatabase: { memory: 512 MiB, storage: 20 GiB }\n`;
    const { all, declaration, plan, site } = await registered({
      "tenants/chorale.yaml": tenantText("chorale", own),
      "tenants/judo.yaml": tenantText("judo", both),
    });
    const facts = { declaration, plan, objects: kubernetesObjects(all), today };
    const findings = judge(rules, { ...facts, site: { ...site, dataIsDisposable: true } });
    expect(findings.filter(({ rule }) => !aboutSoftware.includes(rule.id)).map(sentence)).toEqual([]);
    const server = ofTenant(all, "db--chorale");
    await expect(goldenText(server)).toMatchFileSnapshot("../golden/tenants/own-server.yaml");
    const held = server.filter(({ protect }) => protect).map(({ type, name }) => `${type} ${name}`);
    expect(held).toHaveLength(2);
    expect(ofTenant(all, "mariadb")).toEqual([]);
    expect(secretsOf(plan).map(secretName)).toContain("db--chorale/root-password");
    const left = async (data: string) => {
      const retired = `${own}retired: { since: 2026-11-26, data: ${data} }\n`;
      const after = (await registered({ "tenants/chorale.yaml": tenantText("chorale", retired) })).all;
      const ofChorale = after.filter(({ name }) => name.includes("chorale"));
      expect(ofChorale.filter(({ type }) => /:(Job|StatefulSet|Deployment)$/.test(type))).toEqual([]);
      return ofTenant(after, "db--chorale").map(({ type, name, protect }) => ({
        at: `${type} ${name}`,
        protect,
      }));
    };
    for (const at of held) {
      expect(await left("kept")).toContainEqual({ at, protect: true });
      expect(await left("released")).toContainEqual({ at, protect: false });
    }
  });

  test("drops the rows of one that was let go of", async () => {
    const released = await registered(
      {
        "tenants/chorale.yaml": tenantText(
          "chorale",
          `${wordpress}retired: { since: 2026-11-26, data: released }\n`,
        ),
      },
      withServer,
    );
    const jobs = released.all.filter(({ type }) => type.endsWith(":Job")).map(({ name }) => name);
    expect(jobs).toContain("bron-drop-t-chorale-wordpress");
    expect(jobs).not.toContain("bron-role-t-chorale-wordpress");
  });
});

describe("an association of a commune whose copies are at a vault", () => {
  const federation = `name: Métropole
members:
  lyon: { name: Lyon, insee: "69123", domain: lyon.test, contact: a@lyon.test }
  bron: { name: Bron, insee: "69029", domain: bron.test, contact: a@bron.test }
`;
  const files = {
    "../federation.yaml": federation,
    "tenants/chorale.yaml": tenantText(
      "chorale",
      "applications: { wordpress: {}, dokuwiki: { access: public } }\n",
    ),
  };
  const vaults = `${roomWithMariadb}recovery: { vaults: [lyon] }\n`;
  let made: Awaited<ReturnType<typeof registered>>;
  beforeAll(async () => {
    made = await registered(files, communeText(vaults));
  });

  test("has restore points of each application that keeps something, as was reviewed", async () => {
    const own = made.all.filter(({ name }) => name.startsWith("bron-t-chorale-wordpress-restore"));
    await expect(goldenText(own)).toMatchFileSnapshot("../golden/tenants/restore-points.yaml");
    expect(made.plan.points.map(({ service }) => service)).toEqual([
      "t-chorale-wordpress",
      "t-chorale-dokuwiki",
    ]);
    expect(uncopied(made.plan)).toEqual([]);
    const labels = secretsOf(made.plan).map(secretName);
    expect(labels).toContain("t-chorale-wordpress/restore-repository");
  });

  test("breaks no rule, has room for the pods that copy it, and its own pods mount nothing of what opens the vault", async () => {
    const objects = kubernetesObjects(made.all);
    const inside = objects.filter(({ metadata }) => metadata.namespace === "bron-t-chorale");
    expect(judgeObjects(rules, objects).map(sentence)).toEqual([]);
    const mounting = inside.filter((each) => JSON.stringify(each).includes('"secretName":"restore-point-'));
    expect(mounting.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort()).toEqual([
      "CronJob restore-dokuwiki",
      "CronJob restore-point-dokuwiki",
      "CronJob restore-point-wordpress",
      "CronJob restore-rows-wordpress",
      "CronJob restore-wordpress",
    ]);
    const hard = async (more: string) => {
      const { all } = await registered(files, communeText(more));
      const quota = kubernetesObjects(all).find(({ metadata }) => metadata.name === "t-chorale-quota");
      return (quota as unknown as { spec: { hard: Record<string, string> } }).spec.hard;
    };
    const [small, large] = [await hard(roomWithMariadb), await hard(vaults)];
    const more = (name: string) =>
      Number.parseInt(large[name] ?? "", 10) - Number.parseInt(small[name] ?? "", 10);
    expect(["pods", "limits.memory", "limits.cpu", "limits.ephemeral-storage"].map(more)).toEqual([
      2, 1024, 2000, 2048,
    ]);
  });

  test("that is suspended is copied wherever its volumes are", async () => {
    const suspended = "suspended: { since: 2026-11-27, reason: Sur demande. }\n";
    const text = `${files["tenants/chorale.yaml"]}${suspended}`;
    const { all } = await registered({ ...files, "tenants/chorale.yaml": text }, communeText(vaults));
    const cron = kubernetesObjects(all).find(({ metadata }) => metadata.name === "restore-point-wordpress");
    expect(JSON.stringify(cron)).toContain("preferredDuringSchedulingIgnoredDuringExecution");
  });
});

test("an association more, or less, changes nothing of the others", async () => {
  const one = { "tenants/chorale.yaml": tenantText("chorale", both) };
  const before = (await registered(one)).all;
  const after = (await registered({ ...one, "tenants/judo.yaml": tenantText("judo", both) })).all;
  const others = after.filter(({ name }) => !name.startsWith("bron-t-judo"));
  expect(goldenText(others)).toBe(goldenText(before));
  expect(after.length).toBeGreaterThan(before.length + 15);
});

test("a suspended association keeps all it has, and a notice stands in the place of each application", async () => {
  const more = "suspended: { since: 2026-11-27, reason: Sur demande. }\n";
  const two = "applications: { wordpress: {}, dokuwiki: { access: public } }\n";
  const withServer = communeText(roomWithMariadb);
  const running = (await registered({ "tenants/chorale.yaml": tenantText("chorale", two) }, withServer)).all;
  const { all, declaration, plan, site } = await registered(
    { "tenants/chorale.yaml": tenantText("chorale", `${two}${more}`) },
    withServer,
  );
  const names = (registrations: readonly Registration[]) =>
    registrations.map(({ type, name }) => `${type} ${name}`);
  const isPages = (name: string) => name.endsWith("-pages");
  const isTimed = (name: string) => name.endsWith("-events");
  expect(names(all).filter((name) => !isPages(name))).toEqual(
    names(running).filter((name) => !isTimed(name)),
  );
  expect(names(all).filter(isPages).length).toBe(2);

  // What leads there, and what is kept, is as it was.
  const others = (registrations: readonly Registration[]) =>
    registrations.filter(
      ({ type, name }) =>
        !isPages(name) &&
        !isTimed(name) &&
        !(name.includes("t-chorale") && /ConfigMap|Deployment/.test(type)),
    );
  expect(goldenText(others(all))).toBe(goldenText(others(running)));
  const containers = kubernetesObjects(all)
    .filter(({ kind, metadata }) => kind === "Deployment" && metadata.namespace === "bron-t-chorale")
    .map(({ spec }) => spec as { strategy: object; template: { spec: { containers: { name: string }[] } } })
    .map(({ strategy, template }) => [strategy, template.spec.containers.map(({ name }) => name)]);
  expect(containers).toEqual([
    [{ type: "Recreate" }, ["front"]],
    [{ type: "Recreate" }, ["front"]],
  ]);

  const facts = { declaration, plan, objects: kubernetesObjects(all), today };
  const findings = judge(rules, { ...facts, site: { ...site, dataIsDisposable: true } });
  expect(findings.filter(({ rule }) => !aboutSoftware.includes(rule.id)).map(sentence)).toEqual([]);
});

test("pages of files give way to the notice by the same type of update, which an API server takes", async () => {
  const strategyOf = async (more: string) => {
    const { all } = await registered({ "tenants/chorale.yaml": tenantText("chorale", more) });
    const found = kubernetesObjects(all).find(
      ({ kind, metadata }) => kind === "Deployment" && metadata.namespace === "bron-t-chorale",
    );
    if (found === undefined) throw new Error("no Deployment");
    return (found.spec as { strategy: { type: string } }).strategy;
  };
  const site = "applications: { site: {} }\n";
  expect(await strategyOf(site)).toEqual({ type: "RollingUpdate" });
  expect(await strategyOf(`${site}suspended: { since: 2026-11-27, reason: Sur demande. }\n`)).toEqual({
    type: "RollingUpdate",
    rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
  });
});

test("a retired association keeps the names of what holds its data", async () => {
  const running = (await registered({ "tenants/chorale.yaml": tenantText("chorale", both) })).all;
  const retired = (
    await registered({
      "tenants/chorale.yaml": tenantText("chorale", `${both}retired: { since: 2026-11-26 }\n`),
    })
  ).all;
  const names = new Set(running.map(({ type, name }) => `${type} ${name}`));
  const left = ofTenant(retired, "t-chorale");
  expect(left.every(({ type, name }) => names.has(`${type} ${name}`))).toBe(true);
  expect(left.some(({ type }) => type.endsWith("PersistentVolumeClaim"))).toBe(true);
  expect(left.some(({ type }) => /Deployment|Ingress/.test(type))).toBe(false);
});
