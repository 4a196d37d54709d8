import { describe, expect, test } from "vitest";
import { planCommune } from "../../../components/commune/plan.ts";
import { publicHosts } from "../../../components/commune/public-hosts.ts";
import { lmConf } from "../../../components/platform/login/configuration.ts";
import { accountsFront } from "../../../components/tenants/accounts/front.ts";
import { AccountsKeys } from "../../../components/tenants/accounts/keys.ts";
import { accountsDeployment } from "../../../components/tenants/accounts/manifests.ts";
import { losesAccount } from "../../../components/tenants/accounts/members.ts";
import { loginNames, uidIn } from "../../../components/tenants/accounts/person.ts";
import { reservedIds } from "../../../components/tenants/tenant/domains.ts";
import { communeText, room, tenantText, valid } from "./stacks.ts";

const site = { storageClass: undefined, privatePeers: [] };
const whole = "directory: {}\nidentity: {}\nmail: { relay: smtp.bron.test }\n";

function planned(more = whole, files: Readonly<Record<string, string>> = {}) {
  return planCommune(valid(files, communeText(`${room}${more}`)).declaration, site);
}

describe("the pages of accounts", () => {
  test.each<[string, boolean]>([
    [whole, true],
    ["directory: {}\nidentity: {}\n", false],
    ["directory: {}\nmail: { relay: smtp.bron.test }\n", false],
    ["directory: {}\nidentity: { issuer: https://id.bron.test }\nmail: { relay: smtp.bron.test }\n", false],
    ["directory: { retired: { since: 2026-11-26 } }\nmail: { relay: smtp.bron.test }\n", false],
  ])("are there with a directory, a login and a relay: %j", (more, are) => {
    const plan = planned(more);
    expect(plan.accounts !== undefined).toBe(are);
    expect(plan.directory?.hasAccounts ?? false).toBe(are);
    expect(plan.login?.accounts).toEqual(are ? { host: "comptes.bron.test" } : undefined);
    expect(publicHosts(plan).some(({ host }) => host === "comptes.bron.test")).toBe(are);
  });

  test("know the associations that run, and restart when one comes", () => {
    const [one, two] = [planned(), planned(whole, { "tenants/chorale.yaml": tenantText("chorale") })];
    expect(two.accounts?.associations).toEqual([{ id: "chorale", name: expect.any(String) }]);
    if (one.accounts === undefined || two.accounts === undefined) return expect.fail();
    const pods = [one.accounts, two.accounts].map((plan) => accountsDeployment(plan, "", []).spec);
    expect(pods[1]).not.toEqual(pods[0]);
  });

  test("know those agendas alone that ask them about telephones", () => {
    const of = (applications: string, more = whole) => {
      const files = { "tenants/chorale.yaml": tenantText("chorale", `applications: ${applications}\n`) };
      const { accounts, tenants } = planned(more, files);
      const agenda = tenants?.[0]?.applications.find(({ name }) => name === "radicale");
      return { told: accounts?.associations[0]?.agenda, agenda };
    };
    const host = "agenda.chorale.assos-bron.test";
    expect(of("{ radicale: { access: members } }").told).toEqual({ host, isForMembers: true });
    expect(of("{ radicale: { access: public } }").told).toEqual({ host, isForMembers: false });
    expect(of("{ site: {} }").told).toBeUndefined();
    expect(of("{ radicale: { access: members } }").agenda).toMatchObject({
      devices: { secret: "t-chorale-radicale-devices", label: { service: "t-chorale" } },
      values: { devices: { check: "http://accounts-devices.bron-accounts.svc:8082/check" } },
    });
    // Without a relay there are no pages, and nobody to ask.
    const { agenda } = of("{ radicale: { access: members } }", "directory: {}\nidentity: {}\n");
    expect([agenda?.devices, agenda?.secrets, agenda?.values.devices]).toEqual([undefined, [], undefined]);
  });

  test("have the front that was reviewed", async () => {
    const text = accountsFront({ commune: "bron", host: "comptes.bron.test" });
    await expect(text).toMatchFileSnapshot("../../golden/accounts/nginx.conf");
  });

  test("are told by the login who somebody is, whoever that is", () => {
    const { login } = planned();
    expect(login && lmConf(login)).toMatchObject({
      locationRules: { "comptes.bron.test": { default: "accept" } },
      exportedHeaders: { "comptes.bron.test": { "Auth-User": "$uid" } },
    });
  });
});

describe("a name to log in with", () => {
  test.each<[string, string, string]>([
    ["Alix", "Durand", "alix.durand"],
    ["Léa-Marie", "Nuñez d’Été", "lea-marie.nunez-d-ete"],
    ["Zoë", "Œuvrard", "zoe.oeuvrard"],
    ["Øyvind", "Łukasz", "oyvind.lukasz"],
    ["'", "Straße", "strasse"],
    ["-", ".", "membre"],
    ["a".repeat(60), "b", "a".repeat(40)],
    // A reserved one is nobody's.
    ["Root", "-", "root2"],
    ["", "Agents", "agents2"],
  ])("is made of %j %j", (givenName, surname, made) => {
    expect(loginNames({ givenName, surname })[0]).toBe(made);
  });

  test("has others after it, none of them reserved, each good at the login", () => {
    const names = loginNames({ givenName: "Alix", surname: "Durand" });
    expect(names.slice(0, 3)).toEqual(["alix.durand", "alix.durand2", "alix.durand3"]);
    expect(new Set(names).size).toBe(100);
    for (const each of reservedIds) expect(loginNames({ givenName: each, surname: "" })).not.toContain(each);
    expect(names.every((each) => uidIn(each) === each)).toBe(true);
  });

  test.each(["", "a b", "*", "a,dc=x", "a\u0000", "é", "x".repeat(101), undefined])("is not %j", (name) => {
    expect(uidIn(name)).toBeUndefined();
  });
});

test("an account goes with the last group of its owner", () => {
  const loses = (...groups: string[]) => losesAccount(groups, { id: "chorale" });
  expect([loses(), loses("t-chorale-members"), loses("t-chorale-members", "t-chorale-admins")]).toEqual([
    true,
    true,
    true,
  ]);
  expect([loses("t-chorale-members", "agents"), loses("t-judo-members")]).toEqual([false, false]);
});

test("what one key has sealed is nothing to another, and a form is no invitation", () => {
  const [one, other] = [7, 8].map((byte) => new AccountsKeys(Buffer.alloc(32, byte).toString("base64url")));
  if (one === undefined || other === undefined) return expect.fail();
  const invitation = {
    ...{ commune: "bron", association: "chorale", by: "noa", at: 1000, isAdmin: false },
    ...{ givenName: "Léa", surname: "N", mail: "lea@exemple.test" },
  };
  const link = one.seal(invitation);
  expect(one.open(link, 2000)).toEqual(invitation);
  expect(other.open(link, 2000)).toBe("unknown");
  expect(one.open(one.token("noa", "/", 1000), 2000)).toBe("unknown");
  expect(one.isToken(link, "noa", "/", 2000)).toBe(false);
});
