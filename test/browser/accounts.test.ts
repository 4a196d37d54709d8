import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { RunningAccounts } from "../programs/accounts/running.ts";
import { lookAtFile, openBrowser, pictureFor, readAsText } from "./look.ts";

const folder = mkdtempSync(join(tmpdir(), "accounts-pages-"));
const look = { colour: "#8a1538", hasArms: true, conformity: "non conforme" } as const;
const chorale = "/associations/chorale";
const devices = "/appareils";
const lea = { givenName: "Léa", surname: "Nuñez", mail: "lea@exemple.test" };
let browser: Browser;
let pages: RunningAccounts;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  pages = await new RunningAccounts().open(look);
  pages.people.add("camille", "agents");
  pages.people.add("noa", "t-chorale-admins", "t-judo-admins");
  pages.people.add("alix", "t-chorale-members");
  pages.people.add("bartholomew.featherstonehaugh", "t-chorale-members", "t-judo-members");
});
afterEach(() => pages.close());

/** Holds a page to axe and the validator, as narrow as a telephone and as wide as a screen. */
async function judge(name: string, { text }: { text: string }): Promise<void> {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, text);
  for (const width of [320, 1280]) {
    const screenshot = pictureFor(`accounts-${name}-${width}.png`);
    const seen = await lookAtFile(browser, file, { width, javaScript: false, screenshot });
    expect(seen, name).toMatchObject({ accessibility: [], markup: [], elsewhere: [], errors: [] });
    expect(seen.text).toContain("Ville de Bron");
  }
  const context = await browser.newContext({ viewport: { width: 320, height: 700 } });
  const page = await context.newPage();
  await page.setContent(text);
  expect(await page.evaluate("document.documentElement.scrollWidth"), name).toBeLessThanOrEqual(320);
  await context.close();
  // Of what is made by chance, the text has none.
  const read = (await readAsText(file)).replace(
    /\b([a-z]{4}-){5}[a-z]{4}\b/g,
    "xxxx-xxxx-xxxx-xxxx-xxxx-xxxx",
  );
  await expect(read).toMatchFileSnapshot(`accounts/${name}.txt`);
}

test("no page of accounts has a fault", async () => {
  await judge("own", await pages.get("/", "noa"));
  await judge("own-agent", await pages.get("/?fait=nom", "camille"));
  await judge("own-faults", await pages.fillIn("/", "/", { name: "", surname: "<" }, "alix"));
  await judge("members", await pages.get(`${chorale}?fait=invite`, "noa"));
  const wrong = { ...lea, mail: "lea", surname: "" };
  await judge("members-faults", await pages.fillIn(chorale, `${chorale}/inviter`, wrong, "noa"));
  await judge("removal", await pages.get(`${chorale}/retirer?qui=alix`, "noa"));
  await judge("removal-kept", await pages.get(`${chorale}/retirer?qui=bartholomew.featherstonehaugh`, "noa"));
  await judge("nothing", await pages.get(chorale, "alix"));
  await pages.fillIn(chorale, `${chorale}/inviter`, lea, "noa");
  await judge("invited", await pages.get(pages.link));
  await judge("welcome", await pages.accept());
  await judge("void", await pages.accept());
  expect(pages.failures).toEqual([]);
}, 180_000);

test("no page about telephones has a fault", async () => {
  await judge("devices-none", await pages.get(devices, "alix"));
  await judge(
    "device",
    await pages.fillIn(devices, `${devices}/ajouter`, { nom: "Téléphone de Léa" }, "alix"),
  );
  await judge("devices", await pages.get(`${devices}?fait=retire`, "alix"));
  await judge(
    "devices-faults",
    await pages.fillIn(devices, `${devices}/ajouter`, { nom: "", agenda: "judo" }, "noa"),
  );
  expect(pages.failures).toEqual([]);
}, 180_000);

test("an administrator invites with the keyboard alone, without JavaScript", async () => {
  const context = await browser.newContext({
    ...{ javaScriptEnabled: false, viewport: { width: 320, height: 700 } },
    extraHTTPHeaders: { "auth-user": "noa" },
  });
  try {
    const page = await context.newPage();
    await page.goto(pages.address + chorale);
    await page.focus("#givenName");
    for (const typed of ["Léa", "Nuñez", "lea@exemple"]) {
      await page.keyboard.type(typed);
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await page.waitForSelector("#mail-faux");
    expect(await page.inputValue("#surname")).toBe("Nuñez");
    await page.focus("#mail");
    await page.keyboard.press("End");
    await page.keyboard.type(".test");
    await page.keyboard.press("Enter");
    await page.waitForSelector("[role=status]");
    expect(pages.letters.map(({ to }) => to)).toEqual(["lea@exemple.test"]);
    // The page before somebody is removed, and back.
    await page.click(`a[href="${chorale}/retirer?qui=alix"]`);
    expect(await page.textContent("[role=alert]")).toContain("définitif");
    await page.click("main button");
    await page.waitForSelector("[role=status]");
    expect(await page.textContent(".people")).not.toContain("alix@bron.test");
  } finally {
    await context.close();
  }
}, 60_000);
