import { describe, expect, test } from "vitest";
import { reportOf } from "../../audit/change-report.ts";
import { type Change, change } from "../../components/commune/changes/change.ts";
import { phrasings } from "../../components/commune/changes/phrasings.ts";
import { tell } from "../../components/commune/changes/sentences.ts";
import { sectionWords, words } from "../../components/commune/changes/words.ts";
import { communeSchema } from "../../components/commune/declaration.ts";
import { languages } from "../../components/foundation/language/language.ts";
import { rules } from "../../policies/rules.ts";
import { changesOfPair } from "../../scripts/schema/changes.ts";
import { pairs } from "../../scripts/schema/pairs.ts";
import { combined } from "../../scripts/schema/together.ts";
import { facts, ingress, side } from "./facts.ts";

/** Removes what is typed or read elsewhere: commands, fields of the declaration, addresses, pages, statements. */
const prose = (text: string) =>
  text
    .replace(/ ?\([^()]*docs\/[^()]*\)/g, "")
    .replace(/(npx commune|pulumi (config|stack)) [^«»]*?(?=\. [A-ZÀÉ]|\.?$|,| ;)/g, "…")
    .replace(/https?:\/\/\S+|\b[\w-]+(\.[\w-]+)+\b/g, "…")
    .replace(/\((DROP|recovery:)[^)]*\)/g, "");
const sentencesOf = (text: string) => prose(text).split(/(?<=[.!?»]) +(?=[A-ZÀÉ«])/);
const wordsOf = (sentence: string) => sentence.split(/\s+/).filter((word) => /[\p{L}\d]/u.test(word)).length;
/** Words that officials need not know; administrators read the English summaries, which have them. */
const trade =
  /\b(pods?|namespaces?|ingress|pvc|deployments?|containers?|conteneurs?|clusters?|kubernetes|volumes?|pulumi|s3|buckets?|seaux?|piles?)\b|commune:/i;

const isMild = ({ effect }: Change) => effect === "reversible";
/** Parts of a sentence: a report says several things in one, with semicolons between. */
const clausesOf = (sentence: string) => sentence.split(/ ?; /);
const all = [...pairs, ...combined].map(changesOfPair);

describe("the summary", () => {
  test("is five sentences, in clauses of at most thirty words, in both phrasings", () => {
    for (const changes of [...all, all.flat()]) {
      for (const language of languages) {
        const { summary } = reportOf(facts({ changes }), language);
        expect(summary).toHaveLength(5);
        for (const sentence of summary) {
          expect(sentencesOf(sentence), sentence).toHaveLength(1);
          // Whoever changes everything at once concerns everybody, and names them.
          const most = changes.length < 20 ? 30 : 80;
          for (const clause of clausesOf(sentence)) expect(wordsOf(clause), clause).toBeLessThanOrEqual(most);
        }
        // The three most serious, what else is deleted for good, and the names of all else.
        expect(clausesOf(summary[0] ?? "").length).toBeLessThanOrEqual(5);
      }
    }
  });

  test("counts no objects in its first sentence", () => {
    for (const changes of all) {
      const [first] = reportOf(facts({ changes }), "fr").summary;
      expect(first).not.toMatch(/\b(points?|objets?) changent|\(\d+\)/);
    }
  });

  test("says first what is deleted for good, and of whom, whatever else there is", () => {
    const held = { ...side([ingress("cloud.bron.test")]) };
    const released = pairs.find(({ en }) => en === "a released service is taken out");
    if (released === undefined) throw new Error("no service is taken out");
    const [first] = reportOf(
      facts({ changes: [...all.flat().filter(isMild), ...changesOfPair(released)], before: held }),
      "fr",
    ).summary;
    expect(first).toMatch(
      /^Cette mise à jour efface pour toujours les comptes et documents de ceux qui utilisaient Nextcloud/,
    );
  });

  test("tells several changes as what people will see", () => {
    const changes = (...names: string[]) =>
      names.flatMap((name) => pairs.filter(({ en }) => en === name).flatMap(changesOfPair));
    const first = (...names: string[]) => reportOf(facts({ changes: changes(...names) }), "fr").summary[0];
    expect(
      first("less space each", "people may sign up to Mastodon", "the database server has more memory"),
    ).toMatch(
      /^Chacun pourra s’inscrire à Mastodon ; dans Nextcloud, chacun n’aura plus que 2 Gio au lieu de 5 Gio : qui en occupe davantage garde tout et ne peut rien ajouter ; /,
    );
  });

  test("has no word of the trade, whatever changes and however many things do", () => {
    for (const changes of all) {
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
      "Réglage nouveau : courriel ; réglage nouveau : associations ; réglage nouveau : Nextcloud.",
    );
    const named = [...Object.keys({ ...words.section, ...sectionWords })].sort();
    expect(Object.keys(communeSchema.in.shape).sort()).toEqual(named);
  });

  test("says that nothing changes where nothing does", () => {
    expect(reportOf(facts(), "fr").summary).toEqual([
      "Rien ne change.",
      "Personne ne doit s’en apercevoir, sans interruption.",
      "Aucune donnée n’est effacée ; on peut revenir en arrière en écrivant de nouveau ce qui était déclaré.",
      "Rien ne devient public.",
      "Les règles obligatoires sont respectées ; logiciels libres : 0 sur 0 ; énergie estimée : 0 kWh par an (0 par ce changement).",
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
    const told = { sentence: "ownServerRestarts", with: { server: "database" } } as const;
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
      "Cela concerne ceux qui utilisent Nextcloud et Mastodon et les utilisateurs du Wi-Fi public, avec une interruption : quelques secondes à une minute.",
    );
  });
});

describe("a sentence about a change", () => {
  const told = (language: (typeof languages)[number]) => [
    ...new Set(pairs.flatMap(changesOfPair).map((each) => tell(each.told, phrasings[language]))),
  ];

  test("has at most thirty words and no empty place, in both phrasings", () => {
    for (const text of languages.flatMap(told)) {
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
  const traces = "ce que d’autres auront lu ou reçu d’ici là ne se reprend pas.";
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
      "Rien ne devient public ; des copies chiffrées sont gardées par givors et lyon, où personne ne peut les lire.",
    );
    expect(opens(keptBy(), ["recovery"])).toContain("plus aucune copie n’est gardée ailleurs.");
    expect(opens(keptBy("lyon"), ["recovery", "keep"])).not.toContain("copies");
  });

  test("is what other communes have received, or readers of a new public address have read", () => {
    const given = { after: side([ingress("cloud.bron.test"), ingress("docs.bron.test")]) };
    for (const more of [given, { changes: reversible ? [reversible] : [] }])
      expect(reportOf(facts(more), "fr").summary[2]).toContain(`; ${traces}`);
  });

  test("is not spoken of where nothing goes out, and where nothing is done", () => {
    for (const more of [{}, { changes: refused ? [refused] : [] }])
      expect(reportOf(facts(more), "fr").summary[2]).not.toContain(traces);
  });
});
