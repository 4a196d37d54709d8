import { describe, expect, test } from "vitest";
import { answersOf } from "../../audit/summary/answers.ts";
import { summaryOf } from "../../audit/summary/summary.ts";
import { needOfChange } from "../../audit/weight.ts";
import { changesOfPair } from "../../scripts/schema/changes.ts";
import { pairs } from "../../scripts/schema/pairs.ts";
import { combined } from "../../scripts/schema/together.ts";
import { shuffled } from "../campaigns/kill-pods/order.ts";
import { facts } from "./facts.ts";

/** Seed of the draw: another one draws other reports, which somebody has to read. */
const seed = 1201;
const all = [...pairs, ...combined];
const drawn = shuffled(all, 10, seed);

/** Words of a report in which a reader who knows no Kubernetes found the answer to each question. */
interface Reading {
  who: string;
  lost: string;
  opens: string;
  howLong: string;
  undone: string;
}

const none = {
  lost: "Aucune donnée n’est effacée",
  opens: "Rien ne devient public",
  howLong: "sans interruption",
};
const again = "on peut revenir en arrière en écrivant de nouveau ce qui était déclaré";
const withCopy = "on ne revient en arrière qu’avec une copie faite avant, sans ce qui est écrit depuis";
const forGood = "une partie est définitive : on ne peut pas revenir en arrière";
const short = "avec une interruption : quelques secondes à une minute";

/** The ten, as they were read on 1 December 2026. */
const readings: Readonly<Record<string, Reading>> = {
  "one login comes": { ...none, who: "ceux qui utilisent Nextcloud", howLong: short, undone: again },
  "another mail relay": { ...none, who: "ceux qui utilisent Nextcloud", howLong: short, undone: again },
  "an association is suspended": {
    ...none,
    who: "Cela concerne l’association chorale",
    howLong: "avec une interruption : sans date de retour",
    undone: again,
  },
  "a point stands elsewhere": {
    ...none,
    who: "les utilisateurs du Wi-Fi public et les riverains",
    undone: again,
  },
  "a school goes": { ...none, who: "ceux qui utilisent le partage des écoles", undone: again },
  "media in a bucket, once they are copied": {
    ...none,
    who: "ceux qui utilisent Mastodon",
    lost: "l’ancien stockage de Mastodon ne sert plus, et ce qu’il contient est gardé",
    howLong: short,
    undone: withCopy,
  },
  "another account of the commune on Mastodon": {
    ...none,
    who: "ceux qui utilisent Mastodon",
    lost: "sans ceux qui suivaient l’ancien",
    undone: forGood,
  },
  "a smaller volume": {
    who: "Cela ne concerne personne",
    lost: "rien n’est perdu",
    opens: "Rien ne s’ouvre et rien ne se ferme",
    howLong: "rien n’est fait",
    undone: "rien ne serait fait",
  },
  "a white zone goes, and news on the commune's pages": {
    ...none,
    who: "les riverains et les lecteurs des pages publiques",
    opens: "les ondes du Wi-Fi public gagnent du terrain : creche",
    undone: again,
  },
  "another address of the schools, every computer prepared anew, and a security release of Nextcloud": {
    ...none,
    who: "ceux qui utilisent",
    lost: "qui n’ont pas été préparés de nouveau perdent leur serveur",
    howLong: "le temps de convertir les données, selon leur quantité",
    undone: forGood,
  },
};

describe(`ten reports, drawn by the seed ${seed}`, () => {
  test("are those that were read", () => {
    expect(drawn.map(({ en }) => en).sort()).toEqual(Object.keys(readings).sort());
  });

  test.each(drawn)("$en: five questions are answered by its first four sentences", (pair) => {
    const given = facts({ changes: changesOfPair(pair) });
    const text = summaryOf(given, "fr").slice(0, 4).join(" ");
    for (const answer of Object.values(readings[pair.en] ?? {})) expect(text).toContain(answer);
  });
});

/** The first four sentences of a report about scripted changes. */
function sentencesOf(name: string): string[] {
  const pair = all.find(({ en }) => en === name);
  if (pair === undefined) throw new Error(`no such change: ${name}`);
  return summaryOf(facts({ changes: changesOfPair(pair) }), "fr").slice(0, 4);
}

describe("a reader who knows no Kubernetes", () => {
  const refused = all.filter((pair) => changesOfPair(pair).some(({ effect }) => effect === "refused"));

  test.each(refused)("$en: reads of nothing that opens or closes where nothing is done", ({ en }) => {
    expect(sentencesOf(en)[3]).toBe("Rien ne s’ouvre et rien ne se ferme.");
  });

  test("learns that what comes goes by being retired, since leaving it out is refused", () => {
    expect(sentencesOf("a service comes")[2]).toContain(
      "on peut revenir en arrière en arrêtant Mastodon : les données sont alors gardées",
    );
    expect(sentencesOf("an association comes")[2]).toContain("en arrêtant l’espace de l’association");
    expect(sentencesOf("an association has a wiki as well")[2]).toContain(
      "Dokuwiki ne s’arrête ensuite qu’avec tout ce qu’a l’association",
    );
  });

  test("finds the commune that a link is with, what it is for, and what stays there", () => {
    const [opens, who] = sentencesOf("a link opens");
    expect(opens).toContain("pour les documents");
    expect(who).toMatch(/^Cela concerne v[eé]nissieux,/i);
    const [closes, , undone] = sentencesOf("a link closes");
    expect(closes).toContain("elle garde ce qu’elle a déjà reçu");
    expect(undone).not.toContain("d’ici là");
  });

  test("finds an association by its name, and nobody who uses it", () => {
    expect(sentencesOf("an association is suspended")[1]).toMatch(/^Cela concerne l’association /);
    expect(sentencesOf("an association has a wiki as well")[1]).toMatch(/^Cela concerne l’association /);
  });

  test("is not frightened about passwords, space, and data of today", () => {
    expect(sentencesOf("a leaked password gets its next version")[0]).toContain("ceux des gens restent");
    expect(sentencesOf("less space each")[0]).toContain(
      "n’aura plus que 2 Gio au lieu de 5 Gio : qui en occupe davantage garde tout",
    );
    expect(sentencesOf("rows that a move left behind are dropped")[0]).toContain(
      "(ceux d’aujourd’hui restent)",
    );
  });

  test("reads one thing once, in words that say what it is", () => {
    expect(sentencesOf("a plugin of PeerTube in another version")[0]).toBe(
      "L’extension « peertube-plugin-livechat » de PeerTube passe à la version 15.0.0.",
    );
    expect(sentencesOf("a setting of the application itself")[0]).toBe(
      "Un réglage propre à Nextcloud change, dont cet outillage ne connaît pas l’effet : « trashbin_retention_obligation ».",
    );
    const [moved = ""] = sentencesOf("media in a bucket, once they are copied");
    expect(moved).toMatch(/^Les fichiers de Mastodon sont désormais sur s3\.lyon\.test, et là seulement/);
    expect(moved).not.toContain("réglage nouveau");
    expect(sentencesOf("the database server has more memory")[0]).toContain("de mémoire, et en avait 1 Gio");
  });
});

describe("the five answers", () => {
  test.each(all)("$en: each is data, and its words stand in the report", (pair) => {
    const given = facts({ changes: changesOfPair(pair) });
    const { what, who, lost, undone, opens } = answersOf(given);
    const [first = "", second = "", third = "", fourth = ""] = summaryOf(given, "fr");
    for (const { text } of what.slice(0, 3)) expect(first.toLowerCase()).toContain(text.fr.toLowerCase());
    // Somebody is named, or it is said that it is nobody.
    expect(/\bpersonne\b/i.test(second)).toBe(who.length === 0);
    expect(lost === "nothing is done").toBe(undone === "refused");
    expect(third).toMatch(/effac|rien ne serait fait|définitive/);
    expect(third).toMatch(/revenir en arrière|ne revient|rien ne serait fait/);
    if (undone !== "refused") for (const { name } of opens.slice(0, 4)) expect(fourth).toContain(name.fr);
    if (lost === "erased") expect(first).toMatch(/effac|supprim|disparaît/);
    // Whatever is said to open needs two, unless nobody can say yes.
    if (opens.length > 0) expect(needOfChange(given)).toBe(undone === "refused" ? "nobody" : "two");
  });

  test("opening Mastodon to all, and taking the protection of data away, need two", () => {
    for (const name of ["people may sign up to Mastodon", "data is protected no more"]) {
      const pair = pairs.find(({ en }) => en === name);
      if (pair === undefined) throw new Error(`no such change: ${name}`);
      expect(needOfChange(facts({ changes: changesOfPair(pair) }))).toBe("two");
    }
  });
});
