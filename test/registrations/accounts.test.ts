import pulumi from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";
import { Commune } from "../../components/commune/index.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { judge, sentence } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import { communeText, room, tenantText, valid, withHelm } from "../components/tenants/stacks.ts";
import { goldenText } from "./golden.ts";
import { kubernetesObjects } from "./objects.ts";
import type { Registration } from "./order.ts";
import { record } from "./recorder.ts";

const site = siteOf(siteSchema.parse({}));
const { declaration } = valid(
  {
    "tenants/chorale.yaml": tenantText(
      "chorale",
      "applications: { site: {}, radicale: { access: members } }\n",
    ),
  },
  communeText(`${room}directory: {}\nidentity: {}\nmail: { relay: smtp.bron.test, user: nuage }\n`),
);
const plan = planCommune(declaration, site);

let all: Registration[];
beforeAll(async () => {
  await withHelm();
  all = await record("bron", () => {
    const given = (name: string) => pulumi.secret(`the ${name}`);
    new Commune("bron", { plan, site, seed: undefined, given }, {});
  });
}, 20 * 60_000);

const of = (service: string) =>
  all.filter(({ name }) => name === `bron-${service}` || name.startsWith(`bron-${service}-`));

test("the pages of accounts register what was reviewed", async () => {
  await expect(goldenText(of("accounts"))).toMatchFileSnapshot("../golden/accounts/registrations.yaml");
});

test("they break no rule", () => {
  const objects = kubernetesObjects(all);
  const facts = { declaration, plan, objects, site: { ...site, dataIsDisposable: true } };
  const broken = judge(rules, { ...facts, today: "2026-11-28" }).filter(
    // What the toolkit's own nginx is too old for is not their doing.
    ({ rule }) => rule.level === "mandatory" && rule.id !== "supported-software",
  );
  expect(broken.map(sentence)).toEqual([]);
});

test("they have their passwords in a Secret alone, and the directory has theirs in its own", () => {
  const named = (namespace: string, name: string) =>
    kubernetesObjects(all).find(
      ({ kind, metadata }) => kind === "Secret" && metadata.namespace === namespace && metadata.name === name,
    );
  expect(named("bron-accounts", "accounts")).toMatchObject({
    stringData: {
      ...{ key: "[secret]", "directory-password": "[secret]", "mail-password": "[secret]" },
      "agenda-chorale": "[secret]",
    },
  });
  expect(named("bron-t-chorale", "t-chorale-radicale-devices")).toMatchObject({
    stringData: { key: "[secret]" },
  });
  expect(named("bron-directory", "directory-passwords")).toMatchObject({
    stringData: { "accounts.conf": "[secret]" },
  });
  const texts = kubernetesObjects(all).filter(({ kind }) => kind === "ConfigMap");
  expect(JSON.stringify(texts)).not.toContain("[secret]");
});

test("they reach the directory, the login and the relay, and nothing else; the ingress controller reaches them, and an agenda on a port of its own", () => {
  const names = (namespace: string) =>
    kubernetesObjects(all)
      .flatMap(({ kind, metadata }) =>
        kind === "NetworkPolicy" && metadata.namespace === namespace ? [metadata.name] : [],
      )
      .sort();
  expect(names("bron-accounts")).toEqual([
    "accounts-default-deny",
    "accounts-pages-from-ingress",
    "accounts-pages-from-t-chorale-radicale",
    "accounts-pages-to-directory-server",
    "accounts-pages-to-login-portal",
    "accounts-pages-to-mail",
    "accounts-to-dns",
  ]);
  expect(names("bron-t-chorale")).toContain("t-chorale-radicale-to-accounts-pages");
  const opened = kubernetesObjects(all).find(
    ({ metadata }) => metadata.name === "accounts-pages-from-t-chorale-radicale",
  );
  expect(opened).toMatchObject({ spec: { ingress: [{ ports: [{ port: 8082 }] }] } });
  expect(names("bron-directory")).toContain("directory-server-from-accounts-pages");
  expect(names("bron-login")).toContain("login-portal-from-accounts-pages");
});

test("they keep nothing, so that nothing of them is protected", () => {
  expect(of("accounts").filter(({ protect }) => protect)).toEqual([]);
});
