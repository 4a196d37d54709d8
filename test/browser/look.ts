import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { serve } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import axe, { type AxeResults } from "axe-core";
import { execa } from "execa";
import { Hono } from "hono";
import { HtmlValidate } from "html-validate";
import { type Browser, chromium, type Page } from "playwright-core";

/** Debian's, installed by the set-up: nothing is downloaded beside the package manager. */
const program = "/usr/bin/chromium";

/** Findings of a browser and two validators on a page. Each list is empty for a page without faults. */
export interface Seen {
  title: string;
  /** Text that a reader sees, without markup. */
  text: string;
  /** WCAG 2.0, 2.1 and 2.2, levels A and AA, by axe: `rule: selector`. */
  accessibility: string[];
  /** Faults in the HTML itself, by html-validate: `line:column rule: what`. */
  markup: string[];
  /** Addresses that the page asked other hosts for. They are refused, so that a test contacts nobody. */
  elsewhere: string[];
  /** Errors that its scripts threw or logged, and its own files that could not be loaded. */
  errors: string[];
}

export interface Looking {
  /** A page of the folder, such as `en.html`; the folder's index when absent. */
  page?: string;
  /** False shows the page to a browser without JavaScript. */
  javaScript?: boolean;
  /** Pixels; a telephone is about 390 wide. */
  width?: number;
  height?: number;
  /** Writes a PNG of the whole page there. */
  screenshot?: string | undefined;
  /** Does what a reader does before the page is judged, such as opening a menu. */
  act?: (page: Page) => Promise<void>;
}

/**
 * Path of a picture of a page, for people who look at it, in the folder that COMMUNE_SCREENSHOTS names; undefined if it
 * is not set. Pictures take longer than what is judged.
 */
export function pictureFor(name: string): string | undefined {
  const { COMMUNE_SCREENSHOTS: folder } = process.env;
  return folder === undefined ? undefined : join(folder, name);
}

/** Starts headless Chromium; close it when done. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: program, chromiumSandbox: false });
}

/** Opens one HTML file as a reader does who was given it: without a server. */
export function lookAtFile(browser: Browser, file: string, looking: Looking = {}): Promise<Seen> {
  return look(browser, pathToFileURL(file), file, looking);
}

/** Opens a page of a folder that is served on the loopback interface. */
export async function lookAtFolder(browser: Browser, folder: string, looking: Looking = {}): Promise<Seen> {
  const app = new Hono().use(serveStatic({ root: folder }));
  const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 });
  await new Promise((resolve) => server.once("listening", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const { page = "" } = looking;
    const address = new URL(page, `http://127.0.0.1:${port}/`);
    return await look(browser, address, join(folder, page || "index.html"), looking);
  } finally {
    server.close();
  }
}

/** Opens a page that a server has already, such as one of the commune's own; `file` holds the same HTML. */
export function lookAtAddress(
  browser: Browser,
  address: URL,
  file: string,
  looking: Looking = {},
): Promise<Seen> {
  return look(browser, address, file, looking);
}

async function look(browser: Browser, address: URL, file: string, looking: Looking): Promise<Seen> {
  const { javaScript = true, width = 1280, height = 900, screenshot, act } = looking;
  const context = await browser.newContext({
    viewport: { width, height },
    locale: "fr-FR",
    reducedMotion: "reduce",
  });
  const [elsewhere, errors]: [string[], string[]] = [[], []];
  await context.route(
    (url) => !["data:", "blob:"].includes(url.protocol) && url.origin !== address.origin,
    (route) => {
      elsewhere.push(route.request().url());
      return route.abort();
    },
  );
  try {
    const page = await context.newPage();
    page.on("pageerror", ({ message }) => errors.push(message));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    const chromium = await context.newCDPSession(page);
    const disableScripts = (value: boolean) =>
      chromium.send("Emulation.setScriptExecutionDisabled", { value });
    await disableScripts(!javaScript);
    await page.goto(address.href, { waitUntil: "load" });
    await act?.(page);
    const title = await page.title();
    // biome-ignore lint/performance/useDomNodeTextContent: what a reader sees is asked for, not what is hidden.
    const text = await page.locator("body").innerText();
    if (screenshot) await page.screenshot({ path: screenshot, fullPage: true });
    // axe is a script itself, and asks for style sheets; those of the page have had their chance.
    const own = [...errors];
    await disableScripts(false);
    return {
      title,
      text,
      accessibility: await axeFindings(page),
      markup: await markupFindings(file),
      elsewhere,
      errors: own,
    };
  } finally {
    await context.close();
  }
}

const levels = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

async function axeFindings(page: Page): Promise<string[]> {
  // Evaluated by the browser itself: a page's content security policy cannot keep it out.
  await page.evaluate(axe.source);
  const options = JSON.stringify({ runOnly: { type: "tag", values: levels } });
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${options})`);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}

const validator = new HtmlValidate({
  extends: ["html-validate:standard", "html-validate:document", "html-validate:a11y"],
  // A page's own files are opened from a folder too, where browsers cannot check them.
  rules: { "require-sri": ["error", { target: "crossorigin" }] },
});

/** Findings, by the text: pages are looked at in several widths, with and without JavaScript. */
const judged = new Map<string, Promise<string[]>>();

/** Faults in the HTML of a file, by html-validate. */
export function markupFindings(file: string): Promise<string[]> {
  const text = readFileSync(file, "utf8");
  const known = judged.get(text) ?? judgedAnew(text, file);
  judged.set(text, known);
  return known;
}

async function judgedAnew(text: string, file: string): Promise<string[]> {
  const { results } = await validator.validateString(text, file);
  return results.flatMap(({ messages }) =>
    messages.map(({ line, column, ruleId, message }) => `${line}:${column} ${ruleId}: ${message}`),
  );
}

/** Returns what a reader of a text browser has, without addresses: those differ from machine to machine. */
export async function readAsText(file: string): Promise<string> {
  const charset = ["-assume_charset=utf-8", "-display_charset=utf-8"];
  const { stdout } = await execa("lynx", ["-dump", "-nolist", "-width=80", ...charset, file]);
  return `${stdout.replaceAll(/ +$/gm, "").trim()}\n`;
}
