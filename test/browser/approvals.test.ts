import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { Browser, BrowserContext, CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { approvalsPage, approvalsPolicy } from "../../components/platform/login/approvals/page.ts";
import { checkout } from "../../local/paths.ts";
import { ApprovingCommune } from "../scripts/approving.ts";
import { lookAtFile, openBrowser, pictureFor, readAsText } from "./look.ts";

const origin = "https://connexion.bron.test";
const html = approvalsPage({
  ...{ commune: "bron", name: "Bron", contact: "numerique@bron.test" },
  statement: { address: "https://bron.test/accessibilite", conformity: "non conforme" },
});
const command = join(checkout, "scripts", "commune.js");
const folder = mkdtempSync(join(tmpdir(), "approvals-page-"));
const file = join(folder, "accord.html");
let browser: Browser;

beforeAll(async () => {
  writeFileSync(file, html);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

/** A device of an official: a browser that has the page at its name, and an authenticator that knows its owner. */
class Device {
  /** Whatever the page asked others for, and what its script threw. */
  readonly faults: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly session: CDPSession,
    private readonly authenticatorId: string,
  ) {}

  static async open(): Promise<Device> {
    const context = await browser.newContext({ locale: "fr-FR", viewport: { width: 390, height: 800 } });
    const headers = {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": approvalsPolicy(html),
    };
    await context.route(/^https?:/, (route) =>
      route.request().url() === `${origin}/accord`
        ? route.fulfill({ status: 200, headers, body: html })
        : route.abort(),
    );
    // A machine with other work takes its time.
    context.setDefaultTimeout(120_000);
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("WebAuthn.enable");
    const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        ...{ protocol: "ctap2", transport: "internal", automaticPresenceSimulation: true },
        ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
      },
    });
    const device = new Device(page, context, session, authenticatorId);
    page.on("pageerror", ({ message }) => device.faults.push(message));
    page.on("console", (message) => message.type() === "error" && device.faults.push(message.text()));
    page.on("requestfailed", (request) => device.faults.push(request.url()));
    return device;
  }

  /** Makes a passkey for a function. Returns the lines for approvers.yaml. */
  async registered(name: string): Promise<string> {
    await this.page.goto(`${origin}/accord`);
    await this.page.getByLabel("Votre fonction, jamais votre nom").fill(name);
    await this.page.getByRole("button", { name: "Créer la clé" }).click();
    const lines = this.page.getByLabel("Lignes pour approvers.yaml");
    await lines.waitFor();
    return lines.inputValue();
  }

  /** Opens a link, and says yes. Returns the answer. */
  async approved(address: string): Promise<string> {
    await this.page.goto("about:blank");
    await this.page.goto(address);
    await this.page.getByRole("button", { name: "J’approuve ce changement, et lui seul" }).click();
    const answer = this.page.getByLabel("Votre accord");
    await answer.waitFor();
    return answer.inputValue();
  }

  /** Whether its owner is the one who holds it. */
  async isVerified(isUserVerified: boolean): Promise<void> {
    const { authenticatorId } = this;
    await this.session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
  }

  close(): Promise<void> {
    return this.context.close();
  }
}

test("an official makes a passkey, says yes to a link, and the log holds", async () => {
  const commune = await new ApprovingCommune().open([]);
  const device = await Device.open();
  try {
    const lines = await device.registered("maire");
    expect(lines).toContain(`      origin: ${origin}\n`);
    commune.list(lines);
    const [address = ""] = await commune.proposed("<b>Plus personne</b> ne s’en sert.");
    await device.page.goto("about:blank");
    await device.page.goto(address);
    await device.page.getByText("Pourquoi : <b>Plus personne</b> ne s’en sert.").waitFor();
    expect(await device.page.getByRole("radio", { name: "maire (élu)" }).isChecked()).toBe(true);

    // Somebody else holds the device.
    await device.isVerified(false);
    await device.page.getByRole("button", { name: "J’approuve" }).click();
    await device.page.getByRole("alert").filter({ hasText: "Rien n’est signé" }).waitFor();
    await device.isVerified(true);

    const answer = await device.approved(address);
    expect(await device.page.locator("#reponse a.mail").getAttribute("href")).toMatch(
      /^mailto:numerique@bron\.test\?subject=Accord%20bron%20[0-9a-f]{12}&body=-----BEGIN/,
    );
    expect(await commune.entered(answer)).toBe(0);
    expect(commune.printed).toContain("Ensuite : npx commune apply bron");
    expect(await commune.verified()).toBe(0);
    expect(commune.printed).toContain("maire (in a browser)");
    await expect(commune.entered(answer)).rejects.toThrow("the log has it already");
    expect(device.faults).toEqual([]);

    const log = join(folder, "stacks", "bron", "approvals.jsonl");
    cpSync(join(commune.stacks, "bron"), join(folder, "stacks", "bron"), { recursive: true });
    writeFileSync(join(folder, "Pulumi.yaml"), "name: bron\nruntime: nodejs\n");
    const { exitCode, all } = await elsewhere();
    expect(all).toContain("maire (in a browser)");
    expect(exitCode).toBe(0);
    writeFileSync(log, readFileSync(log, "utf8").replaceAll("maire", "adjoint"));
    const [proposed = "", approved = ""] = readFileSync(log, "utf8").split("\n");
    writeFileSync(log, `${proposed}\n${approved.replace("sans interruption", "pendant un jour")}\n`);
    expect((await elsewhere()).exitCode).toBe(1);
  } finally {
    await device.close();
    commune.close();
  }
}, 180_000);

/** Verifies the log that stands in the folder, as a machine does that has these files, no state, no key and no network. */
const elsewhere = () =>
  execa("unshare", ["--map-root-user", "--net", process.execPath, command, "verify-log", "bron"], {
    ...{ cwd: folder, env: { HOME: folder, PATH: process.env.PATH }, extendEnv: false },
    ...{ reject: false, all: true, timeout: 60_000 },
  });

test("an address without a whole request asks for no approval", async () => {
  const device = await Device.open();
  try {
    for (const link of ["#AAAA", "#"]) {
      await device.page.goto("about:blank");
      await device.page.goto(`${origin}/accord${link}`);
      await device.page.getByRole("button", { name: "Créer la clé" }).waitFor();
      expect(await device.page.getByRole("button", { name: "J’approuve" }).isVisible()).toBe(false);
    }
  } finally {
    await device.close();
  }
}, 120_000);

test.each([
  ["with JavaScript", true],
  ["without", false],
])(
  "the page has no fault %s, on a telephone and on a screen",
  async (_, javaScript) => {
    for (const width of [320, 1280]) {
      const screenshot = pictureFor(`approvals-${javaScript}-${width}.png`);
      const seen = await lookAtFile(browser, file, { width, javaScript, screenshot });
      expect(seen).toMatchObject({ accessibility: [], markup: [], elsewhere: [], errors: [] });
      expect(seen.text).toContain("Dire oui à un changement");
      if (!javaScript) expect(seen.text).toContain("Rien n’est signé.");
    }
  },
  180_000,
);

test("in a text browser it says what else there is", async () => {
  await expect(await readAsText(file)).toMatchFileSnapshot("approvals/accord.txt");
});
