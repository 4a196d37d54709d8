import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { askedServices, readRequest } from "../../components/tenants/requests/request.ts";
import { confirmPath, followPath, requestsPath } from "../../components/tenants/requests/settings.ts";
import { attachedTo, linkIn } from "../doubles/mailbox/letter.ts";
import { lettersPage } from "../doubles/mailbox/page.ts";
import { choir, RunningForm } from "../programs/requests/form.ts";
import { lookAtAddress, lookAtFile, openBrowser, pictureFor, readAsText } from "./look.ts";

const folder = mkdtempSync(join(tmpdir(), "requests-pages-"));
const look = { colour: "#8a1538", hasArms: false, conformity: "non conforme" } as const;
let browser: Browser;
let form: RunningForm;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  form = await new RunningForm().open({ look, asksAdministrator: true, services: askedServices });
});
afterEach(() => form.close());

/** Holds a page that was an answer to axe and the validator, as narrow as a telephone and as wide as a screen. */
async function judge(name: string, html: string): Promise<void> {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, html);
  for (const width of [320, 1280]) {
    const screenshot = pictureFor(`requests-${name}-${width}.png`);
    const seen = await lookAtFile(browser, file, { width, javaScript: false, screenshot });
    expect(seen, name).toMatchObject({ accessibility: [], markup: [], elsewhere: [] });
    expect(seen.text).toContain("Ville de Bron");
  }
  await expect(await readAsText(file)).toMatchFileSnapshot(`requests/${name}.txt`);
}

test("the form has no fault under its policy, and neither has any page after it", async () => {
  const address = new URL(requestsPath, form.address);
  const file = join(folder, "form.html");
  const answer = await fetch(address);
  writeFileSync(file, await answer.text());
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
  for (const width of [320, 1280]) {
    const screenshot = pictureFor(`requests-form-${width}.png`);
    const seen = await lookAtAddress(browser, address, file, { width, javaScript: false, screenshot });
    expect(seen).toMatchObject({ accessibility: [], markup: [], elsewhere: [], errors: [] });
  }
  await expect(await readAsText(file)).toMatchFileSnapshot("requests/form.txt");
  await judge(
    "faults",
    (await form.send({ id: "été", rna: "12", contact: "a", purpose: "", surname: "Nuñez" })).text,
  );
  await judge("checked", (await form.send({ ...choir, action: "verifier" })).text);
  await judge("sent", (await form.send(choir)).text);
  const link = linkIn(form.mailroom.letters[0] ?? { from: "", to: [], raw: "" });
  await judge("confirm", await (await fetch(`${form.address}${confirmPath}?d=${link}`)).text());
  await judge("bad-link", await (await fetch(`${form.address}${confirmPath}?d=x`)).text());
  await judge("received", (await form.send({ d: link }, { path: confirmPath, token: "" })).text);
  const follow = linkIn(form.mailroom.letters[2] ?? { from: "", to: [], raw: "" });
  const digest = form.keys.followed(follow)?.digest ?? "";
  for (const [state, decided] of Object.entries({
    waits: {},
    approved: { [digest]: { decision: "approved", at: "2026-12-01" } },
    refused: { [digest]: { decision: "refused", at: "2026-12-01" } },
  } as const)) {
    form.decided = decided;
    await judge(`follow-${state}`, await (await fetch(`${form.address}${followPath}?d=${follow}`)).text());
  }
}, 180_000);

test("is filled in with the keyboard alone and without JavaScript, from a mistake to the commune's mailbox", async () => {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    viewport: { width: 320, height: 700 },
  });
  try {
    const page = await context.newPage();
    await page.goto(form.address + requestsPath);
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await page.focus("#name");
    await page.keyboard.type("Chorale des Gratte-Ciel");
    await press("Tab");
    await page.keyboard.type("Chorale");
    await press("Tab");
    await page.keyboard.type("W69 123");
    await press("Tab", "Tab");
    await page.keyboard.type("bureau@chorale.test");
    const choices = await page.locator("input[name=applications], input[name=services]").count();
    await press("Tab", "Space", ...Array.from({ length: choices - 1 }, () => "Tab"), "Space", "Tab");
    await page.keyboard.type("Nous chantons le mardi.");
    for (const answer of ["Léa", "Nuñez", "lea@exemple.test"]) {
      await press("Tab");
      await page.keyboard.type(answer);
    }
    await press("Tab", "Space", "Tab");
    form.now += 60_000;
    await press("Enter");
    await page.waitForSelector("[role=alert]");
    expect(await page.textContent("#rna-faux")).toContain("n’est pas un numéro RNA");
    expect(await page.inputValue("#name")).toBe("Chorale des Gratte-Ciel");
    expect(await page.isChecked("input[value=site]")).toBe(true);
    expect(form.mailroom.letters).toEqual([]);

    await page.focus("#rna");
    await press("Control+a");
    await page.keyboard.type("W691234567");
    form.now += 60_000;
    await press("Enter");
    await page.waitForSelector("text=Regardez votre messagerie");
    await page.goto(
      `${form.address}${confirmPath}?d=${linkIn(form.mailroom.letters[0] ?? { from: "", to: [], raw: "" })}`,
    );
    await page.focus("main button");
    await press("Enter");
    await page.waitForSelector("text=Votre demande est arrivée");
    const brought = form.mailroom.letters[1];
    if (brought === undefined) throw new Error("nothing was brought");
    expect(readRequest(Buffer.from(attachedTo(brought)), form.keys.publicKey)).toMatchObject({
      request: {
        id: "chorale",
        applications: ["site"],
        services: ["peertube"],
        contact: "bureau@chorale.test",
      },
    });
    expect(attachedTo(brought)).toContain("Nuñez");
    // The tour's page of all letters, on the same narrow screen.
    await page.setContent(lettersPage(form.mailroom.letters));
    expect(await page.locator("article").count()).toBe(3);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(320);
  } finally {
    await context.close();
  }
}, 120_000);
