import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reportOf } from "../../audit/change-report.ts";
import type { Facts } from "../../audit/facts.ts";
import { objectChanges } from "../../audit/objects.ts";
import { reportPage } from "../../audit/page.ts";
import { languages } from "../../components/foundation/language/language.ts";
import { checkout } from "../../local/paths.ts";
import { type Finding, judge } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import { objectsOf } from "../../scripts/objects.ts";
import { changesOfPair } from "../../scripts/schema/changes.ts";
import { pairs } from "../../scripts/schema/pairs.ts";
import { sideAt } from "../../scripts/side.ts";
import { lookAtFile, openBrowser, pictureFor, readAsText } from "./look.ts";

let browser: Browser;
const folder = mkdtempSync(join(tmpdir(), "audit-page-"));

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const [memory] = rules.filter(({ id }) => id === "memory-is-limited");
if (memory === undefined) throw new Error("no such rule");
/** A finding that is told in English alone, and allowed for a while. */
const excepted: Finding = {
  ...{ rule: memory, what: "Deployment villeurbanne-peertube/peertube", message: "has no memory limit." },
  exception: {
    ...{ rule: memory.id, object: "Deployment villeurbanne-peertube/peertube", expires: "2026-12-31" },
    ...{ reason: "Fête des lumières.", owner: "direction du numérique", signedBy: "maire" },
  },
};

test("the report of a commune has no fault, on a phone and on a screen, in both languages, without JavaScript", async () => {
  const after = await sideAt(join(checkout, "stacks"), "villeurbanne", objectsOf);
  const facts: Facts = {
    today: "2026-11-26",
    origin: { kind: "nothing" },
    before: undefined,
    after,
    changes: pairs.flatMap(changesOfPair),
    findings: [
      ...judge(rules, {
        ...after,
        site: { dataIsDisposable: false, registryMirrors: {} },
        today: "2026-11-26",
      }),
      excepted,
    ],
    points: [],
    siteIsKnown: true,
    messages: {
      told: [
        {
          revision: "0123456789ab",
          author: "Équipe numérique",
          date: "2026-11-25",
          subject: "Ouvre les espaces des associations <demande du conseil>",
        },
      ],
      more: 2,
      isUnrecorded: true,
    },
    objects: objectChanges([], after.objects),
  };
  for (const language of languages) {
    const report = reportOf(facts, language);
    const file = join(folder, `${language}.html`);
    const page = reportPage(report, facts.origin);
    expect(Buffer.byteLength(page)).toBeLessThan(300_000);
    writeFileSync(file, page);
    for (const width of [320, 1280]) {
      const seen = await lookAtFile(browser, file, { width, javaScript: true });
      expect(seen).toMatchObject({ accessibility: [], markup: [], elsewhere: [], errors: [] });
      expect(seen.title).toContain("Villeurbanne");
      expect(seen.text).toContain(report.summary[3]);
    }
    const plain = await lookAtFile(browser, file, {
      javaScript: false,
      screenshot: pictureFor(`audit-${language}.png`),
    });
    expect(plain.text).toContain(report.summary[0]);
    const [folded = "-"] = facts.objects.created.slice(-1);
    expect(plain.text).not.toContain(folded);
    // On paper nothing is folded.
    const printed = await lookAtFile(browser, file, { act: (page) => page.emulateMedia({ media: "print" }) });
    expect(printed.text).toContain(folded);
    // What is folded is every object and value, for those who administer.
    const [read = ""] = (await readAsText(file)).split(report.sections.at(-1)?.title ?? "-");
    await expect(read).toMatchFileSnapshot(`audit/${language}.txt`);
  }
});
