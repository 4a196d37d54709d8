import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { Mailbox, relayIn } from "../../scripts/demo/tour/mailbox.ts";
import { Kubectl } from "../../scripts/kubectl.ts";
import { agentFor } from "../../scripts/look/doorway.ts";
import { ordinaryTools } from "../../scripts/tenant/request-tools.ts";
import { tenantCommand } from "../../scripts/tenant.ts";
import { tenantText } from "../components/tenants/stacks.ts";
import { readingOf } from "../doubles/mailbox/letter.ts";
import { directoryRights } from "./accounts/directory-rights.ts";
import { Telephone } from "./accounts/telephone.ts";
import { said, Visitor } from "./login/visitor.ts";
import { Project } from "./project.ts";

/**
 * An association's board looks after its members, in browsers without JavaScript, with the real directory, login and front:
 * and what the program's password at the directory opens, tried one by one.
 */
const cluster = openCluster(inject("cluster"));
const commune = "comptes-town";
const suffix = `dc=${commune},dc=test`;
const login = `https://connexion.${commune}.test`;
const accounts = `https://comptes.${commune}.test`;
const chorale = `${accounts}/associations/chorale`;

const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
const dispatcher = agentFor({
  ...{ address: { host: hostname, port: Number(port) }, caFile: cluster.caFile, anyName: true },
});
const relay = relayIn(`${commune}-letters`);
const mailbox = new Mailbox(`courrier.${commune}.test`, dispatcher, `${commune}-letters`);

let project: Project;
const kubectl = (words: readonly string[], input = "") =>
  execa("kubectl", words, { env: project.environment, input, reject: false, all: true });

const password = "correct-horse-9";
const people = [
  { uid: "camille", groups: ["agents"] },
  { uid: "noa", groups: ["t-chorale-admins", "t-chorale-members"] },
  { uid: "lou", groups: ["t-judo-admins"] },
  { uid: "sacha", groups: ["t-judo-members"] },
];

const entries = people
  .map(
    ({ uid, groups }) => `dn: uid=${uid},ou=people,${suffix}
changetype: add
objectClass: inetOrgPerson
uid: ${uid}
cn: ${uid} Durand
givenName: ${uid}
sn: Durand
mail: ${uid}@${commune}.test
userPassword: ${password}

${groups
  .map(
    (group) => `dn: cn=${group},ou=groups,${suffix}
changetype: modify
add: member
member: uid=${uid},ou=people,${suffix}
`,
  )
  .join("\n")}`,
  )
  .join("\n");

beforeAll(async () => {
  project = new Project(cluster.environment);
  project.declare(
    commune,
    `id: ${commune}
name: Comptes Town
insee: "69029"
domain: ${commune}.test
population: 4200
contact: a@${commune}.test
tenants: { domain: assos-${commune}.test }
mail: { relay: ${relay.host}, port: ${relay.port}, encryption: none }
directory: {}
identity: {}
lists: {}
`,
  );
  const folder = join(project.folder, "stacks", commune, "tenants");
  mkdirSync(folder);
  for (const id of ["chorale", "judo", "danse"]) {
    const agenda = id === "danse" ? "" : ", radicale: { access: members }";
    const text = tenantText(id, `applications: { site: { access: members }${agenda} }\n`);
    writeFileSync(join(folder, `${id}.yaml`), text.replace("Chorale des Gratte-Ciel", id));
  }
  await project.createStack(commune);
  await Promise.all([mailbox.open(new Kubectl(project.environment)), project.up(commune)]);
  const directory = ["exec", "-i", "-n", `${commune}-directory`, "directory-0", "--", "ldapmodify", "-Q"];
  const { exitCode, all } = await kubectl(directory, entries);
  expect(exitCode, all).toBe(0);
  // The ingress controller may hear of a pod a moment after `up` does.
  await vi.waitFor(
    async () => {
      expect((await browser().get(`${accounts}/healthz`)).status).toBe(200);
      expect((await browser().get(`${login}/`)).status).toBe(200);
    },
    { timeout: 60_000, interval: 1000 },
  );
});

afterAll(async () => {
  await kubectl(["delete", "namespace", `${commune}-letters`, "--ignore-not-found", "--wait=false"]);
  await dispatcher.close();
  await project.end(commune);
});

/** A browser that knows nobody yet. */
const browser = () => new Visitor(login, dispatcher);

/** Somebody who has logged in, on the way to a page of accounts. */
async function loggedIn(who: string, wanted = `${accounts}/`, secret = password) {
  const visitor = browser();
  const { location } = await visitor.logIn(who, secret, wanted);
  return { visitor, page: await visitor.follow(location ?? "") };
}

/** Sends one of a page's forms, with what was typed, and goes where that leads. */
async function send(
  visitor: Visitor,
  page: { text: string },
  action: string,
  typed: Record<string, string> = {},
) {
  const path = new URL(action).pathname;
  const forms = page.text
    .split("<form ")
    .slice(1)
    .map((text) => text.split("</form>")[0] ?? "");
  const form = forms.find(
    (text) =>
      text.includes(`action="${path}"`) && (typed.qui === undefined || text.includes(`value="${typed.qui}"`)),
  );
  const answer = await visitor.fillIn({ text: form ?? "" }, action, typed);
  return answer.location === null ? answer : visitor.follow(answer.location);
}

/** The newest letter to an address. */
const newestTo = async (mail: string) => (await mailbox.letters()).findLast(({ to }) => to.includes(mail));

/** The text of the newest letter to an address. */
async function letterTo(mail: string): Promise<string> {
  await expect.poll(() => newestTo(mail), { timeout: 60_000, interval: 500 }).toBeDefined();
  return readingOf((await newestTo(mail)) ?? expect.fail(`no letter to ${mail}`)).text;
}

/** The names in a group, as the directory has them. */
async function inGroup(group: string): Promise<string[]> {
  const search = ["ldapsearch", "-Q", "-LLL", "-o", "ldif-wrap=no", "-b", `cn=${group},ou=groups,${suffix}`];
  const { stdout } = await kubectl(["exec", "-n", `${commune}-directory`, "directory-0", "--", ...search]);
  return [...stdout.matchAll(/^member: uid=([^,]*),/gm)].map(([, uid = ""]) => uid).sort();
}

const wellSaid = ({ text }: { text: string }) => /role="status"><p>([^<]*)/.exec(text)?.[1];

test("nobody sees a page of accounts without the login, whatever they say of themselves; a second update changes nothing", async () => {
  for (const path of ["/", "/associations/chorale", "/associations/chorale/inviter"]) {
    const forged = { headers: { "auth-user": "noa", cookie: "__Host-connexion=c:forged" } };
    const { status, location, text } = await browser().get(`${accounts}${path}`, forged);
    expect([status, text.includes("Durand")]).toEqual([302, false]);
    expect(location).toMatch(new RegExp(`^${login}/\\?url=`));
  }
  expect(await project.up(commune)).toEqual({ unchanged: expect.any(Number) });
});

const lea = { givenName: "Léa", surname: "Nuñez", mail: "lea@exemple.test" };
const chosen = "a-horse-of-ones-own";

test("the commune makes the first administrator of an association by a command, who accepts by a letter", async () => {
  const stacks = join(project.folder, "stacks");
  const printed = vi.spyOn(console, "log").mockImplementation(() => undefined);
  for (const [name, value] of Object.entries(project.environment)) vi.stubEnv(name, value);
  try {
    const command = tenantCommand(stacks, ordinaryTools(stacks, project.folder)).exitOverride();
    const words = ["invite", commune, "danse", "kim@exemple.test", "--given-name", "Kim", "--surname", "Ly"];
    await command.parseAsync(words, { from: "user" });
    expect(printed.mock.calls.join()).toContain("A letter is on its way.");
  } finally {
    vi.unstubAllEnvs();
    printed.mockRestore();
  }
  const letter = await letterTo("kim@exemple.test");
  expect(letter).toContain("La ville de Comptes Town vous invite à administrer « danse »");
  const guest = browser();
  const link = /https:\S+\/invitation\?d=\S+/.exec(letter)?.[0] ?? "";
  const welcome = await send(guest, await guest.get(link), `${accounts}/invitation`);
  expect(welcome.text).toContain("<b>kim.ly</b>");
  expect(await inGroup("t-danse-admins")).toEqual(["kim.ly"]);
});

describe("an administrator of an association", () => {
  test("invites somebody, who accepts, chooses a password by the letter, and sees their own account alone", async () => {
    const { visitor: noa, page } = await loggedIn("noa", chorale);
    expect(page.text).toContain("<h1>Les membres de chorale</h1>");
    const asked = await send(noa, page, `${chorale}/inviter`, lea);
    expect(wellSaid(asked)).toContain("Une lettre part à cette adresse");
    expect(asked.text).not.toContain(lea.mail);

    const invitation = await letterTo(lea.mail);
    expect(invitation).toContain("noa Durand vous invite");
    const link = /https:\S+\/invitation\?d=\S+/.exec(invitation)?.[0] ?? "";
    const guest = browser();
    const welcome = await send(guest, await guest.get(link), `${accounts}/invitation`);
    expect(welcome.text).toContain("<b>lea.nunez</b>");
    expect(await inGroup("t-chorale-members")).toEqual(["lea.nunez", "noa"]);
    expect((await guest.get(link)).status).toBe(410);

    const reset = `${login}/resetpwd`;
    expect(await letterTo(lea.mail)).toContain(reset);
    const wants = await guest.fillIn(await guest.get(reset), reset, { mail: lea.mail });
    expect(said(wants), wants.text).toContain("une lettre y part");
    // The login's letters are as they were written, and an equals sign in them is one.
    const byLetter = async () =>
      /https:\S+mail_token=\S+/.exec((await newestTo(lea.mail))?.raw ?? "")?.[0] ?? "";
    await expect.poll(byLetter, { timeout: 60_000, interval: 500 }).not.toBe("");
    const both = { newpassword: chosen, confirmpassword: chosen };
    const done = await guest.fillIn(await guest.get(await byLetter()), reset, both);
    expect(said(done)).toBe("Votre mot de passe est changé.");

    const { visitor, page: own } = await loggedIn("lea.nunez", `${accounts}/`, chosen);
    expect(own.text).toContain("<h1>Mon compte</h1>");
    expect(own.text).toContain("Vous êtes membre de chorale.");
    for (const address of [chorale, `${accounts}/associations/judo`, `${chorale}/retirer?qui=noa`])
      expect((await visitor.get(address)).status).toBe(404);
    const named = { givenName: "Léa", surname: "Nuñez", name: "Léa N." };
    expect(wellSaid(await send(visitor, own, `${accounts}/`, named))).toContain("Votre nom est changé");
    // What the login opens is theirs too.
    const site = await visitor.follow(`https://chorale.assos-${commune}.test/`);
    expect(site.text).toContain("<h1>chorale</h1>");
  });

  test("learns of nobody's account, who joins when they agree", async () => {
    const { visitor: noa, page } = await loggedIn("noa", chorale);
    const asked = async (mail: string) => {
      const answer = await send(noa, page, `${chorale}/inviter`, { ...lea, mail });
      return answer.text.replace(/name="token" value="[^"]*"/g, "");
    };
    expect(await asked(`sacha@${commune}.test`)).toBe(await asked("nobody@exemple.test"));
    expect(await inGroup("t-chorale-members")).toEqual(["lea.nunez", "noa"]);
    const link = /https:\S+\/invitation\?d=\S+/.exec(await letterTo(`sacha@${commune}.test`))?.[0] ?? "";
    const guest = browser();
    await send(guest, await guest.get(link), `${accounts}/invitation`);
    expect(await inGroup("t-chorale-members")).toEqual(["lea.nunez", "noa", "sacha"]);
    expect((await loggedIn("sacha")).page.text).toContain("Vous êtes membre de judo.");
  });

  test("names another, who removes them; the last one stays", async () => {
    const { visitor: noa, page } = await loggedIn("noa", chorale);
    const named = await send(noa, page, `${chorale}/droits`, { qui: "lea.nunez" });
    expect(wellSaid(named)).toContain("administre maintenant");
    // The login need not be told: what the directory says counts.
    const { visitor, page: list } = await loggedIn("lea.nunez", chorale, chosen);
    const taken = await send(visitor, list, `${chorale}/droits`, { qui: "noa" });
    expect(wellSaid(taken)).toContain("n’administre plus");
    expect((await noa.get(chorale)).status).toBe(404);
    const left = await visitor.get(chorale);
    expect(left.text).toContain("Seule personne à administrer");
    const [, token = ""] = /name="token" value="([^"]*)"/.exec(left.text.split(`/droits"`)[1] ?? "") ?? [];
    const alone = await visitor.fillIn({ text: "" }, `${chorale}/droits`, {
      ...{ token, qui: "lea.nunez", droits: "membre" },
    });
    expect(alone.status).toBe(409);

    const asked = await visitor.get(`${chorale}/retirer?qui=noa`);
    expect(asked.text).toContain("il est supprimé, avec son mot de passe");
    expect(wellSaid(await send(visitor, asked, `${chorale}/retirer`))).toBe(
      "Cette personne n’est plus membre.",
    );
    expect(await inGroup("t-chorale-members")).toEqual(["lea.nunez", "sacha"]);
    expect((await browser().logIn("noa", password)).text).toContain("ne vont pas ensemble");
    const kept = await visitor.get(`${chorale}/retirer?qui=sacha`);
    expect(kept.text).toContain("Son compte reste");
    await send(visitor, kept, `${chorale}/retirer`);
    expect((await loggedIn("sacha")).page.text).not.toContain("chorale");
  });

  test("touches no group but their own, and no agent, whatever they send", async () => {
    const { visitor: lou, page } = await loggedIn("lou", `${accounts}/associations/judo`);
    const [, token = ""] = /name="token" value="([^"]*)"/.exec(page.text.split(`/droits"`)[1] ?? "") ?? [];
    expect(token).not.toBe("");
    const before = await Promise.all(["agents", "t-chorale-admins", "t-chorale-members"].map(inGroup));
    const judo = `${accounts}/associations/judo`;
    for (const [address, qui, status] of [
      [`${chorale}/droits`, "lou", 404],
      [`${accounts}/associations/agents/droits`, "lou", 404],
      [`${judo}/droits`, "camille", 409],
      [`${judo}/droits`, "lea.nunez", 409],
    ] as const) {
      const typed = { token, qui, droits: "administrateur" };
      expect((await lou.fillIn({ text: "" }, address, typed)).status, address).toBe(status);
    }
    const stolen = await lou.fillIn({ text: "" }, `${judo}/droits`, { token: "x.y", qui: "sacha" });
    expect(stolen.status).toBe(422);
    const after = await Promise.all(["agents", "t-chorale-admins", "t-chorale-members"].map(inGroup));
    expect(after).toEqual(before);
    const camille = await loggedIn("camille");
    expect(camille.page.text).toContain("Vous travaillez pour la commune.");
    expect(camille.page.text).not.toContain("<form");
  });
});

const agendaOf = (id: string) => `https://agenda.${id}.assos-${commune}.test`;
const phone = (id: string, user: string, secret: string) =>
  new Telephone(agendaOf(id), { user, password: secret }, dispatcher);

describe("a telephone", () => {
  /** By who has it. */
  const secrets: Record<string, string> = {};

  /** Adds one on the page of who has logged in. */
  async function added(who: string) {
    const { visitor, page } = await loggedIn(who, `${accounts}/appareils`);
    const made = await send(visitor, page, `${accounts}/appareils/ajouter`, { nom: `Téléphone de ${who}` });
    const secret = /id="mot-de-passe">([a-z-]*)</.exec(made.text)?.[1] ?? expect.fail(made.text);
    secrets[who] = secret;
    return { visitor, made };
  }

  /** What a program answers in the pod of an association's agenda, which whoever runs the agenda may write. */
  async function inAgenda(id: string, python: string): Promise<string> {
    const pod = ["exec", "-n", `${commune}-t-${id}`, `deployment/t-${id}-radicale`, "-c", "radicale", "--"];
    return (await kubectl([...pod, "/app/bin/python", "-c", python])).all ?? "";
  }

  test("of an administrator writes in the agenda of their association, that of a member reads it", async () => {
    expect((await added("lou")).made.text).toContain(`${agendaOf("judo")}/`);
    await added("sacha");
    const [board, member] = ["lou", "sacha"].map((who) => phone("judo", who, secrets[who] ?? ""));
    // The agenda may have started before the pages of accounts did.
    await expect.poll(() => board?.principal(), { timeout: 60_000, interval: 1000 }).toBe("/bureau/");
    expect(await board?.write("/bureau/agenda", "tournoi")).toBe(201);
    expect(await member?.principal()).toBe("/membres/");
    expect((await member?.propfind("/membres/", "1"))?.text).toMatch(/\/membres\/agenda\//);
    expect(await member?.read("/membres/agenda", "tournoi")).toEqual([200, true]);
    expect(await member?.write("/membres/agenda", "autre")).toBe(403);
    expect(await member?.write("/bureau/agenda", "autre")).toBe(403);
    expect(await phone("judo", "lou", `${secrets.lou}x`).principal()).toBe(401);
    expect(await phone("judo", "sacha", secrets.lou ?? "").principal()).toBe(401);
    // Nor is the password of the login one, which would open everything.
    expect(await phone("judo", "lou", password).principal()).toBe(401);
  });

  test("of one association is nothing to a neighbour, whatever its pod asks", async () => {
    expect(await phone("chorale", "lou", secrets.lou ?? "").principal()).toBe(401);
    const ask = (key: string, login: string, secret: string) => `
from urllib import error, parse, request
key = ${key}
form = parse.urlencode({"login": "${login}", "password": "${secret}", "association": "judo"}).encode()
try:
    print(request.urlopen(request.Request("http://accounts-devices.${commune}-accounts.svc:8082/check", form, {"Authorization": "Bearer " + key, "Auth-User": "lou"}), timeout=5).read().decode().strip())
except error.HTTPError as answer:
    print(answer.code)`;
    const own = 'open("/run/secrets/devices/key").read().strip()';
    // A right password of somebody at another, a name that is there and one that is not: the same.
    for (const [login, secret] of [
      ["lou", secrets.lou ?? ""],
      ["lea.nunez", "x"],
      ["nobody-there", "x"],
    ] as const)
      expect(await inAgenda("chorale", ask(own, login, secret)), login).toBe("nobody");
    expect(await inAgenda("judo", ask(own, "lou", secrets.lou ?? ""))).toBe("admins");
    expect(await inAgenda("chorale", ask('"x"', "lou", secrets.lou ?? ""))).toBe("403");
    const address = (host: string, port: number) => `
import socket
try:
    socket.create_connection(("${host}", ${port}), 3)
    print("reached")
except OSError:
    print("closed")`;
    const path = "--output=jsonpath={.items[0].status.podIP}";
    const { stdout: pages } = await kubectl(["get", "pod", "-n", `${commune}-accounts`, path]);
    const reached = await Promise.all(
      [
        ...[8080, 8081, 8082, 8083].map((to) => address(pages, to)),
        address(`directory.${commune}-directory.svc`, 1389),
      ].map((program) => inAgenda("chorale", program)),
    );
    expect(reached).toEqual(["closed", "closed", "reached", "closed", "closed"]);
    // Where nobody has an agenda, nobody asks.
    const site = await kubectl([
      ...["exec", "-n", `${commune}-t-danse`, "deployment/t-danse-site", "--", "bash", "-c"],
      `timeout 3 bash -c '</dev/tcp/${pages}/8082' && echo reached || echo closed`,
    ]);
    expect(site.stdout).toBe("closed");
  });

  test("is refused once it is withdrawn, and once its owner is out of the group", async () => {
    const [board, member] = ["lou", "sacha"].map((who) => phone("judo", who, secrets[who] ?? ""));
    const { visitor, page } = await loggedIn("sacha", `${accounts}/appareils`);
    expect(page.text).toContain("<h3>Téléphone de sacha</h3>");
    const withdrawn = await send(visitor, page, `${accounts}/appareils/retirer`);
    expect(wellSaid(withdrawn)).toContain("Cet appareil est retiré.");
    const out = `dn: cn=t-judo-admins,ou=groups,${suffix}\nchangetype: modify\ndelete: member\nmember: uid=lou,ou=people,${suffix}\n`;
    const directory = ["exec", "-i", "-n", `${commune}-directory`, "directory-0", "--", "ldapmodify", "-Q"];
    const { exitCode, all } = await kubectl(directory, out);
    expect(exitCode, all).toBe(0);
    // What was right is right for half a minute more.
    for (const each of [board, member])
      await expect.poll(() => each?.principal(), { timeout: 60_000, interval: 2000 }).toBe(401);
    // The passwords that are shared go on beside.
    const shared = ["get", "secret", "-n", `${commune}-t-judo`, "t-judo-radicale-admin"];
    const { stdout } = await kubectl([...shared, "--output=jsonpath={.data.password}"]);
    const bureau = phone("judo", "bureau", Buffer.from(stdout, "base64").toString());
    expect(await bureau.read("/bureau/agenda", "tournoi")).toEqual([200, true]);
  });
});

test("the log says who did what, and no address", async () => {
  const words = ["logs", "-n", `${commune}-accounts`, "deployment/accounts", "-c", "accounts"];
  const { stdout } = await kubectl(words);
  expect(stdout).toMatch(/ promote by=noa who=lea\.nunez group=t-chorale-admins$/m);
  expect(stdout).toMatch(/ delete by=lea\.nunez who=noa group=-$/m);
  expect(stdout).toMatch(/ withdraw-device by=sacha who=sacha group=t-judo-members$/m);
  expect(stdout).not.toMatch(/@|failed/);
});

directoryRights({ commune, suffix, password, kubectl });

test("nobody but the pod of the pages reaches the program, and it reaches no other server", async () => {
  const reaches = async (namespace: string, pod: string, host: string, to: number) => {
    const script = `const s=require("node:net").connect({host:"${host}",port:${to},timeout:3000});s.on("connect",()=>{console.log("reached");process.exit()});for(const e of ["error","timeout"])s.on(e,()=>process.exit())`;
    return (await kubectl(["exec", "-n", namespace, pod, "-c", "accounts", "--", "node", "-e", script]))
      .stdout;
  };
  const inPages = (host: string, to: number) =>
    reaches(`${commune}-accounts`, "deployment/accounts", host, to);
  expect(await inPages(`directory.${commune}-directory.svc`, 1389)).toBe("reached");
  expect(await inPages("kubernetes.default.svc", 443)).toBe("");
  const path = "--output=jsonpath={.items[0].status.podIP}";
  const { stdout: address } = await kubectl(["get", "pod", "-n", `${commune}-accounts`, path]);
  // Its own port is on the loopback alone, also for the pod itself.
  expect(await inPages(address, 8081)).toBe("");
  expect(await inPages("127.0.0.1", 8081)).toBe("reached");
});

test("an agenda that gets no answer from the pages fails, and refuses no telephone, which would forget its password", async () => {
  const scale = (replicas: number) =>
    kubectl(["scale", "-n", `${commune}-accounts`, "deployment/accounts", `--replicas=${replicas}`]);
  const tablet = phone("judo", "alix", "any-word");
  expect(await tablet.principal()).toBe(401);
  await scale(0);
  await expect.poll(() => tablet.principal(), { timeout: 60_000, interval: 1000 }).toBe(500);
  await scale(1);
  await expect.poll(() => tablet.principal(), { timeout: 60_000, interval: 1000 }).toBe(401);
});
