import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { followPath, requestsPath } from "../../components/tenants/requests/settings.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { installPackages, missingPackages } from "../../local/packages.ts";
import { Mailbox, relayIn } from "../../scripts/demo/tour/mailbox.ts";
import { Kubectl } from "../../scripts/kubectl.ts";
import { agentFor } from "../../scripts/look/doorway.ts";
import { ordinaryTools } from "../../scripts/tenant/request-tools.ts";
import { tenantCommand } from "../../scripts/tenant.ts";
import { attachedTo, type Letter, linkIn, readingOf } from "../doubles/mailbox/letter.ts";
import { Project } from "./project.ts";

/**
 * The way of an association, as people go it: the form in a browser without JavaScript, the letters, the review, the site,
 * and a member who logs in at the commune's login and finds the tile. What a machine does of it is timed and printed.
 */
const cluster = openCluster(inject("cluster"));
const commune = "form-town";
const domain = `${commune}.test`;
const associations = `assos-${commune}.test`;
const contact = `numerique@${domain}`;
const suffix = `dc=${commune},dc=test`;
const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
// The certificate of the tests has no names below those of associations.
const dispatcher = agentFor({
  ...{ address: { host: hostname, port: Number(port) }, caFile: cluster.caFile, anyName: true },
});
const relay = relayIn(`${commune}-letters`);
const mailbox = new Mailbox(`courrier.${domain}`, dispatcher, `${commune}-letters`);

interface Asking {
  id: string;
  name: string;
  contact: string;
}
const choir = { id: "chorale", name: "Chorale des Gratte-Ciel", contact: "bureau@chorale.example" };
const club = { id: "club-prive", name: "Club privé des Brosses", contact: "contact@club.example" };
const administrator = { givenName: "Léa", surname: "Nuñez", mail: "lea@chorale.example" };
const member = { uid: "alix", name: "Alix Dûrand", password: "correct-horse-2" };
const site = `https://${choir.id}.${associations}`;

let project: Project;
let browser: Browser;
const steps: string[] = [];

/** Does what a machine does after somebody has said yes, and notes how long it took. */
async function timed<T>(what: string, step: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const done = await step();
  steps.push(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${what}`);
  return done;
}

beforeAll(async () => {
  await installPackages(await missingPackages(["chromium"]));
  browser = await chromium.launch({
    ...{ executablePath: "/usr/bin/chromium", chromiumSandbox: false },
    args: [`--host-resolver-rules=MAP *.test ${hostname}:${port}`],
  });
  project = new Project(cluster.environment);
  project.declare(
    commune,
    `id: ${commune}
name: Form Town
insee: "69029"
domain: ${domain}
population: 4200
contact: ${contact}
tenants: { domain: ${associations}, requests: {}, mariadb: { memory: 256 MiB, storage: 1 GiB } }
mail: { relay: ${relay.host}, port: ${relay.port}, encryption: none }
directory: {}
identity: {}
`,
  );
  // The verbs ask the engine and the cluster by what the shell says, as a person's do.
  for (const [name, value] of Object.entries(project.environment)) vi.stubEnv(name, value);
  await project.createStack(commune);
  await Promise.all([mailbox.open(new Kubectl(cluster.environment)), project.up(commune)]);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await browser?.close();
  await dispatcher.close();
  await project.end(commune);
});

/** A person with a browser of their own, which has no JavaScript unless it is asked for. */
async function visitor(javaScriptEnabled = false): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled, ignoreHTTPSErrors: true });
  return context.newPage();
}

/** Logs a member in at the commune's login, on the way to WordPress. */
async function logIn(page: Page): Promise<void> {
  await page.goto(`${site}/wp-login.php`);
  expect(new URL(page.url()).host).toBe(`connexion.${domain}`);
  await page.fill("#user", member.uid);
  await page.fill("#password", member.password);
  await page.click("form button");
  await page.waitForURL(`${site}/**`);
}

/** The newest letter to a mailbox that came after so many. */
async function letterTo(to: string, after: number): Promise<Letter> {
  const found = async () =>
    (await mailbox.letters()).slice(after).findLast((letter) => letter.to.includes(to));
  await expect.poll(found, { timeout: 60_000, interval: 500 }).toBeDefined();
  return (await found()) ?? expect.fail(`no letter to ${to}`);
}

/** Fills in the form, opens the link of the letter, presses the button: what is with the commune, and the private link. */
async function ask({ id, name, contact: from }: Asking) {
  const page = await visitor();
  await expect
    .poll(async () => (await page.goto(`https://${domain}${requestsPath}`))?.status(), { timeout: 60_000 })
    .toBe(200);
  await page.fill("[name=name]", name);
  await page.fill("[name=id]", id);
  await page.fill("[name=contact]", from);
  await page.check("[name=applications][value=wordpress]");
  await page.fill("[name=purpose]", "Nous chantons le mardi soir.");
  for (const [field, answer] of Object.entries(administrator)) await page.fill(`[name=${field}]`, answer);
  await page.check("[name=terms]");
  // Nobody reads nine questions in less.
  await page.waitForTimeout(4_500);
  const before = (await mailbox.letters()).length;
  await page.click("button[value=envoyer]");
  await page.goto(/https:\S+/.exec(readingOf(await letterTo(from, before)).text)?.[0] ?? "");
  const confirmed = (await mailbox.letters()).length;
  await page.click("form button");
  const follow = await page.getAttribute(`a[href^="${followPath}"]`, "href");
  expect(linkIn(await letterTo(from, confirmed))).toBe(follow?.split("?d=")[1]);
  const file = join(project.folder, `demande-${id}.json`);
  writeFileSync(file, attachedTo(await letterTo(contact, confirmed)));
  await page.context().close();
  return { file, follow: `https://${domain}${follow}` };
}

/** `commune tenant …`, and what it printed. */
async function tenant(...words: string[]): Promise<string> {
  const said: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line) => void said.push(String(line)));
  const stacks = join(project.folder, "stacks");
  try {
    const command = tenantCommand(stacks, ordinaryTools(stacks, project.folder)).exitOverride();
    await command.parseAsync(words, { from: "user" });
  } finally {
    log.mockRestore();
  }
  return said.join("\n");
}

async function read(address: string): Promise<string> {
  const page = await visitor();
  const answer = await page.goto(address);
  const text = await page.textContent("body");
  await page.context().close();
  return answer?.status() === 200 && text !== null ? text : `${answer?.status()}`;
}

let asked: { file: string; follow: string };
let refused: { file: string; follow: string };

test("an association asks by the form, and what it asked for is with the commune, signed", async () => {
  asked = await ask(choir);
  refused = await ask(club);
  for (const { follow } of [asked, refused])
    expect(await read(follow)).toContain("personne n’a encore décidé");
  const review = await tenant("review", commune, asked.file, refused.file);
  expect(review).toContain(`${choir.id}  ${choir.name}`);
  expect(review).toContain(club.name);
});

test("who is refused reads why in a letter that the commune's own pod sends", async () => {
  const before = (await mailbox.letters()).length;
  const reason = "Les clubs privés n’ont pas de place ici.";
  expect(await tenant("refuse", commune, refused.file, "--reason", reason)).toContain("Sent.");
  const { text } = readingOf(await letterTo(club.contact, before));
  expect(text).toContain(reason);
});

test("who is approved has a site with its name, and a member who logs in at the commune's login", async () => {
  const approved = await tenant("approve", commune, asked.file, "--despite", "Le récépissé est vu.");
  expect(approved).toContain(`npx commune tenant invite ${commune} ${choir.id} --request ${asked.file}`);
  await timed("pulumi up", () => project.up(commune));
  await timed("the site answers", () =>
    expect.poll(() => read(`${site}/`), { timeout: 120_000, interval: 1000 }).toContain(choir.name),
  );
  const before = (await mailbox.letters()).length;
  await timed("who administers it is invited", () =>
    tenant("invite", commune, choir.id, "--request", asked.file),
  );
  expect(readingOf(await letterTo(administrator.mail, before)).text).toContain(
    `La ville de Form Town vous invite à administrer « ${choir.name} »`,
  );
  const group = `cn=t-${choir.id}-members,ou=groups,${suffix}`;
  const entry = `dn: uid=${member.uid},ou=people,${suffix}
changetype: add
objectClass: inetOrgPerson
uid: ${member.uid}
cn:: ${Buffer.from(member.name).toString("base64")}
sn: Durand
mail: ${member.uid}@chorale.example
userPassword: ${member.password}

dn: ${group}
changetype: modify
add: member
member: uid=${member.uid},ou=people,${suffix}
`;
  const directory = ["exec", "-i", "-n", `${commune}-directory`, "directory-0", "--", "ldapmodify", "-Q"];
  await timed("a member is in the directory", () =>
    execa("kubectl", directory, { env: project.environment, input: entry }),
  );
  const page = await visitor();
  await timed("the member is logged in to WordPress by the commune's login", () => logIn(page));
  expect(await page.getAttribute("body", "class")).toMatch(/\blogged-in\b/);
  await page.goto(`${site}/wp-admin/profile.php`);
  expect(await page.content()).toContain(member.name);
  await page.goto(`https://connexion.${domain}/`);
  const tile = page.locator(`.tiles a[href^="${site}/"]`);
  expect(await tile.textContent()).toContain(choir.name);
  await page.context().close();
  console.log(`from the approval on, on a machine that has other tests beside it:\n${steps.join("\n")}`);
});

test("a script on the association's page reads and sets no cookie that the login takes, and a stolen one opens nothing else", async () => {
  const page = await visitor(true);
  await logIn(page);
  const context = page.context();
  const login = `https://connexion.${domain}/`;
  const ofLogin = await context.cookies(login);
  expect(ofLogin.map(({ name }) => name)).toContain("__Host-connexion");
  const domains = ["", associations, `connexion.${domain}`, domain, "test"];
  const forged = domains.flatMap((each) =>
    ["__Host-connexion", "connexion", "lemonldap"].map(
      (name) => `${name}=forged; Path=/; Secure${each && `; Domain=${each}`}`,
    ),
  );
  const readable = await page.evaluate<string>(
    `${JSON.stringify(forged)}.forEach((line) => { document.cookie = line; }); document.cookie`,
  );
  for (const { value } of await context.cookies())
    if (value.length > 20) expect(readable).not.toContain(value);
  expect(await context.cookies(login)).toEqual(ofLogin);
  const answer = await page.evaluate<string>(
    `fetch(${JSON.stringify(login)}, { credentials: "include" }).then((got) => got.text(), String)`,
  );
  expect(answer).toContain("Failed to fetch");
  // What the association's server could take of its visitors, sent from elsewhere.
  const own = await context.cookies(site);
  const thief = await visitor();
  const stolen = own.map(({ name, value }) => ({ name, value, url: login, secure: true }));
  await thief.context().addCookies(stolen);
  await thief.goto(login);
  expect(await thief.textContent("h1")).toBe("Se connecter");
  await Promise.all([thief.context().close(), context.close()]);
});

test("private links say what was decided", async () => {
  const said =
    ({ follow }: { follow: string }) =>
    () =>
      read(follow);
  await expect.poll(said(asked), { timeout: 150_000, interval: 2000 }).toContain("Elle est acceptée");
  await expect.poll(said(refused), { timeout: 150_000, interval: 2000 }).toContain("n’a pas pu l’accepter");
});
