import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { followPath, requestsPath } from "../../../components/tenants/requests/settings.ts";
import { attachedTo, type Letter, linkIn, readingOf } from "../../../local/doubles/mailbox/letter.ts";
import { installPackages, missingPackages } from "../../../local/packages.ts";
import { ordinaryTools } from "../../../scripts/tenant/request-tools.ts";
import { tenantCommand } from "../../../scripts/tenant.ts";
import { nameOf } from "../letters/directory.ts";
import type { PeopleTown } from "./town.ts";

interface Asking {
  id: string;
  name: string;
  contact: string;
}
/** The association that asks and is approved, and the one that is refused. */
export const choir = { id: "harmonie", name: "Harmonie du Tonkin", contact: "bureau@harmonie.example" };
const club = { id: "club-prive", name: "Club privé des Brosses", contact: "contact@club.example" };
const administrator = { givenName: "Inès", surname: "Nuñez", mail: "ines@harmonie.example" };
const [member, password] = ["maya", "correct-horse-8"];

/**
 * The way of an association, as people go it: the form in a browser without JavaScript, the letters, the review, the site,
 * and a member who logs in at the commune's login and finds the tile. What a machine does of it is timed and printed.
 */
export function fromTheForm(town: PeopleTown) {
  const { commune, domain, associations, project, mailbox } = town;
  const contact = `numerique@${domain}`;
  const site = town.site(choir.id);
  let browser: Browser;
  let asked: { file: string; follow: string };
  let refused: { file: string; follow: string };
  const steps: string[] = [];

  /** Does what a machine does after somebody has said yes, and notes how long it took. */
  async function timed<T>(what: string, step: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const done = await step();
    steps.push(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${what}`);
    return done;
  }

  /** Opens the browser of people, and lets the verbs ask the engine and the cluster by what the shell says, as a person's do. */
  async function open(): Promise<void> {
    await installPackages(await missingPackages(["chromium"]));
    const { host, port } = town.address;
    browser = await chromium.launch({
      ...{ executablePath: "/usr/bin/chromium", chromiumSandbox: false },
      args: [`--host-resolver-rules=MAP *.test ${host}:${port}`],
    });
    for (const [name, value] of Object.entries(project.environment)) vi.stubEnv(name, value);
  }

  async function close(): Promise<void> {
    vi.unstubAllEnvs();
    await browser?.close();
  }

  /** A person with a browser of their own, which has no JavaScript unless it is asked for. */
  async function visitor(javaScriptEnabled = false): Promise<Page> {
    const context = await browser.newContext({ javaScriptEnabled, ignoreHTTPSErrors: true });
    return context.newPage();
  }

  /** Logs a member in at the commune's login, on the way to WordPress. */
  async function logIn(page: Page): Promise<void> {
    await page.goto(`${site}/wp-login.php`);
    expect(new URL(page.url()).host).toBe(`connexion.${domain}`);
    await page.fill("#user", member);
    await page.fill("#password", password);
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
    // Nobody reads nine questions in less, which the form knows.
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

  function asks(): void {
    describe("an association that asks by the form", () => {
      beforeAll(open);
      afterAll(close);

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
    });
  }

  /** Approves what was asked for, so that the next update makes it. */
  async function approve(): Promise<void> {
    for (const [name, value] of Object.entries(project.environment)) vi.stubEnv(name, value);
    try {
      const approved = await tenant("approve", commune, asked.file, "--despite", "Le récépissé est vu.");
      expect(approved).toContain(`npx commune tenant invite ${commune} ${choir.id} --request ${asked.file}`);
    } finally {
      vi.unstubAllEnvs();
    }
  }

  function approved(): void {
    describe("an association that is approved", () => {
      beforeAll(open);
      afterAll(close);

      test("who is approved has a site with its name, and a member who logs in at the commune's login", async () => {
        await timed("the site answers", () =>
          expect.poll(() => read(`${site}/`), { timeout: 120_000, interval: 1000 }).toContain(choir.name),
        );
        const before = (await mailbox.letters()).length;
        await timed("who administers it is invited", () =>
          tenant("invite", commune, choir.id, "--request", asked.file),
        );
        expect(readingOf(await letterTo(administrator.mail, before)).text).toContain(
          `La ville de ${town.name} vous invite à administrer « ${choir.name} »`,
        );
        await timed("a member is in the directory", () =>
          town.directory.register({ [member]: { groups: [`t-${choir.id}-members`], password } }),
        );
        const page = await visitor();
        await timed("the member is logged in to WordPress by the commune's login", () => logIn(page));
        expect(await page.getAttribute("body", "class")).toMatch(/\blogged-in\b/);
        await page.goto(`${site}/wp-admin/profile.php`);
        expect(await page.content()).toContain(nameOf(member));
        await page.goto(`https://connexion.${domain}/`);
        const tile = page.locator(`.tiles a[href^="${site}/"]`);
        expect(await tile.textContent()).toContain(choir.name);
        await page.context().close();
        console.log(
          `from the approval on, on a machine that has other tests beside it:\n${steps.join("\n")}`,
        );
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
        await expect
          .poll(said(refused), { timeout: 150_000, interval: 2000 })
          .toContain("n’a pas pu l’accepter");
      });
    });
  }

  return { asks, approve, approved };
}
