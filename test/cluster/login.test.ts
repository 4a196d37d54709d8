import { createPublicKey, createVerify, type JsonWebKey } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { Mailbox, relayIn } from "../../scripts/demo/tour/mailbox.ts";
import { Kubectl } from "../../scripts/kubectl.ts";
import { agentFor } from "../../scripts/look/doorway.ts";
import { tenantText } from "../components/tenants/stacks.ts";
import { applicationsOfMembers } from "./login/applications.ts";
import { Recorder } from "./login/recorder.ts";
import { codeOf, said, Visitor } from "./login/visitor.ts";
import { Project } from "./project.ts";

const cluster = openCluster(inject("cluster"));
const commune = "login-town";
const suffix = `dc=${commune},dc=test`;
const portal = `https://connexion.${commune}.test`;
const chorale = `https://chorale.assos-${commune}.test`;
const judo = `https://judo.assos-${commune}.test`;

const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
const dispatcher = agentFor({
  ...{ address: { host: hostname, port: Number(port) }, caFile: cluster.caFile },
  // The certificate of the tests has no names below those of associations.
  anyName: true,
});

let project: Project;
let mailbox: Mailbox;
const relay = relayIn(`${commune}-letters`);
const kubectl = (words: readonly string[], input = "") =>
  execa("kubectl", words, { env: project.environment, input });

/** A browser that knows nobody yet. */
const browser = () => new Visitor(portal, dispatcher);

const people = [
  { uid: "camille", group: "agents", password: "correct-horse-1" },
  { uid: "alix", group: "t-chorale-members", password: "correct-horse-2" },
  { uid: "noa", group: "t-chorale-admins", password: "correct-horse-4" },
  { uid: "lou", group: "t-judo-admins", password: "correct-horse-3" },
  { uid: "sacha", group: "t-judo-admins", password: "correct-horse-4" },
  // Who has just come, and chooses a password by the letter.
  { uid: "noe", group: "t-judo-members" },
];

const entries = people
  .map(
    ({ uid, group, password }) => `dn: uid=${uid},ou=people,${suffix}
changetype: add
objectClass: inetOrgPerson
uid: ${uid}
cn:: ${Buffer.from(`${uid} Dûrand`).toString("base64")}
sn: Durand
mail: ${uid}@${commune}.test
${password === undefined ? "" : `userPassword: ${password}\n`}
dn: cn=${group},ou=groups,${suffix}
changetype: modify
add: member
member: uid=${uid},ou=people,${suffix}
`,
  )
  .join("\n");

/** What a service is to the login. */
interface Client {
  client: string;
  redirect: string;
  secret: string;
}

const asked = ({ client, redirect }: Client) =>
  `${portal}/oauth2/authorize?${new URLSearchParams({
    ...{ response_type: "code", client_id: client, redirect_uri: redirect },
    ...{ scope: "openid profile email groups", state: "s", nonce: "n" },
  })}`;

/** Somebody who logs in to a service, and what the service gets for the code that they come back with. */
async function entered(who: string, of: Client) {
  const visitor = browser();
  const { location } = await visitor.logIn(who, passwordOf(who), asked(of));
  const back = new URL(location ?? "");
  expect(back.href.startsWith(of.redirect)).toBe(true);
  const tokens = (password: string) =>
    browser().get(`${portal}/oauth2/token`, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        authorization: `Basic ${Buffer.from(`${of.client}:${password}`).toString("base64")}`,
      },
      body: new URLSearchParams({
        ...{ grant_type: "authorization_code", redirect_uri: of.redirect },
        code: back.searchParams.get("code") ?? "",
      }).toString(),
    });
  return { visitor, tokens };
}

/** What a token says, once its signature is the login's. */
async function signed(token: string): Promise<Record<string, unknown>> {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const published = await browser().get(`${portal}/oauth2/jwks`);
  const [key] = (JSON.parse(published.text) as { keys: JsonWebKey[] }).keys;
  if (key === undefined) return expect.fail("no key is published");
  const isSigned = createVerify("sha256")
    .update(`${header}.${payload}`)
    .verify(createPublicKey({ format: "jwk", key }), Buffer.from(signature, "base64url"));
  expect(isSigned).toBe(true);
  return JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
}

const passwordOf = (who: string) => people.find(({ uid }) => uid === who)?.password ?? "";

const declaration = (identity: string) => `id: ${commune}
name: Login Town
insee: "69029"
domain: ${commune}.test
population: 4200
contact: a@${commune}.test
tenants: { domain: assos-${commune}.test, mariadb: { memory: 256 MiB, storage: 1 GiB } }
directory: {}
identity: ${identity}
mastodon: {}
nextcloud: {}
mail: { relay: ${relay.host}, port: ${relay.port}, encryption: none }
`;

beforeAll(async () => {
  project = new Project(cluster.environment);
  project.declare(commune, declaration("{}"));
  const folder = join(project.folder, "stacks", commune, "tenants");
  mkdirSync(folder);
  const applications = (access: string, more: string) =>
    `applications: { site: { access: ${access} }, ${more} }\n`;
  const ofChorale = "wordpress: { subdomain: blog, access: public }, dokuwiki: { access: members }";
  writeFileSync(
    join(folder, "chorale.yaml"),
    tenantText("chorale", applications("members", ofChorale), "large"),
  );
  writeFileSync(
    join(folder, "judo.yaml"),
    tenantText("judo", applications("admins", "dokuwiki: { access: public }")),
  );
  mailbox = new Mailbox(`courrier.${commune}.test`, dispatcher, `${commune}-letters`);
  await mailbox.open(new Kubectl(project.environment));
  await project.createStack(commune, { authority: readFileSync(cluster.caFile, "utf8") });
  await project.up(commune);
  await kubectl(
    ["exec", "-i", "-n", `${commune}-directory`, "directory-0", "--", "ldapmodify", "-Q"],
    entries,
  );
});

afterAll(async () => {
  await kubectl(["delete", "namespace", "tour", "--ignore-not-found", "--wait=false"]);
  await dispatcher.close();
  await project.end(commune);
});

test("the login answers, and nothing changes when nothing is changed", async () => {
  // The ingress controller may hear of a pod a moment after `up` does.
  const home = async () => (await browser().get(`${portal}/`)).status;
  await expect.poll(home, { timeout: 60_000, interval: 1000 }).toBe(200);
  expect(await project.up(commune)).toEqual({ unchanged: expect.any(Number) });
});

describe("a page of an association, for its members", () => {
  test("sends a stranger to the login, and shows nothing", async () => {
    const stranger = browser();
    for (const path of ["/", "/index.html", "/?a=b"]) {
      const { status, location, text } = await stranger.get(`${chorale}${path}`);
      expect(status).toBe(302);
      expect(location).toMatch(new RegExp(`^${portal}/\\?url=`));
      expect(text).not.toContain("Gratte-Ciel");
    }
    const forged = { "auth-user": "alix", "x-sso-host": "x", cookie: "__Host-connexion=c:forged" };
    expect((await stranger.get(`${chorale}/`, { headers: forged })).status).toBe(302);
  });

  test("is there for a member, who comes back to it from the login", async () => {
    const alix = browser();
    const wrong = await alix.logIn("alix", "another", `${chorale}/`);
    expect(wrong.text).toContain("Ce nom et ce mot de passe ne vont pas ensemble.");
    const { location } = await alix.logIn("alix", passwordOf("alix"), `${chorale}/`);
    const page = await alix.follow(location ?? "");
    expect(page.at).toBe(`${chorale}/`);
    expect(page.text).toContain("<h1>Chorale des Gratte-Ciel</h1>");
    expect((await alix.get(`${chorale}/`)).status).toBe(200);
  });

  test("is refused to who is of another group, in French", async () => {
    for (const who of ["camille", "lou"]) {
      const other = browser();
      const { location } = await other.logIn(who, passwordOf(who), `${chorale}/`);
      const page = await other.follow(location ?? "");
      const said = page.status === 403 || page.at.startsWith(portal);
      expect(said, `${page.status} ${page.at}`).toBe(true);
      expect(page.text).toContain("réservée à d’autres personnes");
      expect(page.text).not.toContain("Gratte-Ciel");
    }
  });

  test("gives a cookie that opens neither another association nor the login", async () => {
    const alix = browser();
    const { location } = await alix.logIn("alix", passwordOf("alix"), `${chorale}/`);
    await alix.follow(location ?? "");
    const [stolen = ""] = alix.cookiesOf(new URL(chorale).host);
    expect(stolen).toMatch(/^__Host-connexion=c:/);
    const thief = { headers: { cookie: stolen } };
    expect((await browser().get(`${chorale}/`, thief)).status).toBe(200);
    expect((await browser().get(`${judo}/`, thief)).status).toBe(302);
    expect((await browser().get(`${portal}/`, thief)).text).toContain("<h1>Se connecter</h1>");
  });

  test("is closed again for who has logged out of the login", async () => {
    const alix = browser();
    const { location } = await alix.logIn("alix", passwordOf("alix"), `${chorale}/`);
    await alix.follow(location ?? "");
    await alix.get(`${portal}/?logout=1`);
    const again = async () => (await alix.get(`${chorale}/`)).status;
    await expect.poll(again, { timeout: 90_000, interval: 2000 }).toBe(302);
  });
});

applicationsOfMembers({
  ...{ commune, portal, passwordOf, browser },
  kubectl: async (words, input = "") => {
    const { stdout } = await execa("kubectl", words, { env: project.environment, input, reject: false });
    return stdout;
  },
});

test("the login shows each person the tiles that are theirs", async () => {
  const shown = async (who: string) => {
    const visitor = browser();
    const { location } = await visitor.logIn(who, passwordOf(who));
    const { text } = await visitor.follow(location ?? "");
    expect(text).toContain("<h1>Ce qui vous est ouvert</h1>");
    return [...text.matchAll(/<li><a href="([^"]*)">/g)].map(([, address]) => address);
  };
  const services = [`https://cloud.${commune}.test/`, `https://social.${commune}.test/`];
  const own = `https://comptes.${commune}.test/`;
  expect(await shown("camille")).toEqual([...services, own]);
  const [blog, wiki] = ["blog", "wiki"].map((name) => chorale.replace("https://", `https://${name}.`));
  expect(await shown("alix")).toEqual([`${chorale}/`, `${blog}/wp-login.php`, `${wiki}/start?do=login`, own]);
  expect(await shown("lou")).toEqual([
    `${judo}/`,
    `${judo.replace("https://", "https://wiki.")}/start?do=login`,
    own,
  ]);
});

test("a person changes their password, and the former one is none any more", async () => {
  const lou = browser();
  const { location } = await lou.logIn("lou", passwordOf("lou"));
  const { text } = await lou.follow(location ?? "");
  const form = { text: text.slice(text.indexOf("Changer de mot de passe")) };
  const [former, other] = [passwordOf("lou"), "another-horse-33"];
  const filled = { oldpassword: former, newpassword: other, confirmpassword: other };
  const answer = await lou.fillIn(form, `${portal}/`, filled);
  expect(answer.text).toContain("Votre mot de passe est changé.");
  expect((await browser().logIn("lou", former)).status).toBe(200);
  expect((await browser().logIn("lou", other)).status).toBe(302);
});

test("who has no password, or has lost it, chooses one by a letter, once; nobody learns who has an account", async () => {
  const reset = `${portal}/resetpwd`;
  const asked = async (mail: string) => {
    const visitor = browser();
    return visitor.fillIn(await visitor.get(reset), reset, { mail });
  };
  const [known, unknown] = [await asked(`noe@${commune}.test`), await asked(`nobody@${commune}.test`)];
  expect(said(known)).toContain("Si cette adresse est celle d’un compte, une lettre y part");
  expect([unknown.status, unknown.text]).toEqual([known.status, known.text]);
  const letters = await mailbox.letters();
  expect(letters.map(({ from, to }) => [from, to])).toEqual([
    [`ne-pas-repondre@${commune}.test`, [`noe@${commune}.test`]],
  ]);
  const [link = ""] = /https:\/\/\S+/.exec((letters[0]?.raw ?? "").split("ouvrez ce lien")[1] ?? "") ?? [];
  expect(link).toMatch(new RegExp(`^${reset}\\?mail_token=[0-9a-f]{64}`));
  const [noe, chosen] = [browser(), "a-horse-of-ones-own"];
  const short = { newpassword: "short", confirmpassword: "short" };
  const refused = await noe.fillIn(await noe.get(link), reset, short);
  expect(said(refused)).toContain("douze caractères au moins");
  const done = await noe.fillIn(refused, reset, { newpassword: chosen, confirmpassword: chosen });
  expect(said(done)).toBe("Votre mot de passe est changé.");
  expect(said(await browser().get(link))).toContain("Ce lien a déjà servi");
  expect((await browser().logIn("noe", chosen)).status).toBe(302);
  const [, confirmed] = await mailbox.letters();
  expect(confirmed?.raw).toContain("vient d’être changé");
  expect(confirmed?.raw).not.toContain(chosen);
});

describe("a service that asks by OpenID Connect", () => {
  const inMastodon = ["-n", `${commune}-mastodon`];

  /** What Mastodon was told. */
  async function told() {
    const config = await kubectl(["get", "configmap", ...inMastodon, "mastodon-env", "--output=json"]);
    const { data } = JSON.parse(config.stdout) as { data: Record<string, string> };
    const path = "--output=jsonpath={.data.OIDC_CLIENT_SECRET}";
    const secret = await kubectl(["get", "secret", ...inMastodon, "mastodon-env", path]);
    const value = (name: string) => data[name] ?? expect.fail(`no ${name}`);
    return {
      issuer: value("OIDC_ISSUER"),
      client: value("OIDC_CLIENT_ID"),
      redirect: value("OIDC_REDIRECT_URI"),
      secret: Buffer.from(secret.stdout, "base64").toString(),
    };
  }

  test("reaches the provider from its own pod, and is the client that the provider knows", async () => {
    const { issuer, client } = await told();
    expect([issuer, client]).toEqual([portal, "mastodon"]);
    const script = `fetch(process.env.OIDC_ISSUER + "/.well-known/openid-configuration").then((r) => r.json()).then((j) => console.log(j.issuer))`;
    const words = [
      "exec",
      ...inMastodon,
      "deployment/mastodon-web",
      "-c",
      "puma",
      "--",
      "node",
      "-e",
      script,
    ];
    expect((await kubectl(words)).stdout).toBe(portal);
  });

  test("is told who an agent is, signed, once for each code; nobody else gets one", async () => {
    const client = await told();
    const camille = await entered("camille", client);
    expect((await camille.tokens("wrong")).status).toBeGreaterThanOrEqual(400);
    const { id_token: token } = JSON.parse((await camille.tokens(client.secret)).text) as {
      id_token: string;
    };
    expect(await signed(token)).toMatchObject({
      ...{ iss: portal, aud: ["mastodon"], sub: "camille", preferred_username: "camille", nonce: "n" },
      ...{ email: `camille@${commune}.test`, groups: ["agents"] },
    });
    expect((await camille.tokens(client.secret)).status).toBeGreaterThanOrEqual(400);

    const refused = await browser().logIn("alix", passwordOf("alix"), asked(client));
    expect(refused.location ?? "").not.toContain("code=");
    expect(refused.text).toContain("ce service est réservé à d’autres personnes");
  });
});

describe("who logs out", () => {
  const told = "/index.php/apps/user_oidc/backchannel-logout/commune";
  let recorder: Recorder;

  /** Somebody who has opened Nextcloud, and the name that their session has there. */
  async function inNextcloud() {
    const host = `cloud.${commune}.test`;
    const path = "--output=jsonpath={.data.identity-client-secret}";
    const { stdout } = await kubectl(["get", "secret", "-n", `${commune}-nextcloud`, "nextcloud", path]);
    const secret = Buffer.from(stdout, "base64").toString();
    const client = { client: "nextcloud", redirect: `https://${host}/apps/user_oidc/code`, secret };
    const { visitor, tokens } = await entered("camille", client);
    const { id_token: token } = JSON.parse((await tokens(secret)).text) as { id_token: string };
    return { visitor, session: (await signed(token)).sid };
  }

  beforeAll(async () => {
    recorder = new Recorder(new Kubectl(project.environment), `${commune}-letters`);
    await recorder.open(`cloud.${commune}.test`, told);
    // The ingress controller may hear of it a moment later; Nextcloud's own answer there is no 200.
    await vi.waitFor(
      async () => expect((await browser().get(`https://cloud.${commune}.test${told}`)).status).toBe(200),
      { timeout: 60_000, interval: 500 },
    );
  });

  test("is logged out of Nextcloud, which the login tells so itself", async () => {
    const [here, elsewhere] = [await inNextcloud(), await inNextcloud()];
    const left = await here.visitor.get(`${portal}/?logout=1`);
    expect(said(left)).toBe("Vous êtes déconnecté.");
    const [posted, ...more] = await recorder.posted();
    expect(more).toEqual([]);
    expect(await signed(posted?.get("logout_token") ?? "")).toMatchObject({
      ...{ iss: portal, aud: ["nextcloud"], sub: "camille", sid: here.session },
      events: { "http://schemas.openid.net/event/backchannel-logout": {} },
    });
    expect((await elsewhere.visitor.get(`${portal}/`)).text).toContain("<h1>Ce qui vous est ouvert</h1>");
    await elsewhere.visitor.get(`${portal}/?logout=1`);
  });

  test("everywhere, is logged out of every browser and of what each has opened", async () => {
    const [here, elsewhere] = [await inNextcloud(), await inNextcloud()];
    const before = (await recorder.posted()).length;
    await here.visitor.get(`${portal}/?logout=1&everywhere=1`);
    const posted = (await recorder.posted()).slice(before);
    const sessions = await Promise.all(
      posted.map(async (each) => (await signed(each.get("logout_token") ?? "")).sid),
    );
    expect(sessions.sort()).toEqual([here.session, elsewhere.session].sort());
    // Each process of the login knows a session for some seconds.
    const home = async () => (await elsewhere.visitor.get(`${portal}/`)).text;
    await expect.poll(home, { timeout: 30_000, interval: 1000 }).toContain("<h1>Se connecter</h1>");
  });
});

describe("a second factor", () => {
  /** The key that a page asks somebody to write into their telephone. */
  const keyIn = ({ text }: { text: string }) =>
    /<code>([A-Z2-7 ]+)<\/code>/.exec(text)?.[1] ?? expect.fail("no key");
  const register = `${portal}/2fregisters/totp`;
  const check = `${portal}/totp2fcheck`;
  const inDirectory = (input: string, ...words: string[]) =>
    kubectl(["exec", "-i", "-n", `${commune}-directory`, "directory-0", "--", ...words], input);
  const logIn = (who: string) => browser().logIn(who, passwordOf(who));
  let key = "";

  test("is had by whoever wants one: each code opens once, and nothing opens before", async () => {
    const alix = browser();
    expect((await alix.logIn("alix", passwordOf("alix"))).location).toBe(`${portal}/`);
    const page = await alix.follow(`${portal}/2fregisters`);
    key = keyIn(page);
    const wrong = await alix.fillIn(page, `${register}/verify`, { code: "000000" });
    expect(said(wrong)).toContain("Ce code n’est pas le bon");
    expect(keyIn(wrong)).toBe(key);
    const done = await alix.fillIn(wrong, `${register}/verify`, { code: codeOf(key) });
    expect(done.text).toContain("C’est fait");

    const again = browser();
    const asked = await again.logIn("alix", passwordOf("alix"), `${chorale}/`);
    expect(asked.text).toContain("<h1>Votre code</h1>");
    expect((await again.follow(`${chorale}/`)).text).toContain("<h1>Se connecter</h1>");
    const code = codeOf(key);
    const entered = await again.fillIn(asked, check, { code });
    expect((await again.follow(entered.location ?? "")).text).toContain("<h1>Chorale des Gratte-Ciel</h1>");
    const thief = browser();
    const used = await thief.fillIn(await thief.logIn("alix", passwordOf("alix")), check, { code });
    expect(said(used)).toContain("a déjà servi");
  });

  test("is in the person's entry, where its key is not to be read", async () => {
    const search = ["ldapsearch", "-Q", "-LLL", "-o", "ldif-wrap=no", "-b", suffix, "(uid=alix)"];
    const { stdout } = await inDirectory("", ...search, "communeSecondFactor");
    expect(stdout).toContain('"type":"TOTP"');
    expect(stdout.toUpperCase()).not.toContain(key.replaceAll(" ", ""));
  });

  test("is registered before anything else by who has to have one, and those of before are there after the restart", async () => {
    project.declare(commune, declaration("{ secondFactor: { required: [admins] } }"));
    await project.up(commune);
    // The ingress controller may hear of a pod a moment after `up` does.
    const first = async () => (await logIn("sacha")).location;
    await expect.poll(first, { timeout: 60_000, interval: 1000 }).toBe(`${portal}/2fregisters`);
    const sacha = browser();
    const { location } = await sacha.logIn("sacha", passwordOf("sacha"), `${judo}/`);
    const asked = await sacha.follow(location ?? "");
    expect(said(asked)).toBe("Votre compte ne s’ouvre qu’avec une double authentification.");
    const page = await sacha.get(register);
    const done = await sacha.fillIn(page, `${register}/verify`, { code: codeOf(keyIn(page)) });
    expect((await sacha.follow(done.location ?? "")).at).toBe(`${judo}/`);
    expect((await logIn("sacha")).text).toContain("<h1>Votre code</h1>");

    const alix = browser();
    const known = await alix.logIn("alix", passwordOf("alix"));
    const entered = await alix.fillIn(known, check, { code: codeOf(key, 1) });
    expect(entered.location).toBe(`${portal}/`);
    const list = await alix.follow(`${portal}/2fregisters`);
    await alix.fillIn(list, `${register}/delete`, {});
    expect((await logIn("alix")).location).toBe(`${portal}/`);
  });

  test("that is lost is taken out by who looks after the directory", async () => {
    const change = `dn: uid=sacha,ou=people,${suffix}\nchangetype: modify\ndelete: communeSecondFactor\n`;
    await inDirectory(change, "ldapmodify", "-Q");
    expect((await logIn("sacha")).location).toBe(`${portal}/2fregisters`);
  });
});

test("what is for fronts inside the cluster is no visitor's, and nothing else in it is reached", async () => {
  const visitor = browser();
  for (const path of [
    "/check",
    "/sessions/global/x",
    "/config/latest",
    "/adminSessions",
    "/index.psgi/sessions",
  ])
    expect((await visitor.get(`${portal}${path}`)).text, path).not.toMatch(/_session_id|managerPassword/);
  const address = [
    "get",
    "service",
    "-n",
    `${commune}-login`,
    "login-check",
    "--output=jsonpath={.spec.clusterIP}",
  ];
  const { stdout: check } = await kubectl(address);
  const reaches = async (namespace: string, deployment: string, host: string, to: number) => {
    const script = `timeout 3 bash -c 'exec 3<>/dev/tcp/${host}/${to}' && echo reached`;
    const words = [
      "exec",
      "-n",
      `${commune}-${namespace}`,
      `deployment/${deployment}`,
      "--",
      "bash",
      "-c",
      script,
    ];
    return (await execa("kubectl", words, { env: project.environment, reject: false })).stdout;
  };
  expect(await reaches("t-chorale", "t-chorale-site", check, 8081)).toBe("reached");
  expect(await reaches("mastodon", "mastodon-web", check, 8081)).toBe("");
});
