import { createHmac, createPublicKey, createVerify, type JsonWebKey } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { fetch as undiciFetch } from "undici";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { Mailbox, relayIn } from "../../scripts/demo/tour/mailbox.ts";
import { Kubectl } from "../../scripts/kubectl.ts";
import { agentFor } from "../../scripts/look/doorway.ts";
import { tenantText } from "../components/tenants/stacks.ts";
import { textOf } from "../doubles/mailbox/letter.ts";
import { applicationsOfMembers } from "./login/applications.ts";
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

/** A browser without JavaScript: what each name has set, and nothing of it for another name. */
class Visitor {
  /** By host and name. */
  readonly cookies = new Map<string, string>();

  cookiesOf(host: string): string[] {
    return [...this.cookies].flatMap(([key, value]) => (key.startsWith(`${host} `) ? [value] : []));
  }

  async get(url: string, init: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
    const { host } = new URL(url);
    const cookie = this.cookiesOf(host).join("; ");
    const headers = { ...init.headers, ...(cookie && { cookie }) };
    const answer = await undiciFetch(url, { dispatcher, redirect: "manual", ...init, headers });
    for (const line of answer.headers.getSetCookie()) {
      if (/^__Host-/.test(line)) expect(line).toMatch(/; path=\/;(?!.*domain=).*secure/i);
      const [pair = ""] = line.split(";");
      const [name, value] = pair.split(/=(.*)/);
      if (value) this.cookies.set(`${host} ${name}`, pair);
      else this.cookies.delete(`${host} ${name}`);
    }
    const location = answer.headers.get("location");
    return {
      status: answer.status,
      location: location && new URL(location, url).href,
      text: await answer.text(),
    };
  }

  /** Goes where it is sent, as a browser does, and says where it came to. */
  async follow(url: string) {
    let [at, answer] = [url, await this.get(url)];
    for (let steps = 0; answer.location !== null && steps < 10; steps++) {
      at = answer.location;
      answer = await this.get(at);
    }
    return { at, ...answer };
  }

  /** Fills in the form of the page that somebody without a session is sent to. */
  async logIn(user: string, password: string, wanted = `${portal}/`) {
    const { at, text } = await this.follow(wanted);
    expect(at.startsWith(`${portal}/`), at).toBe(true);
    expect(text).toContain("<h1>Se connecter</h1>");
    return this.fillIn({ text }, at, { user, password });
  }

  /** Fills in the form of a page and sends it. */
  async fillIn(page: { text: string }, to: string, filled: Record<string, string>) {
    const fields = [...page.text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)];
    const body = new URLSearchParams(
      fields.map(([, name = "", value = ""]): [string, string] => [name, value]),
    );
    for (const [name, value] of Object.entries(filled)) body.set(name, value);
    return this.post(to, body);
  }

  private post(to: string, body: URLSearchParams) {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return this.get(to, { method: "POST", headers, body: body.toString() });
  }
}

/** The code of a second factor: RFC 6238. @param later how many codes after the one of now. */
function codeOf(key: string, later = 0): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...key.replaceAll(" ", "")]
    .map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const hash = createHmac("sha1", secret).update(step).digest();
  const value = hash.readUInt32BE((hash.at(-1) ?? 0) & 15) & 0x7fffffff;
  return String(value % 1_000_000).padStart(6, "0");
}

/** What a page says, without its markup. */
const said = ({ text }: { text: string }) => /role="alert">([^<]*)/.exec(text)?.[1];

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
  await project.createStack(commune);
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
  const home = async () => (await new Visitor().get(`${portal}/`)).status;
  await expect.poll(home, { timeout: 60_000, interval: 1000 }).toBe(200);
  expect(await project.up(commune)).toEqual({ unchanged: expect.any(Number) });
});

describe("a page of an association, for its members", () => {
  test("sends a stranger to the login, and shows nothing", async () => {
    const stranger = new Visitor();
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
    const alix = new Visitor();
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
      const other = new Visitor();
      const { location } = await other.logIn(who, passwordOf(who), `${chorale}/`);
      const page = await other.follow(location ?? "");
      const said = page.status === 403 || page.at.startsWith(portal);
      expect(said, `${page.status} ${page.at}`).toBe(true);
      expect(page.text).toContain("réservée à d’autres personnes");
      expect(page.text).not.toContain("Gratte-Ciel");
    }
  });

  test("gives a cookie that opens neither another association nor the login", async () => {
    const alix = new Visitor();
    const { location } = await alix.logIn("alix", passwordOf("alix"), `${chorale}/`);
    await alix.follow(location ?? "");
    const [stolen = ""] = alix.cookiesOf(new URL(chorale).host);
    expect(stolen).toMatch(/^__Host-connexion=c:/);
    const thief = { headers: { cookie: stolen } };
    expect((await new Visitor().get(`${chorale}/`, thief)).status).toBe(200);
    expect((await new Visitor().get(`${judo}/`, thief)).status).toBe(302);
    expect((await new Visitor().get(`${portal}/`, thief)).text).toContain("<h1>Se connecter</h1>");
  });

  test("is closed again for who has logged out of the login", async () => {
    const alix = new Visitor();
    const { location } = await alix.logIn("alix", passwordOf("alix"), `${chorale}/`);
    await alix.follow(location ?? "");
    await alix.get(`${portal}/?logout=1`);
    const again = async () => (await alix.get(`${chorale}/`)).status;
    await expect.poll(again, { timeout: 90_000, interval: 2000 }).toBe(302);
  });
});

applicationsOfMembers({
  ...{ commune, portal, passwordOf, browser: () => new Visitor() },
  kubectl: async (words, input = "") => {
    const { stdout } = await execa("kubectl", words, { env: project.environment, input, reject: false });
    return stdout;
  },
});

test("the login shows each person the tiles that are theirs", async () => {
  const shown = async (who: string) => {
    const visitor = new Visitor();
    const { location } = await visitor.logIn(who, passwordOf(who));
    const { text } = await visitor.follow(location ?? "");
    expect(text).toContain("<h1>Ce qui vous est ouvert</h1>");
    return [...text.matchAll(/<li><a href="([^"]*)">/g)].map(([, address]) => address);
  };
  expect(await shown("camille")).toEqual([`https://social.${commune}.test/`]);
  const [blog, wiki] = ["blog", "wiki"].map((name) => chorale.replace("https://", `https://${name}.`));
  expect(await shown("alix")).toEqual([`${chorale}/`, `${blog}/wp-login.php`, `${wiki}/start?do=login`]);
  expect(await shown("lou")).toEqual([
    `${judo}/`,
    `${judo.replace("https://", "https://wiki.")}/start?do=login`,
  ]);
});

test("a person changes their password, and the former one is none any more", async () => {
  const lou = new Visitor();
  const { location } = await lou.logIn("lou", passwordOf("lou"));
  const { text } = await lou.follow(location ?? "");
  const form = { text: text.slice(text.indexOf("Changer de mot de passe")) };
  const [former, other] = [passwordOf("lou"), "another-horse-33"];
  const filled = { oldpassword: former, newpassword: other, confirmpassword: other };
  const answer = await lou.fillIn(form, `${portal}/`, filled);
  expect(answer.text).toContain("Votre mot de passe est changé.");
  expect((await new Visitor().logIn("lou", former)).status).toBe(200);
  expect((await new Visitor().logIn("lou", other)).status).toBe(302);
});

test("who has no password, or has lost it, chooses one by a letter, once; nobody learns who has an account", async () => {
  const reset = `${portal}/resetpwd`;
  const asked = async (mail: string) => {
    const visitor = new Visitor();
    return visitor.fillIn(await visitor.get(reset), reset, { mail });
  };
  const [known, unknown] = [await asked(`noe@${commune}.test`), await asked(`nobody@${commune}.test`)];
  expect(said(known)).toContain("Si cette adresse est celle d’un compte, une lettre y part");
  expect([unknown.status, unknown.text]).toEqual([known.status, known.text]);
  const letters = await mailbox.letters();
  expect(letters.map(({ from, to }) => [from, to])).toEqual([
    [`ne-pas-repondre@${commune}.test`, [`noe@${commune}.test`]],
  ]);
  const [link = ""] =
    /https:\/\/\S+/.exec(textOf(letters[0] ?? { raw: "" }).split("ouvrez ce lien")[1] ?? "") ?? [];
  expect(link).toMatch(new RegExp(`^${reset}\\?mail_token=[0-9a-f]{64}`));
  const [noe, chosen] = [new Visitor(), "a-horse-of-ones-own"];
  const short = { newpassword: "short", confirmpassword: "short" };
  const refused = await noe.fillIn(await noe.get(link), reset, short);
  expect(said(refused)).toContain("douze caractères au moins");
  const done = await noe.fillIn(refused, reset, { newpassword: chosen, confirmpassword: chosen });
  expect(said(done)).toBe("Votre mot de passe est changé.");
  expect(said(await new Visitor().get(link))).toContain("Ce lien a déjà servi");
  expect((await new Visitor().logIn("noe", chosen)).status).toBe(302);
  const [, confirmed] = await mailbox.letters();
  expect(textOf(confirmed ?? { raw: "" })).toContain("vient d’être changé");
  expect(textOf(confirmed ?? { raw: "" })).not.toContain(chosen);
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
      // This stack names no authority for the cluster's own certificates: what is tried is the way.
      "env",
      "NODE_TLS_REJECT_UNAUTHORIZED=0",
      "node",
      "-e",
      script,
    ];
    expect((await kubectl(words)).stdout).toBe(portal);
  });

  test("is told who an agent is, signed, once for each code; nobody else gets one", async () => {
    const { issuer, client, redirect, secret } = await told();
    const asked = new URLSearchParams({
      ...{ response_type: "code", client_id: client, redirect_uri: redirect },
      ...{ scope: "openid profile email groups", state: "s", nonce: "n" },
    });
    const authorize = `${issuer}/oauth2/authorize?${asked}`;
    const camille = new Visitor();
    const { location } = await camille.logIn("camille", passwordOf("camille"), authorize);
    const back = new URL(location ?? "");
    expect(back.href.startsWith(redirect)).toBe(true);
    const tokens = async (password: string) =>
      new Visitor().get(`${issuer}/oauth2/token`, {
        method: "POST",
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          authorization: `Basic ${Buffer.from(`${client}:${password}`).toString("base64")}`,
        },
        body: new URLSearchParams({
          ...{ grant_type: "authorization_code", redirect_uri: redirect },
          code: back.searchParams.get("code") ?? "",
        }).toString(),
      });
    expect((await tokens("wrong")).status).toBeGreaterThanOrEqual(400);
    const { id_token: token } = JSON.parse((await tokens(secret)).text) as { id_token: string };
    const [header = "", payload = "", signature = ""] = token.split(".");
    const keys = JSON.parse((await new Visitor().get(`${issuer}/oauth2/jwks`)).text) as {
      keys: JsonWebKey[];
    };
    const [key] = keys.keys;
    if (key === undefined) return expect.fail("no key is published");
    const isSigned = createVerify("sha256")
      .update(`${header}.${payload}`)
      .verify(createPublicKey({ format: "jwk", key }), Buffer.from(signature, "base64url"));
    expect(isSigned).toBe(true);
    expect(JSON.parse(Buffer.from(payload, "base64url").toString())).toMatchObject({
      ...{ iss: portal, aud: ["mastodon"], sub: "camille", preferred_username: "camille", nonce: "n" },
      ...{ email: `camille@${commune}.test`, groups: ["agents"] },
    });
    expect((await tokens(secret)).status).toBeGreaterThanOrEqual(400);

    const alix = new Visitor();
    const refused = await alix.logIn("alix", passwordOf("alix"), authorize);
    expect(refused.location ?? "").not.toContain("code=");
    expect(refused.text).toContain("ce service est réservé à d’autres personnes");
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
  const logIn = (who: string) => new Visitor().logIn(who, passwordOf(who));
  let key = "";

  test("is had by whoever wants one: each code opens once, and nothing opens before", async () => {
    const alix = new Visitor();
    expect((await alix.logIn("alix", passwordOf("alix"))).location).toBe(`${portal}/`);
    const page = await alix.follow(`${portal}/2fregisters`);
    key = keyIn(page);
    const wrong = await alix.fillIn(page, `${register}/verify`, { code: "000000" });
    expect(said(wrong)).toContain("Ce code n’est pas le bon");
    expect(keyIn(wrong)).toBe(key);
    const done = await alix.fillIn(wrong, `${register}/verify`, { code: codeOf(key) });
    expect(done.text).toContain("C’est fait");

    const again = new Visitor();
    const asked = await again.logIn("alix", passwordOf("alix"), `${chorale}/`);
    expect(asked.text).toContain("<h1>Votre code</h1>");
    expect((await again.follow(`${chorale}/`)).text).toContain("<h1>Se connecter</h1>");
    const code = codeOf(key);
    const entered = await again.fillIn(asked, check, { code });
    expect((await again.follow(entered.location ?? "")).text).toContain("<h1>Chorale des Gratte-Ciel</h1>");
    const thief = new Visitor();
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
    const sacha = new Visitor();
    const { location } = await sacha.logIn("sacha", passwordOf("sacha"), `${judo}/`);
    const asked = await sacha.follow(location ?? "");
    expect(said(asked)).toBe("Votre compte ne s’ouvre qu’avec une double authentification.");
    const page = await sacha.get(register);
    const done = await sacha.fillIn(page, `${register}/verify`, { code: codeOf(keyIn(page)) });
    expect((await sacha.follow(done.location ?? "")).at).toBe(`${judo}/`);
    expect((await logIn("sacha")).text).toContain("<h1>Votre code</h1>");

    const alix = new Visitor();
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
  const visitor = new Visitor();
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
