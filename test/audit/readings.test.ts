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
const seed = 38;
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
const short = "avec une interruption : quelques secondes à une minute";
const ended = "définitive, ou jusqu’à son retour";
const forGood = "ce qui est effacé ne revient pas";
const signUps = "s’ouvre à davantage de gens : Mastodon";

/** The ten, as they were read on 30 November 2026. */
const readings: Readonly<Record<string, Reading>> = {
  "people may sign up to Mastodon, and less space each": {
    ...none,
    who: "ceux qui utilisent Nextcloud et Mastodon et tous ceux qui voudront s’en servir",
    opens: signUps,
    howLong: short,
    undone: again,
  },
  "rows that a move left behind are dropped": {
    ...none,
    who: "ceux dont les données sont effacées",
    lost: "l’ancienne base de données de Nextcloud : les comptes et documents de ceux qui utilisaient Nextcloud",
    undone: forGood,
  },
  "another subdomain, and a link opens": {
    who: "ceux qui utilisent Nextcloud et les autres communes, mais rien n’est fait",
    lost: "rien n’est perdu",
    opens: "Rien ne devient public",
    howLong: "rien n’est fait",
    undone: "rien ne serait fait",
  },
  "a service comes": { ...none, who: "tous ceux qui voudront s’en servir", undone: again },
  "a service is taken out where data is disposable": {
    ...none,
    who: "ceux qui utilisent Nextcloud et Mastodon et ceux dont les données sont effacées",
    lost: "efface pour toujours les comptes et documents de ceux qui utilisaient Nextcloud",
    howLong: `la plus longue : ${ended}`,
    undone: forGood,
  },
  "an association is suspended, and a larger volume": {
    ...none,
    who: "l’association chorale",
    howLong: ended,
    undone: withCopy,
  },
  "a point of public Wi-Fi comes": {
    ...none,
    who: "les utilisateurs du Wi-Fi public et les riverains",
    opens: "les ondes du Wi-Fi public gagnent du terrain : centre",
    undone: again,
  },
  "the next major version of Nextcloud, and people may sign up to Mastodon": {
    ...none,
    who: "ceux qui utilisent Nextcloud et Mastodon et tous ceux qui voudront s’en servir",
    opens: signUps,
    howLong: "jusqu’à la fin de la migration",
    undone: withCopy,
  },
  "a link opens": {
    ...none,
    who: "les autres communes",
    opens: "un lien s’ouvre avec venissieux",
    undone: "ce que d’autres auront lu ou reçu d’ici là ne se reprend pas",
  },
  "a service comes, and a link opens": {
    ...none,
    who: "les autres communes et tous ceux qui voudront s’en servir",
    opens: "un lien s’ouvre avec lyon et venissieux",
    undone: again,
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
