import { describe, expect, test } from "vitest";
import { planOf } from "../../audit/approval/plan.ts";
import { reportOf } from "../../audit/change-report.ts";
import type { Facts } from "../../audit/facts.ts";
import { shownOf } from "../../audit/heading.ts";
import { labelOf } from "../../audit/label.ts";
import { reportMarkdown } from "../../audit/markdown.ts";
import { reportPage } from "../../audit/page.ts";
import { reportSchema } from "../../audit/report-schema.ts";
import { effects } from "../../components/commune/changes/effect.ts";
import { communeSchema } from "../../components/commune/declaration.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import type { Finding } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import { changesOfPair } from "../../scripts/schema/changes.ts";
import { pairs } from "../../scripts/schema/pairs.ts";
import { answer, declaration, facts, ingress, labels, side, written } from "./facts.ts";

describe("the label of a report", () => {
  test("is that of the gravest of its changes, for every pair of declarations there is", () => {
    for (const pair of pairs) {
      const changes = changesOfPair(pair);
      const gravest = Math.max(0, ...changes.map(({ effect }) => effects.indexOf(effect)));
      expect(labelOf(changes)).toBe(effects[gravest]);
      expect(() =>
        reportSchema.parse(JSON.parse(JSON.stringify(reportOf(facts({ changes }), "en")))),
      ).not.toThrow();
      const { label, summary } = reportOf(facts({ changes }), "fr");
      // What cannot be undone is never told as if it could.
      if (label === "irreversible") expect(summary.join(" ")).toContain("définitive");
      if (label === "refused") expect(summary.join(" ")).toContain("rien ne serait fait");
      if (label !== "reversible")
        expect(summary.join(" ")).not.toContain("en écrivant de nouveau ce qui était déclaré");
    }
  });
});

describe("who is concerned", () => {
  test("is told with how many people each service that it touches was declared for, where somebody said", () => {
    const own = communeSchema.parse({
      ...written,
      nextcloud: { expectedUsers: 2500 },
      mastodon: { expectedUsers: 800 },
      peertube: {},
    });
    const after = { ...side([]), declaration: own };
    const [touching] = pairs.flatMap(changesOfPair).filter(({ affected }) => affected.includes("nextcloud"));
    if (touching === undefined) throw new Error("no change touches the documents");
    const told = answer({ after, changes: [touching] }, "people").replaceAll(/\s/g, " ");
    expect(told).toContain("Personnes prévues, selon la déclaration : Nextcloud 2 500.");
    expect(answer({ after }, "people")).not.toContain("prévues");
    expect(answer({ changes: [touching] }, "people")).not.toContain("prévues");
  });

  test("and how one goes back is a command, with some minutes", () => {
    const undo = (changes: Facts["changes"], objects = [ingress("cloud.bron.test")]) =>
      answer({ changes, after: side(objects) }, "undo").replaceAll(/\s/g, " ");
    expect(undo([])).toContain("npx commune undo bron");
    expect(undo([])).not.toContain("minutes, le temps");
    const [mild] = pairs.flatMap(changesOfPair).filter(({ effect }) => effect === "reversible");
    const upgrade = pairs.find(({ en }) => en === "a security release of Nextcloud");
    if (mild === undefined || upgrade === undefined) throw new Error("no such pair");
    expect(undo([mild])).toContain("environ 2 minutes, le temps d’une mise à jour");
    const disk: KubernetesObject = {
      ...{ apiVersion: "v1", kind: "PersistentVolumeClaim" },
      metadata: { name: "nextcloud-data", namespace: "bron-nextcloud", labels },
      spec: { resources: { requests: { storage: "100Gi" } } },
    };
    // 25 s a GiB, and the exchange; then an update.
    expect(undo(changesOfPair(upgrade), [disk])).toContain(
      "au plus 46 minutes si les 100 Gio de disque sont pleins, dont 3 sans le service",
    );
  });
});

describe("what is refused", () => {
  const rows = (name: string, language: "en" | "fr" = "fr") => {
    const pair = pairs.find(({ en }) => en === name) ?? expect.fail(name);
    return answer({ changes: changesOfPair(pair) }, "undo", language);
  };

  test("names whose it is in its own row, which is read without the field", () => {
    expect(rows("an older version")).toContain("Nextcloud : la version 33.0.7 tourne");
    expect(rows("another domain")).toContain("Le domaine : la commune est connue sous");
    expect(rows("another domain")).toContain("Nextcloud : ce service a été mis en route");
  });

  test("is not named twice", () => {
    expect(rows("a service is taken out with its data")).toContain('"Nextcloud contient des données');
    expect(rows("a service is taken out with its data", "en")).toContain('"nextcloud holds data');
  });
});

describe("why", () => {
  const why = "Les associations demandent des sites.";
  test("stands on top of what is read and signed, in the words of whoever wants the change", () => {
    const report = reportOf(facts({ because: why }), "fr");
    expect(reportSchema.parse(JSON.parse(JSON.stringify(report))).because).toBe(why);
    expect(shownOf(report)).toEqual([`Pourquoi : ${why}`, ...report.summary]);
    const page = reportPage(report, { kind: "published" });
    expect(page.indexOf(`Pourquoi : ${why}`)).toBeGreaterThan(0);
    expect(page.indexOf(why)).toBeLessThan(page.indexOf(report.summary[0] ?? "-"));
    expect(reportMarkdown(report, { kind: "published" })).toContain(`Pourquoi : ${why}`);
  });

  test("is said not to be written where nobody did, and is no part of what was changed by hand", () => {
    expect(reportPage(reportOf(facts(), "en"), { kind: "published" })).toContain(
      "Why: nobody has written it.",
    );
    const drift = { ...reportOf(facts(), "fr"), kind: "drift" as const };
    expect(reportPage(drift, { kind: "state" })).not.toContain("Pourquoi");
  });
});

describe("what git says of a change", () => {
  const told = [
    { revision: "0123456789ab", author: "A. <b>", date: "2026-11-25", subject: "nextcloud: *34* <i>" },
  ];
  const messages = { told, more: 3, isUnrecorded: true };

  test("is the first answer, as plain text, and no part of what is read before one signs", () => {
    const [plain, report] = [reportOf(facts(), "fr"), reportOf(facts({ messages }), "fr")];
    expect(() => reportSchema.parse(JSON.parse(JSON.stringify(report)))).not.toThrow();
    expect(report.sections.map(({ id }) => id)).toEqual(["messages", ...plain.sections.map(({ id }) => id)]);
    expect(report.sections.slice(1)).toEqual(plain.sections);
    expect(shownOf(report)).toEqual(shownOf(plain));
    const page = reportPage(report, { kind: "published" });
    const line = "25 novembre 2026, A. &lt;b&gt; : nextcloud: *34* &lt;i&gt; (0123456789ab)";
    expect(page).toContain(`<li>${line}</li>`);
    expect(page.indexOf(line)).toBeGreaterThan(page.indexOf(report.summary.at(-1) ?? "-"));
    expect(page.indexOf(line)).toBeLessThan(page.indexOf("Qui est concerné ?"));
    const markdown = reportMarkdown(report, { kind: "published" });
    expect(markdown).toContain("- 25 novembre 2026, A. \\<b\\> : nextcloud: \\*34\\* \\<i\\> (0123456789ab)");
  });

  test("is how many messages are left out, and that a modification has none", () => {
    expect(answer({ messages }, "messages", "en")).toContain("Older messages, which are in git: 3.");
    expect(answer({ messages }, "messages")).toContain("aucun message ne l’explique");
    const rest = answer({ messages: { told, more: 0, isUnrecorded: false } }, "messages");
    expect(rest).not.toContain("plus anciens");
    expect(rest).not.toContain("aucun message");
  });

  test("does not count in what is approved", () => {
    const plan = planOf({
      ...{ resources: [], outputs: {}, secretsCount: true },
      versions: { toolkit: "0.1.0", pulumi: "3.259.0" },
    });
    expect(reportOf(facts({ messages, plan }), "fr").approval).toEqual(
      reportOf(facts({ plan }), "fr").approval,
    );
  });
});

describe("what is said of rules and of copies", () => {
  test("is not that all are kept where the stack's settings are not known", () => {
    expect(reportOf(facts({ siteIsKnown: false }), "fr").summary.at(-1)).toContain(
      "qui se jugent sans les réglages de la pile",
    );
    expect(answer({ siteIsKnown: false }, "rules")).toContain("n’est pas jugé");
    expect(answer({}, "rules")).not.toContain("n’est pas jugé");
  });

  test("is in French in a French report, with the tool's own English folded where it has no French", () => {
    const rule = (id: string) => {
      const found = rules.find((each) => each.id === id);
      if (found === undefined) throw new Error(`no rule ${id}`);
      return found;
    };
    const exception = {
      ...{ rule: "operators-in-eu", object: "media.endpoint", reason: "Marché en cours.", owner: "DSI" },
      ...{ expires: "2027-03-01", signedBy: "maire" },
    };
    const findings: Finding[] = [
      {
        ...{ rule: rule("operators-in-eu"), what: "media.endpoint", message: "names s3.test.", exception },
        french: "nomme s3.test.",
      },
      { rule: rule("portable-kinds"), what: "Deployment bron/x", message: "is of apps/v9." },
    ];
    const french = reportOf(facts({ findings }), "fr");
    const { blocks = [] } = french.sections.find(({ id }) => id === "rules") ?? {};
    const [, table, folded] = blocks;
    expect(table).toMatchObject({
      rows: [
        [
          "excepté",
          `${rule("operators-in-eu").description.fr} (souveraineté, operators-in-eu)`,
          "media.endpoint",
          "nomme s3.test. Autorisé jusqu’au 1er mars 2027 par DSI, signé par maire : Marché en cours.",
        ],
        [
          "refusé",
          expect.stringContaining(rule("portable-kinds").description.fr),
          "Deployment bron/x",
          expect.any(String),
        ],
      ],
    });
    expect(JSON.stringify(table)).not.toContain("is of apps/v9");
    expect(folded).toMatchObject({
      kind: "folded",
      language: "en",
      items: ["portable-kinds (neutrality): Deployment bron/x is of apps/v9."],
    });
    expect(() => reportSchema.parse(JSON.parse(JSON.stringify(french)))).not.toThrow();
    expect(reportPage(french, { kind: "published" })).toContain(
      '<ul lang="en"><li>portable-kinds (neutrality): Deployment bron/x is of apps/v9.</li></ul>',
    );
    expect(reportMarkdown(french, { kind: "published" })).toContain(
      "- portable-kinds (neutrality): Deployment bron/x is of apps/v9.",
    );
    const english = reportOf(facts({ findings }), "en").sections.find(({ id }) => id === "rules")?.blocks;
    expect(JSON.stringify(english)).toContain(
      "names s3.test. Allowed until 2027-03-01 by DSI, signed by maire",
    );
    expect(JSON.stringify(english)).not.toContain("folded");
  });

  test("names who keeps encrypted copies", () => {
    const { plan, ...rest } = side([]);
    const kept = { host: "lyon" } as (typeof plan.keptVaults)[number];
    const after = { ...rest, plan: { ...plan, keptVaults: [kept] } };
    expect(answer({ after }, "leaving")).toContain("Des copies chiffrées sont gardées par : lyon.");
    expect(answer({}, "leaving")).not.toContain("copies");
  });
});

describe("page and Markdown", () => {
  const report = reportOf(facts({ changes: pairs.flatMap(changesOfPair) }), "fr");
  const origin = { kind: "revision", revision: "0123456789ab" } as const;

  test("have every question in its order, and stay below 300 KB", () => {
    const [page, markdown] = [reportPage(report, origin), reportMarkdown(report, origin)];
    const titles = report.sections.map(({ title }) => title);
    expect(titles).toHaveLength(11);
    for (const text of [page, markdown]) {
      const headings = [...text.matchAll(/(?:^## |<h2>|<details><summary>)([^<\n]+)/gm)].map(
        ([, title]) => title,
      );
      expect(headings).toEqual(titles);
      expect(Buffer.byteLength(text)).toBeLessThan(300_000);
    }
  });

  test("take nothing that was declared for markup", () => {
    const after = side([]);
    const named = { ...after, declaration: { ...declaration, name: "<b>Bron</b> | *x*" } };
    const hostile = reportOf(facts({ after: named }), "fr");
    expect(reportPage(hostile, origin)).not.toContain("<b>Bron");
    expect(reportMarkdown(hostile, origin)).toContain("\\<b\\>Bron\\</b\\> \\| \\*x\\*");
  });
});

test("what comes with a change is not told as what stays", () => {
  const own = (service: string): KubernetesObject => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: `bron-${service}`, labels: { ...labels, "commune.cloud/service": service } },
  });
  const before = side([own("nextcloud")]);
  const after = side([own("nextcloud"), own("database-keeper")]);
  const told = answer({ before, after }, "unchanged");
  expect(told).toContain("Restent comme avant : Nextcloud.");
  expect(told).not.toContain("database");
});
