import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { templates } from "../../components/platform/login/pages.ts";
import { mailSection } from "../../components/platform/mail/declaration.ts";
import { planMail } from "../../components/platform/mail/plan.ts";
import { lookAtFile, openBrowser, pictureFor } from "./look.ts";

const folder = mkdtempSync(join(tmpdir(), "login-pages-"));
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

type Values = { [name: string]: string | true | Values[] };

/** Fills a template as HTML::Template does, as far as ours go: blocks within blocks, names of the innermost loop first. */
function filled(template: string, values: Values): string {
  const block = /<TMPL_(IF|UNLESS|LOOP) NAME="(\w+)">((?:(?!<TMPL_(?:IF|UNLESS|LOOP))[\s\S])*?)<\/TMPL_\1>/;
  const outer = /<TMPL_LOOP NAME="(\w+)">([\s\S]*)<\/TMPL_LOOP>/.exec(template);
  const [whole = "", name = "", body = ""] = outer ?? [];
  const rows = values[name];
  let text = outer
    ? template.replace(whole, () =>
        Array.isArray(rows) ? rows.map((row) => filled(body, { ...values, ...row })).join("") : "",
      )
    : template;
  for (let found = block.exec(text); found; found = block.exec(text)) {
    const [all, kind, of = "", inner = ""] = found;
    const [then = "", otherwise = ""] = inner.split("<TMPL_ELSE>");
    const is = Boolean(values[of]) === (kind === "IF");
    text = text.replace(all, () => (is ? then : otherwise));
  }
  return text.replaceAll(/<TMPL_VAR NAME="(\w+)"[^>]*>/g, (_, of: string) => String(values[of] ?? ""));
}

const mail = planMail(mailSection.parse({ relay: "smtp.bron.test" }), "bron.test");

const application = { appuri: "https://chorale.test/", appname: "Chorale", appdesc: "Pages réservées" };
const categories = [
  { category: true as const, catname: "Associations", applications: [application, application] },
];
const states: Record<string, [template: string, values: Values]> = {
  "log in": ["login.tpl", { DISPLAY_FORM: true, AUTH_ERROR: "9", AUTH_ERROR_9: true, TOKEN: "t" }],
  "log in, refused": ["login.tpl", { DISPLAY_FORM: true, AUTH_ERROR: "5", AUTH_ERROR_5: true }],
  "log in, an unknown reason": ["login.tpl", { DISPLAY_FORM: true, AUTH_ERROR: "99", AUTH_ERROR_99: true }],
  "logged out": ["login.tpl", { AUTH_ERROR: "47", AUTH_ERROR_47: true }],
  menu: [
    "menu.tpl",
    {
      AUTH_USER: "camille",
      DISPLAY_MODULES: [{ Appslist: true, APPSLIST_LOOP: categories }, { ChangePassword: true }],
    },
  ],
  "ask for a link": ["mail.tpl", { DISPLAY_FORM: true, AUTH_ERROR: "69", AUTH_ERROR_69: true, TOKEN: "t" }],
  "a link is sent": ["mail.tpl", { AUTH_ERROR: "72", AUTH_ERROR_72: true }],
  "choose a password": [
    "mail.tpl",
    { DISPLAY_PASSWORD_FORM: true, AUTH_ERROR: "29", AUTH_ERROR_29: true, TOKEN: "t", MAIL_TOKEN: "m" },
  ],
  "second factors, one to be had": ["2fregisters.tpl", { REG_REQUIRED: true }],
  "second factors": [
    "2fregisters.tpl",
    { REGISTERED: true, SFDEVICES: [{ day: "28/11/2026", token: "t", epoch: "1" }] },
  ],
  "add a second factor": [
    "totp2fregister.tpl",
    { WRONG: true, TOKEN: "t", KEY: "7M3F FZI7 JH5W NIG5 IFN7 UYRR 2C5W L6M5", OTPAUTH: "otpauth://totp/x" },
  ],
  "ask for a code": [
    "totp2fcheck.tpl",
    { AUTH_ERROR: "110", AUTH_ERROR_110: true, TARGET: "/totp2fcheck", TOKEN: "t" },
  ],
  refused: ["error.tpl", { AUTH_ERROR: "84", AUTH_ERROR_84: true }],
  "on the way": ["info.tpl", { URL: "https://chorale.test/", FORM_METHOD: "get" }],
};

test.each(Object.entries(states))(
  "%s has no fault, on a telephone and on a screen, without JavaScript",
  async (name, [template, values]) => {
    const file = join(folder, `${template}.html`);
    writeFileSync(file, filled(templates({ name: "L’Haÿ-les-Roses", mail })[template] ?? "", values));
    for (const width of [320, 1280]) {
      const screenshot = pictureFor(`login-${name.replaceAll(/\W+/g, "-")}-${width}.png`);
      const seen = await lookAtFile(browser, file, { javaScript: false, width, screenshot });
      expect(seen).toMatchObject({ accessibility: [], markup: [], elsewhere: [], errors: [] });
      expect(seen.text).not.toContain("TMPL");
      expect(seen.text).toContain("L’Haÿ-les-Roses");
    }
  },
);

test("an unknown reason is said in words, and a known one alone", () => {
  const login = templates({ name: "Bron" })["login.tpl"] ?? "";
  const said = (values: Values) => /role="alert">([^<]*)</.exec(filled(login, values))?.[1];
  expect(said({ AUTH_ERROR: "99", AUTH_ERROR_99: true })).toContain("Cela n’a pas abouti");
  expect(said({ AUTH_ERROR: "86", AUTH_ERROR_86: true })).toBe("Trop d’essais : attendez une demi-minute.");
  expect(said({ AUTH_ERROR: "9", AUTH_ERROR_9: true })).toBeUndefined();
});
