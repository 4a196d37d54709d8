import { createHash, createPublicKey, createSign, createVerify } from "node:crypto";
import { describe, expect, test } from "vitest";
import { roleWords } from "../../../audit/approval-answer.ts";
import { words } from "../../../components/commune/changes/words.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { deriveSigningKey } from "../../../components/foundation/seed/rsa.ts";
import { clientOptions, lmConf } from "../../../components/platform/login/configuration.ts";
import { frontConfiguration } from "../../../components/platform/login/front.ts";
import { loginConfig, loginDeployment } from "../../../components/platform/login/manifests.ts";
import { styleSource, templates } from "../../../components/platform/login/pages.ts";
import type { LoginPlan } from "../../../components/platform/login/plan.ts";
import { signingKey } from "../../../components/platform/login/secrets.ts";
import { communeText, loaded, room, tenantText, valid } from "../tenants/stacks.ts";

const site = { storageClass: undefined, privatePeers: [] };
const own = "directory: {}\nidentity: {}\n";
const members = "applications: { site: { access: members } }\n";
const admins = "applications: { site: { access: admins } }\n";

function planned(files: Readonly<Record<string, string>>, more = own) {
  return planCommune(valid(files, communeText(`${room}${more}`)).declaration, site);
}

const full = planned(
  { "tenants/chorale.yaml": tenantText("chorale", members), "tenants/judo.yaml": tenantText("judo", admins) },
  `${own}nextcloud: {}\nmastodon: {}\npeertube: {}\n`,
);
const login: LoginPlan = full.login ?? expect.fail("no login");

const withRelay: LoginPlan =
  planned({}, `${own}mail: { relay: smtp.bron.test, user: nuage }\n`).login ?? expect.fail("no login");

describe("what LemonLDAP::NG is told", () => {
  test("is what was reviewed, and no secret", async () => {
    const text = `${JSON.stringify(lmConf(login), undefined, 2)}\n`;
    await expect(text).toMatchFileSnapshot("../../golden/login/lmConf.json");
    expect(text).not.toMatch(/managerPassword|ClientSecret|PrivateKey|"key"/);
  });

  test("has a client for each service that asks, for agents alone", () => {
    const options = clientOptions(login.clients, { nextcloud: "n", mastodon: "m" });
    expect(options).toMatchObject({
      nextcloud: {
        oidcRPMetaDataOptionsClientID: "nextcloud",
        oidcRPMetaDataOptionsClientSecret: "n",
        oidcRPMetaDataOptionsRule: "inGroup('agents')",
        oidcRPMetaDataOptionsRedirectUris:
          "https://cloud.bron.test/apps/user_oidc/code https://cloud.bron.test/index.php/apps/user_oidc/code",
        oidcRPMetaDataOptionsLogoutUrl:
          "https://cloud.bron.test/index.php/apps/user_oidc/backchannel-logout/commune",
        oidcRPMetaDataOptionsLogoutType: "back",
        oidcRPMetaDataOptionsLogoutSessionRequired: 1,
      },
      mastodon: { oidcRPMetaDataOptionsClientSecret: "m", oidcRPMetaDataOptionsRule: "inGroup('agents')" },
    });
    // Mastodon cannot be told, and PeerTube asks nobody yet.
    expect(JSON.stringify(options.mastodon)).not.toContain("LogoutUrl");
    expect(Object.keys(options)).toEqual(["nextcloud", "mastodon"]);
  });

  test("lets people set a password anew by a letter where there is a relay, and offers it nowhere else", () => {
    expect(lmConf(withRelay)).toMatchObject({
      ...{ portalDisplayResetPassword: 1, portalErrorOnMailNotFound: 0, mailTimeout: 3600 },
      ...{ SMTPServer: "smtp.bron.test", SMTPPort: 587, SMTPTLS: "starttls", SMTPAuthUser: "nuage" },
      ...{ mailFrom: "ne-pas-repondre@bron.test", mailUrl: "https://connexion.bron.test/resetpwd" },
      // Its check asks for a program that the image has not.
      captcha_mail_enabled: 0,
    });
    expect(lmConf(login)).toMatchObject({ portalDisplayResetPassword: 0 });
    expect(Object.keys(lmConf(login)).join(" ")).not.toMatch(/SMTP|mailFrom/);
    const offered = (plan: LoginPlan) => templates(plan)["login.tpl"]?.includes('href="/resetpwd"');
    expect([offered(withRelay), offered(login)]).toEqual([true, false]);
    expect(Object.keys(templates(login))).not.toContain("mail.tpl");
  });

  test("trusts the site's own authority beside the system's, where it has one", () => {
    const authority = "-----BEGIN CERTIFICATE-----\n";
    const own = { SSL_ca_file: "/etc/login/authority.pem", SSL_ca_path: "/etc/ssl/certs" };
    expect(lmConf({ ...withRelay, authority })).toMatchObject({ lwpSslOpts: own, SMTPTLSOpts: own });
    expect(loginConfig({ ...withRelay, authority }).data).toMatchObject({ "authority.pem": authority });
    expect(Object.keys(lmConf(withRelay)).join(" ")).not.toMatch(/lwpSslOpts|SMTPTLSOpts/);
    expect(Object.keys(loginConfig(withRelay).data ?? {})).not.toContain("authority.pem");
  });

  test("asks for a second factor of the groups that are declared, and lets everybody have one", () => {
    const ruleOf = (required: string) => {
      const own = `directory: {}\nidentity: { secondFactor: { required: [${required}] } }\n`;
      return (lmConf(planned({}, own).login ?? expect.fail("no login")) as Record<string, unknown>)
        .sfRequired;
    };
    const optional = lmConf(login) as Record<string, unknown>;
    expect([optional.sfRequired, optional.totp2fSelfRegistration, optional.totp2fActivation]).toEqual([
      0, 1, 1,
    ]);
    expect(ruleOf("agents")).toBe("(inGroup('agents'))");
    const [, pattern = ""] = /=~ \/(.*)\//.exec(String(ruleOf("admins"))) ?? [];
    const admins = new RegExp(pattern.replace("\\z", "$"));
    for (const groups of ["t-chorale-admins", "agents; t-chorale-admins; x"]) expect(groups).toMatch(admins);
    // An association may be called that.
    for (const groups of ["t-a-admins-members", "not-t-chorale-admins", "agents"])
      expect(groups).not.toMatch(admins);
    expect(ruleOf("agents, members")).toMatch(/^\(inGroup\('agents'\)\) or \(.*members/);
  });

  test("has letters in which nothing but the link is filled in", () => {
    const { mailConfirmBody, mailBody } = lmConf(withRelay) as Record<string, string>;
    expect(mailConfirmBody?.match(/\$\w+/g)).toEqual(["$url"]);
    expect(mailBody).not.toContain("$");
  });

  test("lets in to an application who is of the group that its file says, and shows the tile to no one else", () => {
    expect(lmConf(login)).toMatchObject({
      locationRules: {
        "chorale.assos-bron.test": { default: "inGroup('t-chorale-members')" },
        "judo.assos-bron.test": { default: "inGroup('t-judo-admins')" },
      },
      applicationList: { category2: { application1: { options: { display: "auto" } } } },
    });
  });
});

describe("the front", () => {
  test("lets one address ask for few letters: nobody's mailbox is filled by a stranger", () => {
    const [, location = ""] = /location = \/resetpwd \{([^}]*)\}/.exec(frontConfiguration()) ?? [];
    expect(location).toContain("limit_req zone=letters burst=10 nodelay;");
    expect(frontConfiguration()).toMatch(/limit_req_zone \$tries zone=letters:1m rate=3r\/m;/);
  });

  test("says itself what is run: no visitor and no other front can", () => {
    expect(frontConfiguration()).not.toMatch(/LLTYPE\s+\$|SCRIPT_FILENAME\s+\$/);
    expect(frontConfiguration().match(/fastcgi_pass /g)).toHaveLength(1);
  });
});

describe("pages", () => {
  const { mail } = withRelay;
  const all = Object.entries(templates({ name: "L’Haÿ <TMPL_VAR NAME=x> & Cie", mail }));

  test.each(all)("%s is French, and complete without a script", (_, text) => {
    expect(text).toContain('<html lang="fr">');
    expect(text).not.toMatch(/<script|https?:\/\/|trspan|trmsg/);
    expect(text).toContain("L’Haÿ &lt;TMPL_VAR NAME=x&gt; &amp; Cie");
  });

  test.each(all)("%s opens and closes its blocks", (_, text) => {
    const open: string[] = [];
    for (const [, end, name = ""] of text.matchAll(/<(\/?)TMPL_(IF|UNLESS|LOOP)\b/g)) {
      if (end) expect(open.pop()).toBe(name);
      else open.push(name);
    }
    expect(open).toEqual([]);
  });

  test.each(all)("%s escapes what people wrote", (_, text) => {
    const raw = [...text.matchAll(/<TMPL_VAR NAME="(\w+)">/g)].map(([, name]) => name);
    // LemonLDAP::NG makes these itself, and the plugin the day.
    expect(raw.filter((name) => !["HIDDEN_INPUTS", "FORM_METHOD", "day"].includes(name ?? ""))).toEqual([]);
  });

  test("have one style, which is the one that is admitted", () => {
    const styles = all.map(([, text]) => /<style>([\s\S]*?)<\/style>/.exec(text)?.[1]);
    expect(new Set(styles).size).toBe(1);
    expect(styleSource({ name: "Bron" })).toBe(styleSource({ name: "Lyon" }));
  });
});

describe("another association", () => {
  test("starts the login again when a page of it is reserved, and not otherwise", () => {
    const pod = (files: Readonly<Record<string, string>>) =>
      loginDeployment(planned(files).login ?? expect.fail(), []).spec.template;
    const one = { "tenants/judo.yaml": tenantText("judo", admins) };
    expect(pod({ ...one, "tenants/chorale.yaml": tenantText("chorale") })).toEqual(pod(one));
    expect(pod({ ...one, "tenants/chorale.yaml": tenantText("chorale", members) })).not.toEqual(pod(one));
  });
});

describe("the key that the login signs with", () => {
  const seed = Buffer.alloc(32, 7).toString("base64");
  const key = deriveSigningKey(seed, "bron", signingKey);

  test("is the same from the same seed, and another in another version or commune", () => {
    expect(deriveSigningKey(seed, "bron", signingKey)).toEqual(key);
    expect(deriveSigningKey(seed, "bron", { ...signingKey, version: 2 }).publicKey).not.toBe(key.publicKey);
    expect(deriveSigningKey(seed, "lyon", signingKey).publicKey).not.toBe(key.publicKey);
  });

  test("has 2,048 bits, and signs what its public half verifies", () => {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey(key.publicKey);
    expect([asymmetricKeyType, asymmetricKeyDetails?.modulusLength]).toEqual(["rsa", 2048]);
    const signature = createSign("sha256").update("camille").sign(key.privateKey);
    expect(createVerify("sha256").update("camille").verify(key.publicKey, signature)).toBe(true);
    expect(createVerify("sha256").update("alix").verify(key.publicKey, signature)).toBe(false);
  });
});

describe("a declaration", () => {
  const refused = (more: string, files = {}) => loaded(files, communeText(`${room}${more}`)).lines;

  test("without an issuer needs a directory that runs", () => {
    expect(refused("identity: {}\n")).toEqual([
      expect.stringMatching(
        /:8 identity: is the commune's own login.*none is declared\. Write directory: \{\}/,
      ),
    ]);
    expect(refused("identity: {}\ndirectory: { retired: { since: 2026-11-26 } }\n")).toEqual([
      expect.stringMatching(/identity: .*that is retired\. Take the line retired: out below directory:/),
    ]);
    expect(refused("identity: { issuer: https://id.bron.test }\n")).toEqual([]);
  });

  test("asks for a second factor at the commune's own login alone, of groups that there are", () => {
    const asking = (required: string) => `secondFactor: { required: [${required}] } }\n`;
    expect(refused(`directory: {}\nidentity: { ${asking("agents, admins, members")}`)).toEqual([]);
    expect(refused(`identity: { issuer: https://id.bron.test, ${asking("agents")}`)).toEqual([
      expect.stringMatching(/identity.secondFactor: is of the commune's own login.*somebody else's provider/),
    ]);
    expect(refused(`directory: {}\nidentity: { ${asking("agent")}`)).toEqual([
      expect.stringMatching(/"agent".*agents/),
    ]);
  });

  test("has no service where the login is", () => {
    expect(refused(`${own}nextcloud: { subdomain: connexion }\n`)).toEqual([
      expect.stringMatching(/nextcloud.subdomain: "connexion" is already the name of identity/),
    ]);
  });

  test("reserves pages of files where the commune has a login of its own, and nowhere else", () => {
    const files = { "tenants/chorale.yaml": tenantText("chorale", members) };
    expect(refused(own, files)).toEqual([]);
    for (const more of ["", "identity: { issuer: https://id.bron.test }\n"])
      expect(refused(more, files)).toEqual([
        expect.stringMatching(
          /applications.site.access: "members" is more than site can do.*a login of its own/,
        ),
      ]);
  });

  test("gives each service a client of its own at the commune's login, and the stack's at somebody else's", () => {
    expect(full.identities).toMatchObject({
      nextcloud: { issuer: "https://connexion.bron.test", clientId: "nextcloud" },
      mastodon: { clientId: "mastodon", secret: { service: "mastodon", purpose: "login-secret" } },
    });
    expect(full.givenSecrets).toEqual([]);
    const other = planned({}, "identity: { issuer: https://id.bron.test }\nmastodon: {}\n");
    expect(other.identities.mastodon).toEqual({
      issuer: "https://id.bron.test",
      clientId: "commune-cloud",
      name: "Compte de la commune",
    });
    expect(other.givenSecrets).toEqual(["identity-client-secret"]);
    expect(other.login).toBeUndefined();
  });
});

test("every file that LemonLDAP::NG and nginx read is in one ConfigMap, and small enough for it", () => {
  const size = Object.values(loginConfig(login).data ?? {}).reduce((sum, text) => sum + text.length, 0);
  expect(size).toBeLessThan(200_000);
});

describe("the page on which officials approve", () => {
  const { login: plan } = planned({}, "directory: {}\nidentity: { approvals: {} }\n");
  const configuration = (of: LoginPlan | undefined) => (of && loginConfig(of).data) ?? {};
  const { "accord.html": page = "", "nginx.conf": front = "" } = configuration(plan);

  test("is served where it is declared, with its own script and style alone", () => {
    expect(configuration(login)["accord.html"]).toBeUndefined();
    expect(configuration(login)["nginx.conf"]).not.toContain("accord");
    expect(front).toContain("    location = /accord {\n      alias /etc/login/accord.html;\n");
    const [, policy = ""] = /Content-Security-Policy "([^"]*)"/.exec(front) ?? [];
    for (const element of ["script", "style"]) {
      const all = [...page.matchAll(new RegExp(`<${element}[^>]*>([\\s\\S]*?)</${element}>`, "g"))];
      expect(all).toHaveLength(1);
      const hash = createHash("sha256")
        .update(all[0]?.[1] ?? "")
        .digest("base64");
      expect(policy).toContain(`${element}-src 'sha256-${hash}'`);
    }
    expect(policy).toContain("default-src 'none'");
    expect(page).not.toMatch(/ (?:src|on[a-z]+)=/);
  });

  test("uses the words of reports", () => {
    const { refused: _, ...effects } = words.effect;
    for (const { fr } of [...Object.values(effects), ...Object.values(roleWords)])
      expect(page).toContain(`"${fr}"`);
  });

  test("is refused where people log in with somebody else's provider", () => {
    const theirs = "identity: { issuer: https://connexion.ailleurs.test, approvals: {} }\n";
    expect(JSON.stringify(loaded({}, communeText(`${room}${theirs}`)))).toContain(
      "has no such page. Take approvals out here: officials sign with SSH keys",
    );
  });
});
