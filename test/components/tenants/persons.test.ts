import yaml from "js-yaml";
import { beforeAll, describe, expect, test } from "vitest";
import { planCommune } from "../../../components/commune/plan.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";
import { lmConf } from "../../../components/platform/login/configuration.ts";
import { type Access, accesses } from "../../../components/tenants/applications/access.ts";
import { isByLogin } from "../../../components/tenants/applications/application.ts";
import { ChartError } from "../../../components/tenants/chart/helm.ts";
import { renderChart } from "../../../components/tenants/chart/render.ts";
import { readmeText } from "../../../components/tenants/exit/readme.ts";
import { releaseFor } from "../../../components/tenants/tenant/manifests.ts";
import { communeText, roomWithMariadb, tenantText, valid, withHelm } from "./stacks.ts";

beforeAll(async () => {
  await withHelm();
}, 20 * 60_000);

const own = "directory: {}\nidentity: {}\n";
const elsewhere = "identity: { issuer: https://id.bron.test }\n";

/** Applications that are told who asks, by where they are, and what of each is given out without asking the login. */
const applications = {
  wordpress: { host: "chorale.assos-bron.test", open: ["= /_ready", /^~ \^\/\(wp-includes\|.*\|woff2\)\$$/] },
  dokuwiki: { host: "wiki.chorale.assos-bron.test", open: ["= /health.php", /^~ \^\/lib\/.*\|woff2\)\$$/] },
  mediawiki: {
    host: "encyclopedie.chorale.assos-bron.test",
    open: ["= /_ready", /^~ \^\/\(resources\|skins\|extensions\)\/.*\)\$$/],
  },
  spip: {
    host: "journal.chorale.assos-bron.test",
    open: ["= /_ready", /^~ \^\/\(prive\|.*\)\$$/, "~ ^/local/cache-(css|js)/[^/]+\\.(css|js)$"],
  },
  radicale: { host: "agenda.chorale.assos-bron.test", open: ["= /_ready"] },
} as const;
type Name = keyof typeof applications;
const names = Object.keys(applications) as Name[];

function planned(access: Access, more = own) {
  const sections = names.map((name) => `${name}: { access: ${access} }`).join(", ");
  const text = tenantText("chorale", `applications: { ${sections} }\n`, "large");
  const files = { "tenants/chorale.yaml": text };
  const { declaration } = valid(files, communeText(`${roomWithMariadb}${more}`));
  const plan = planCommune(declaration, siteOf(siteSchema.parse({})));
  return { plan, tenant: plan.tenants?.[0] ?? expect.fail("no tenant") };
}

/** The files of an application's ConfigMap. */
function filesOf(name: Name, access: Access, more = own): Record<string, string> {
  const { tenant } = planned(access, more);
  const application = tenant.applications.find((each) => each.name === name) ?? expect.fail(name);
  const [map] = yaml.loadAll(renderChart(releaseFor(tenant, application))) as {
    data: Record<string, string>;
  }[];
  return map?.data ?? {};
}

/** The blocks of nginx's configuration that lead to the application, each with what it says. */
const towardsApplication = (text: string) =>
  text.split(/\n(?=\s*location )/).filter((block) => block.includes("proxy_pass http://127.0.0.1:8081"));

describe.each(names)("%s of a commune with a login of its own", (name) => {
  test.each(accesses)(
    "access %s: no header of a visitor's says who they are, and no cookie of the login goes on",
    (access) => {
      const blocks = towardsApplication(filesOf(name, access)["nginx.conf"] ?? "");
      expect(blocks.length).toBeGreaterThan(2);
      for (const block of blocks) {
        for (const header of ["Auth-User", "Auth-Name", "Auth-Mail", "Auth-Role"])
          expect(
            block.match(new RegExp(`proxy_set_header ${header} (""|\\$person\\w*);`, "g")),
            block,
          ).toHaveLength(1);
        expect(block).toContain("proxy_set_header Cookie $cookies;");
      }
    },
  );

  test.each(["members", "admins"] as const)(
    "access %s: asks before every answer but its health and its own look",
    (access) => {
      const text = filesOf(name, access)["nginx.conf"] ?? "";
      const open = towardsApplication(text).filter((block) => block.includes("auth_request off"));
      const paths = open.map((block) => /location (.*) \{/.exec(block)?.[1]);
      const of = applications[name].open.map((path) =>
        typeof path === "string" ? path : expect.stringMatching(path),
      );
      expect(paths).toEqual(["@anybody", ...of]);
      // Telephones come to an agenda without the login, and with a password.
      if (name === "radicale") return;
      // For all of the server, and not in one location.
      expect(text).toMatch(/^ {4}auth_request \/_login;$/m);
      expect(text).not.toContain("auth_request /_person");
    },
  );

  test("is told nothing of a login elsewhere, or of none", () => {
    for (const more of ["", elsewhere]) {
      const files = filesOf(name, "members", more);
      expect(JSON.stringify(files)).not.toMatch(
        /Auth-|HTTP_AUTH|authcommune|CommuneSessions|commune_web|auth_request \/_login/,
      );
      for (const { gate } of planned("members", more).tenant.applications) expect(gate).toBeUndefined();
    }
  });

  test("lets in members and who administers, or these alone, and is told which of the two", () => {
    const { host } = applications[name];
    const told = (access: Access) => {
      const { login = expect.fail("no login") } = planned(access).plan;
      return lmConf(login) as {
        locationRules: Record<string, object>;
        exportedHeaders: Record<string, object>;
      };
    };
    const both = { default: "inGroup('t-chorale-members') or inGroup('t-chorale-admins')" };
    // Members have no more of an agenda that everybody reads.
    const ofAdmins = { default: "inGroup('t-chorale-admins')" };
    expect(told("public").locationRules[host]).toEqual(name === "radicale" ? ofAdmins : both);
    expect(told("members").locationRules[host]).toEqual(both);
    expect(told("admins").locationRules[host]).toEqual(ofAdmins);
    // Of the groups of a person no other one is an association's business.
    expect(told("members").exportedHeaders[host]).toEqual({
      ...{ "Auth-User": "$uid", "Auth-Name": "$cn", "Auth-Mail": "$mail" },
      "Auth-Role": "inGroup('t-chorale-admins') ? 'admins' : 'members'",
    });
  });
});

describe("an agenda of a commune with a login of its own", () => {
  test("leads a browser's page to the login, and lets telephones come with a password", () => {
    for (const access of accesses) {
      const text = filesOf("radicale", access)["nginx.conf"] ?? "";
      const [page = "", rest = ""] = ["location ^~ /.web {", "location / {"].map(
        (begin) => text.split(begin)[1],
      );
      expect(page.split("}")[0]).toContain("auth_request /_login;");
      expect(rest.split("}")[0]).toContain("auth_request /_person;");
    }
  });

  test("keeps its passwords, which its telephones have: they are told, and no others", () => {
    const { tenant } = planned("members");
    expect(tenant.applications.filter((each) => !isByLogin(each)).map(({ name }) => name)).toEqual([
      "radicale",
    ]);
  });
});

describe("an agenda of a commune where people give each telephone a password", () => {
  const withPages = `${own}mail: { relay: smtp.bron.test }\n`;

  test("asks about names that are no account of its own, and about no other", () => {
    const text = filesOf("radicale", "members", withPages)["commune_accounts.py"] ?? "";
    expect(text).toContain("http://accounts-devices.bron-accounts.svc:8082/check");
    expect(text).toMatch(
      /if login not in ACCOUNTS:\n\s+return account_of\(login, password\)\n\s+return login if hmac\.compare_digest/,
    );
    // What it asks with stands in its Secret.
    expect(text).toContain('open("/run/secrets/devices/key"');
  });

  test("learns nothing of it if there are no such pages", () => {
    for (const more of ["", own, elsewhere])
      expect(JSON.stringify(filesOf("radicale", "members", more))).not.toMatch(/devices|urllib/);
  });
});

test("no password of an account opens what the login alone does", () => {
  expect(filesOf("mediawiki", "public")["LocalSettings.php"]).toMatch(
    /\['primaryauth'\] = \[\];\n\$wgEnableBotPasswords = false;/,
  );
  expect(filesOf("spip", "public")["mes_options.php"]).toContain(
    "$GLOBALS['liste_des_authentifications'] = [];",
  );
  expect(filesOf("spip", "members")["mes_options.php"]).toContain(
    "if (($_SERVER['HTTP_AUTH_USER'] ?? '') === '') unset($_COOKIE['spip_session']);",
  );
});

test.each(["mediawiki", "spip", "radicale"] as const)("%s logs out where one logged in", (name) => {
  const [, out = ""] = (filesOf(name, "members")["nginx.conf"] ?? "").split("location = /_out {");
  expect(out.split("}")[0]).toMatch(
    /add_header Set-Cookie "__Host-connexion=; Path=\/; Max-Age=0; Secure; HttpOnly" always;\s+return 302 https:\/\/connexion\.bron\.test\/\?logout=1;/,
  );
});

test("a chart that is told where to ask must know the cookie, or the login's would go on to the application", () => {
  const { tenant } = planned("members");
  expect(tenant.applications.length).toBeGreaterThan(0);
  for (const application of tenant.applications) {
    const release = releaseFor(tenant, application);
    const { cookie: _, ...login } = release.values.login as { check: string; logout: string; cookie: string };
    expect(() => renderChart({ ...release, values: { ...release.values, login } })).toThrow(ChartError);
  }
});

test("who leaves is told how to give accounts a password: those of the commune's login have none", () => {
  const of = (byLogin: boolean) =>
    readmeText(
      {
        ...{ form: 1, commune: "bron", communeDomain: "bron.test", id: "chorale", name: "Chorale" },
        ...{ domain: "chorale.test", at: "2026-11-28T10:00:00Z" },
        applications: Object.fromEntries(
          ["wordpress", "dokuwiki", "mediawiki", "spip"].map((name) => [
            name,
            { host: "x.test", image: "x", byLogin },
          ]),
        ),
      },
      "key",
    );
  expect(of(true)).toContain("UPDATE wp_users SET user_pass = MD5(");
  expect(of(true)).toContain("acl/users.auth.php\n```\n\nSur YunoHost");
  expect(of(true)).toContain("createAndPromote --force --sysop --bureaucrat");
  expect(of(true)).toContain("UPDATE spip_auteurs SET alea_actuel = '', pass = MD5(");
  expect(of(true)).not.toMatch(/os comptes et mots de passe sont les mêmes/);
  expect(of(false)).toContain("vos comptes et mots de passe sont les mêmes");
  expect(of(false)).not.toMatch(/wp_users|faites un compte|createAndPromote|spip_auteurs/);
});
