import { describe, expect, test } from "vitest";
import { needOf } from "../../audit/approval/needs.ts";
import { planOf } from "../../audit/approval/plan.ts";
import { needOfChange } from "../../audit/approval/weight.ts";
import { shownOf } from "../../audit/heading.ts";
import { reportMarkdown } from "../../audit/markdown.ts";
import { objectChanges } from "../../audit/objects.ts";
import { openingsOf } from "../../audit/openings.ts";
import { reportPage } from "../../audit/page.ts";
import { type Facts, labelOf, reportOf } from "../../audit/report.ts";
import { reportSchema } from "../../audit/report-schema.ts";
import { change } from "../../components/commune/changes/change.ts";
import { effects } from "../../components/commune/changes/effect.ts";
import { languages } from "../../components/commune/changes/languages.ts";
import { tell } from "../../components/commune/changes/sentences.ts";
import { tongues, words } from "../../components/commune/changes/words.ts";
import { communeSchema } from "../../components/commune/declaration.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { serviceNames } from "../../components/services/index.ts";
import type { Finding } from "../../policies/judge.ts";
import type { KubernetesObject } from "../../policies/rule.ts";
import { rules } from "../../policies/rules.ts";
import { changesOfPair } from "../../scripts/schema/changes.ts";
import { pairs } from "../../scripts/schema/pairs.ts";

const written = {
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
};
const declaration = communeSchema.parse(written);
const side = (objects: KubernetesObject[]) => ({
  declaration,
  plan: planCommune(declaration, siteOf(siteSchema.parse({}))),
  objects,
});
const labels = { "commune.cloud/service": "nextcloud", "commune.cloud/data": "accounts.documents" };
const ingress = (host: string): KubernetesObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name: host, namespace: "bron-nextcloud", labels },
  spec: { rules: [{ host }] },
});
const facts = (given: Partial<Facts> = {}): Facts => {
  const [before, after] = [side([ingress("cloud.bron.test")]), side([ingress("cloud.bron.test")])];
  const both = { before, after, ...given };
  return {
    today: "2026-11-26",
    origin: { kind: "revision", revision: "0123456789ab" },
    changes: [],
    findings: [],
    points: [],
    siteIsKnown: true,
    objects: objectChanges(both.before?.objects ?? [], both.after.objects),
    ...both,
  };
};
const answer = (given: Partial<Facts>, id: string, tongue: (typeof tongues)[number] = "fr") =>
  JSON.stringify(reportOf(facts(given), tongue).sections.find((section) => section.id === id)?.blocks);

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
      if (label !== "reversible") expect(summary.join(" ")).not.toContain("ce qui était déclaré suffit");
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

describe("the summary", () => {
  test("has at most five parts, in sentences of at most thirty words, in both languages", () => {
    for (const pair of pairs) {
      for (const tongue of tongues) {
        const { summary } = reportOf(facts({ changes: changesOfPair(pair) }), tongue);
        expect(summary.length).toBeLessThanOrEqual(5);
        for (const sentence of summary.flatMap(sentencesOf))
          expect(wordsOf(sentence), sentence).toBeLessThanOrEqual(30);
      }
    }
  });

  test("has no word of the trade, whatever changes and however many things do", () => {
    for (const changes of pairs.map(changesOfPair)) {
      const text = reportOf(facts({ changes }), "fr").summary.map(prose).join(" ");
      expect(text).not.toMatch(trade);
      if (changes.length !== 1) {
        const english = reportOf(facts({ changes }), "en").summary.map(prose).join(" ");
        expect(english).not.toMatch(/\b(pod|namespace|ingress|pvc|deployment|container|cluster)s?\b/i);
      }
    }
  });

  test("names the parts of the declaration whose settings change", () => {
    const setting = (section: string) =>
      change({
        what: "setting",
        name: section,
        effect: "reversible",
        field: [section],
        told: { sentence: "fieldComes", with: { field: section, to: "x" } },
      });
    const changes = ["mail", "tenants", "nextcloud", "mail"].map(setting);
    expect(reportOf(facts({ changes }), "fr").summary[0]).toBe(
      "4 points changent : réglage (4 : courriel, associations, Nextcloud).",
    );
    const named = [...Object.keys(words.section), ...serviceNames].sort();
    expect(Object.keys(communeSchema.in.shape).sort()).toEqual(named);
  });

  test("says that nothing changes where nothing does", () => {
    expect(reportOf(facts(), "fr").summary).toEqual([
      "Rien ne change.",
      "Personne ne doit s’en apercevoir, sans interruption.",
      "On peut revenir en arrière : écrire de nouveau ce qui était déclaré suffit.",
      "Rien ne devient public.",
      "Les règles obligatoires sont respectées ; logiciels libres : 0 sur 0 ; énergie estimée : 0 kWh par an.",
    ]);
  });

  test("says how many rules that refuse nothing have something to say", () => {
    const rule = rules.find(({ level }) => level === "advisory");
    if (rule === undefined) throw new Error("no rule only says something");
    const findings = [1, 2].map((each) => ({ rule, what: `object ${each}`, field: [], message: "x" }));
    expect(reportOf(facts({ findings }), "fr").summary.at(-1)).toMatch(
      /^Les règles obligatoires sont respectées \(remarques : 1\) ; /,
    );
    const told = (each: Parameters<typeof facts>[0]) =>
      JSON.stringify(reportOf(facts(each), "fr").sections.find(({ id }) => id === "rules"));
    const kept = `Règles respectées : ${rules.length - 1} sur ${rules.length}`;
    expect(told({ findings })).toContain(`${kept} ; l’autre est un conseil.`);
    const [mandatory] = rules.filter(({ level }) => level === "mandatory");
    if (mandatory === undefined) throw new Error("no rule refuses");
    expect(told({ findings: findings.map((each) => ({ ...each, rule: mandatory })) })).toContain(`${kept}.`);
  });

  test("names whom it touches once, and how long", () => {
    const told = { sentence: "serverGoes", with: { server: "database", major: "17" } } as const;
    const one = change({
      what: "database",
      name: "database",
      effect: "reversible",
      field: ["database"],
      interruption: "short",
      affected: ["nextcloud", "mastodon", "visitors"],
      told,
    });
    const { summary } = reportOf(facts({ changes: [one, one] }), "fr");
    expect(summary[1]).toBe(
      "Sont concernés ceux qui utilisent Nextcloud et Mastodon et les utilisateurs du Wi-Fi public, avec une interruption : quelques secondes à une minute.",
    );
  });
});

/** What is typed and where more is read is no prose: commands, fields of the declaration, addresses, pages, statements. */
const prose = (text: string) =>
  text
    .replace(/ ?\([^()]*docs\/[^()]*\)/g, "")
    .replace(/(npx commune|pulumi (config|stack)) [^«»]*?(?=\. [A-ZÀÉ]|\.?$|,| ;)/g, "…")
    .replace(/https?:\/\/\S+/g, "…")
    .replace(/\((DROP|recovery:)[^)]*\)/g, "");
const sentencesOf = (text: string) => prose(text).split(/(?<=[.!?»]) +(?=[A-ZÀÉ«])/);
const wordsOf = (sentence: string) => sentence.split(/\s+/).filter((word) => /[\p{L}\d]/u.test(word)).length;
/** What officials need not know; administrators read the English ones, which name them. */
const trade =
  /\b(pods?|namespaces?|ingress|pvc|deployments?|containers?|conteneurs?|clusters?|kubernetes|volumes?|pulumi|s3|buckets?|seaux?|piles?)\b|commune:/i;

describe("a sentence about a change", () => {
  const told = (tongue: (typeof tongues)[number]) => [
    ...new Set(pairs.flatMap(changesOfPair).map((each) => tell(each.told, languages[tongue]))),
  ];

  test("has at most thirty words and no empty place, in both languages", () => {
    for (const text of tongues.flatMap(told)) {
      expect(text).not.toMatch(/ {2}| ,|depuis le :|undefined/);
      for (const sentence of sentencesOf(text)) expect(wordsOf(sentence), sentence).toBeLessThanOrEqual(30);
    }
  });

  test("has no word of the trade in French", () => {
    for (const text of told("fr")) expect(prose(text)).not.toMatch(trade);
  });

  test("is measured without what is typed, and with everything else", () => {
    const text = "Dites-le : pulumi config set commune:moved a=b. Le volume (docs/site.md) reste.";
    expect(sentencesOf(text)).toEqual(["Dites-le : ….", "Le volume reste."]);
    expect(prose(text)).toMatch(trade);
  });
});

describe("what cannot be taken back", () => {
  const traces = "Ce que d’autres auront lu ou reçu d’ici là ne se reprend pas.";
  const [reversible, refused] = (["reversible", "refused"] as const).map((effect) =>
    change({
      ...{ what: "setting", name: "recovery", field: ["recovery"], effect, affected: ["peers"] },
      told: { sentence: "fieldComes", with: { field: "recovery", to: "x" } },
    }),
  );

  test("names at the top who keeps copies, where that is somebody else", () => {
    const { plan, ...own } = side([ingress("cloud.bron.test")]);
    const keptBy = (...hosts: string[]) => ({
      ...own,
      plan: {
        ...plan,
        keptVaults: hosts.map((host) => ({ host, domain: `${host}.test`, guest: "bron", address: "" })),
      },
    });
    const opens = (after: ReturnType<typeof keptBy>, field: string[]) => {
      const changes = reversible ? [{ ...reversible, field }] : [];
      return reportOf(facts({ changes, after }), "fr").summary[3];
    };
    expect(opens(keptBy("givors", "lyon"), ["recovery", "vaults"])).toBe(
      "Rien ne devient public. Des copies chiffrées sont gardées par givors et lyon, où personne ne peut les lire.",
    );
    expect(opens(keptBy(), ["recovery"])).toContain("Plus aucune copie n’est gardée ailleurs.");
    expect(opens(keptBy("lyon"), ["recovery", "keep"])).not.toContain("copies");
  });

  test("is what other communes have received, or readers of a new public address have read", () => {
    const given = { after: side([ingress("cloud.bron.test"), ingress("docs.bron.test")]) };
    for (const more of [given, { changes: reversible ? [reversible] : [] }])
      expect(reportOf(facts(more), "fr").summary[2]).toMatch(new RegExp(`suffit\\. ${traces}$`));
  });

  test("is not spoken of where nothing goes out, and where nothing is done", () => {
    for (const more of [{}, { changes: refused ? [refused] : [] }])
      expect(reportOf(facts(more), "fr").summary[2]).not.toContain(traces);
  });
});

describe("what opens", () => {
  test("is also a path below a name that was public before, which more than one have to say yes to", () => {
    const paths = (...all: string[]) => [
      {
        ...ingress("bron.test"),
        spec: { rules: [{ host: "bron.test", http: { paths: all.map((path) => ({ path })) } }] },
      },
    ];
    const given = { before: side(paths("/", "/kept")), after: side(paths("/", "/kept", "/associations")) };
    expect(reportOf(facts(given), "fr").summary[3]).toBe("Devient public : bron.test/associations.");
    expect(answer(given, "exposure")).toContain("Restent publics : bron.test.");
    expect(needOfChange(facts(given))).toBe(
      needOf({ label: "reversible", touchesPersonalData: false, opens: true }),
    );
    const closed = { before: given.after, after: given.before };
    expect(reportOf(facts(closed), "en").summary[3]).toBe(
      "Nothing becomes public; no longer is: bron.test/associations.",
    );
  });

  test("is every public name that comes, and closes every one that goes", () => {
    const given = { after: side([ingress("docs.bron.test")]) };
    expect(reportOf(facts(given), "fr").summary[3]).toBe(
      "Devient public : docs.bron.test ; ne l’est plus : cloud.bron.test.",
    );
    expect(answer(given, "exposure")).toContain('["s’ouvre","docs.bron.test (Nextcloud)"]');
  });

  test("is every way that network policies leave, in each direction, to whom", () => {
    const policy: KubernetesObject = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "out", namespace: "bron-nextcloud", labels },
      spec: {
        ingress: [
          {
            from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "traefik" } } }],
            ports: [{ port: 8080 }],
          },
          { from: [{ podSelector: {} }] },
        ],
        egress: [
          { to: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ port: 443 }] },
          { to: [{ ipBlock: { cidr: "10.0.0.0/8" } }] },
          {},
        ],
      },
    };
    expect(openingsOf([policy, policy])).toEqual([
      { service: "nextcloud", direction: "in", party: { who: "namespace", name: "traefik" }, ports: "8080" },
      { service: "nextcloud", direction: "in", party: { who: "itself" }, ports: "" },
      { service: "nextcloud", direction: "out", party: { who: "internet" }, ports: "443" },
      { service: "nextcloud", direction: "out", party: { who: "addresses", range: "10.0.0.0/8" }, ports: "" },
      { service: "nextcloud", direction: "out", party: { who: "internet" }, ports: "" },
    ]);
    const given = { after: side([ingress("cloud.bron.test"), policy]) };
    expect(answer(given, "exposure")).toContain("Nextcloud joint tout Internet (port 443)");
    expect(answer(given, "leaving")).toContain("Services qui joignent Internet : Nextcloud.");
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

describe("the technical detail", () => {
  const configMap = (data: Record<string, string>): KubernetesObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "nextcloud", namespace: "bron-nextcloud" },
    data,
  });

  test("shows a short value, and a long one as its digest and size", () => {
    const { changed, created, removed, unchanged } = objectChanges(
      [configMap({ size: "4", text: "a\n".repeat(200) }), ingress("a.test")],
      [configMap({ size: "5", text: "b\n".repeat(200) }), ingress("b.test")],
    );
    expect([created, removed, unchanged]).toEqual([
      ["Ingress bron-nextcloud/b.test"],
      ["Ingress bron-nextcloud/a.test"],
      0,
    ]);
    expect(changed).toEqual([
      {
        object: "ConfigMap bron-nextcloud/nextcloud",
        values: [
          { path: "data.size", from: '"4"', to: '"5"' },
          {
            path: "data.text",
            from: expect.stringMatching(/^sha256 [0-9a-f]{12}…, 201 lines, 400 characters$/),
            to: expect.stringMatching(/^sha256 /),
            lines: {
              gone: Array(10).fill("a").concat("… (+ 190)"),
              come: Array(10).fill("b").concat("… (+ 190)"),
            },
          },
        ],
      },
    ]);
  });

  test("shows which lines of a long text are others, ten on each side and each by its beginning", () => {
    const text = (...lines: string[]) => ["begins", "x".repeat(300), ...lines, "ends"].join("\n");
    const was = configMap({ text: text("gzip on;") });
    const is = configMap({ text: text("gzip off;", "y".repeat(300)) });
    const changes = objectChanges([was], [is]);
    expect(changes.changed[0]?.values[0]?.lines).toEqual({
      gone: ["gzip on;"],
      come: ["gzip off;", `${"y".repeat(160)}…`],
    });
    const bytes = (page: string) => ({ ...configMap({}), binaryData: { page: page.repeat(300) } });
    const [compressed] = objectChanges([bytes("G8FF")], [bytes("G8tR")]).changed;
    expect(compressed?.values).toEqual([
      { path: "binaryData.page", from: expect.any(String), to: expect.any(String) },
    ]);
    const told = answer({ objects: changes }, "technical");
    expect(told).toContain("ConfigMap bron-nextcloud/nextcloud, data.text. Lignes ajoutées : 2");
    expect(told).toContain("gzip on;");
  });

  test("tells nothing of what is in a Secret", () => {
    const secret = (password: string) => ({
      ...configMap({}),
      kind: "Secret",
      stringData: { password },
      data: { other: password },
    });
    expect(objectChanges([secret("of-before")], [secret("of-after")])).toEqual({
      created: [],
      removed: [],
      changed: [],
      unchanged: 1,
    });
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
