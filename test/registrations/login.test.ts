import pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import { Commune } from "../../components/commune/index.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { judge, sentence } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import {
  communeText,
  room,
  roomWithMariadb,
  tenantText,
  valid,
  withHelm,
} from "../components/tenants/stacks.ts";
import { goldenText } from "./golden.ts";
import { kubernetesObjects } from "./objects.ts";
import type { Registration } from "./order.ts";
import { record } from "./recorder.ts";

const site = siteOf(siteSchema.parse({}));
const { declaration } = valid(
  { "tenants/chorale.yaml": tenantText("chorale", "applications: { site: { access: members } }\n") },
  communeText(`${room}directory: {}\nidentity: {}\nnextcloud: {}\n`),
);
const plan = planCommune(declaration, site);
const relayed = planCommune(
  valid({}, communeText("directory: {}\nidentity: {}\nmail: { relay: smtp.bron.test, user: nuage }\n"))
    .declaration,
  site,
);

let all: Registration[];
beforeAll(async () => {
  await withHelm();
  all = await record("bron", () => {
    const given = (name: string) => {
      throw new Error(`${name} is nobody's to give`);
    };
    new Commune("bron", { plan, site, seed: undefined, given }, {});
  });
}, 20 * 60_000);

const of = (...services: string[]) =>
  all.filter(({ name }) =>
    services.some((service) => name === `bron-${service}` || name.startsWith(`bron-${service}-`)),
  );

describe("a commune with a login of its own", () => {
  test("registers what was reviewed, and asks nobody for a secret", async () => {
    await expect(goldenText(of("directory", "login", "t-chorale"))).toMatchFileSnapshot(
      "../golden/login/registrations.yaml",
    );
  });

  test("breaks no rule", () => {
    const objects = kubernetesObjects(all);
    const facts = { declaration, plan, objects, site: { ...site, dataIsDisposable: true } };
    const found = judge(rules, { ...facts, today: "2026-11-26" });
    // What the toolkit's own nginx is too old for is not the login's doing.
    const broken = found.filter(({ rule }) => rule.level === "mandatory" && rule.id !== "supported-software");
    expect(broken.map(sentence)).toEqual([]);
  });

  test("keeps every secret out of ConfigMaps", () => {
    const texts = kubernetesObjects(all).filter(({ kind }) => kind === "ConfigMap");
    const login = texts.find(({ metadata }) => metadata.name === "login");
    expect(Object.keys((login as { data?: object } | undefined)?.data ?? {})).toContain("lmConf-1.json");
    expect(JSON.stringify(texts)).not.toMatch(/BEGIN (RSA )?PRIVATE KEY|ClientSecret|managerPassword/);
  });

  test("opens the login to the ingress controller and to that association's front, and the directory to the login", () => {
    const names = (namespace: string) =>
      kubernetesObjects(all)
        .flatMap(({ kind, metadata }) =>
          kind === "NetworkPolicy" && metadata.namespace === namespace ? [metadata.name] : [],
        )
        .sort();
    expect(names("bron-login")).toEqual([
      "login-default-deny",
      "login-portal-from-ingress",
      "login-portal-from-t-chorale-site",
      "login-portal-to-directory-server",
      // Nextcloud is told when somebody logs out.
      "login-portal-to-services",
      "login-to-dns",
    ]);
    expect(names("bron-directory")).toContain("directory-server-from-login-portal");
    expect(names("bron-t-chorale")).toContain("t-chorale-site-to-login-portal");
  });

  test("opens the way to the relay where there is one, and has its password in the Secret alone", async () => {
    const given = (name: string) => pulumi.secret(`the ${name}`);
    const sent = await record("bron", () => {
      new Commune("bron", { plan: relayed, site, seed: undefined, given }, {});
    });
    const login = kubernetesObjects(sent).filter(({ metadata }) => metadata.namespace === "bron-login");
    const named = (kind: string) =>
      login.flatMap((object) => (object.kind === kind ? [object.metadata.name] : []));
    expect(named("NetworkPolicy")).toContain("login-portal-to-mail");
    const secret = login.find(({ metadata }) => metadata.name === "login-overlay");
    expect(secret).toMatchObject({ stringData: { SMTPAuthPass: "[secret]" } });
    const others = login.filter((object) => object !== secret);
    expect(JSON.stringify(others)).not.toContain("SMTPAuthPass");
  });

  test("protects nothing of the login: it keeps nothing", () => {
    expect(of("login").filter(({ protect }) => protect)).toEqual([]);
    expect(of("directory").filter(({ protect }) => protect)).toHaveLength(2);
  });
});

describe("an association whose members log in to its applications there", () => {
  const text = "applications: { wordpress: { subdomain: blog }, dokuwiki: { access: members } }\n";
  const files = { "tenants/chorale.yaml": tenantText("chorale", text) };
  const { declaration } = valid(files, communeText(`${roomWithMariadb}directory: {}\nidentity: {}\n`));
  let made: Registration[];
  let commune: Commune;
  beforeAll(async () => {
    made = await record("bron", () => {
      const given = (name: string) => {
        throw new Error(`${name} is nobody's to give`);
      };
      commune = new Commune(
        "bron",
        { plan: planCommune(declaration, site), site, seed: undefined, given },
        {},
      );
    });
  });

  test("registers what was reviewed", async () => {
    const own = made.filter(({ name }) => name.startsWith("bron-t-chorale"));
    await expect(goldenText(own)).toMatchFileSnapshot("../golden/login/applications.yaml");
  });

  test("opens the login to the pods with a front alone, not to those of timed jobs", () => {
    const ways = kubernetesObjects(made).filter(({ metadata }) => /-to-login-portal$/.test(metadata.name));
    expect(
      ways.map(({ metadata, spec }) => [metadata.name, (spec as { podSelector: object }).podSelector]),
    ).toEqual(
      ["dokuwiki", "wordpress"].map((name) => [
        `t-chorale-${name}-to-login-portal`,
        { matchLabels: expect.objectContaining({ "app.kubernetes.io/component": name }) },
      ]),
    );
  });

  test("is told no password: none opens them", async () => {
    const { chorale } = await new Promise<Record<string, unknown>>((resolve) =>
      pulumi.output(commune.outputs.tenants as Record<string, unknown>).apply(resolve),
    );
    expect(chorale).toEqual({
      wordpress: { url: "https://blog.chorale.assos-bron.test" },
      dokuwiki: { url: "https://wiki.chorale.assos-bron.test" },
    });
  });
});
