import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Effect, Interruption } from "../../../components/commune/changes/effect.ts";
import { checkout } from "../../../local/paths.ts";
import { changesOfPair, gravest, longest, wayBackOf } from "../../../scripts/schema/changes.ts";
import { pairs } from "../../../scripts/schema/pairs.ts";
import { before, classes, elsewhere } from "../../campaigns/there-and-back/classes.ts";

/** As a careful administrator would class each, written by hand. */
const classed: Record<string, readonly [Effect | undefined, Interruption]> = {
  "nothing is another": [undefined, "none"],
  "news on the commune's pages": ["reversible", "none"],
  "a service comes": ["reversible", "none"],
  "people may sign up to Mastodon": ["reversible", "none"],
  "more people use Nextcloud": ["reversible", "short"],
  "less space each": ["reversible", "short"],
  "the database server has more memory": ["reversible", "short"],
  "one login comes": ["reversible", "short"],
  "another mail relay": ["reversible", "short"],
  "documents are edited on the metropolis' server": ["reversible", "short"],
  "a leaked password gets its next version": ["reversible", "short"],
  "a link opens": ["reversible", "none"],
  "a link closes": ["reversible", "none"],
  "an association comes": ["reversible", "none"],
  "an association has a wiki as well": ["reversible", "none"],
  "an association is suspended": ["reversible", "ended"],
  "a point of public Wi-Fi comes": ["reversible", "none"],
  "a point of public Wi-Fi goes": ["reversible", "none"],
  "a point stands elsewhere": ["reversible", "none"],
  "a point has another channel": ["reversible", "none"],
  "a white zone goes": ["reversible", "none"],
  "a school comes": ["reversible", "none"],
  "a school goes": ["reversible", "none"],
  "data is protected no more": ["reversible", "none"],
  "a service is retired": ["reversible", "ended"],
  "a retired service comes back": ["reversible", "none"],
  "the next major version of Nextcloud": ["needs a restore point", "until migrated"],
  "a security release of Nextcloud": ["needs a restore point", "until migrated"],
  "the next series of Mastodon": ["needs a restore point", "none"],
  "a larger volume": ["needs a restore point", "none"],
  "another major version of PostgreSQL, with upgradeFrom": ["needs a restore point", "until restored"],
  "rows on a server outside, once they are copied": ["needs a restore point", "short"],
  "media in a bucket, once they are copied": ["needs a restore point", "short"],
  "another provider to log in with": ["needs a restore point", "short"],
  "a plugin of PeerTube in another version": ["needs a restore point", "short"],
  "a setting of the application itself": ["needs a restore point", "short"],
  "the data of a retired service is released": ["irreversible", "none"],
  "a released service is taken out": ["irreversible", "none"],
  "rows that a move left behind are dropped": ["irreversible", "none"],
  "a service is taken out where data is disposable": ["irreversible", "ended"],
  "another address of the schools, every computer prepared anew": ["irreversible", "none"],
  "another account of the commune on Mastodon": ["irreversible", "none"],
  "a service is taken out with its data": ["refused", "none"],
  "the data of what still runs is released": ["refused", "none"],
  "an older version": ["refused", "none"],
  "a version that skips one": ["refused", "none"],
  "another version of what is retired": ["refused", "none"],
  "a smaller volume": ["refused", "none"],
  "fewer inhabitants, and volumes sized by them": ["refused", "none"],
  "another subdomain": ["refused", "none"],
  "another domain": ["refused", "none"],
  "other handles": ["refused", "none"],
  "another major version of PostgreSQL, alone": ["refused", "none"],
  "rows on a server outside, before they are copied": ["refused", "none"],
  "another address of the public Wi-Fi's server": ["refused", "none"],
  "the version of a password that leaked": ["refused", "none"],
  "another key to sign for the public Wi-Fi": ["refused", "none"],
  "another class of storage": ["refused", "none"],
};

test.each(pairs.map((pair) => [pair.en, pair] as const))("%s", (name, pair) => {
  const changes = changesOfPair(pair);
  const effect = gravest(changes);
  expect([effect, effect === "refused" ? "none" : longest(changes)]).toEqual(classed[name]);
});

/** Changes that a refusal of the way back does not decide, and why. */
const decidedOtherwise: Record<string, string> = {
  "a service comes": "going is retiring, which keeps the data and comes back",
  "an association comes": "going is retiring, which keeps its data",
  "an association has a wiki as well": "an application that goes is told how to keep what it has",
  "a leaked password gets its next version": "the next version takes its place, and nothing is lost",
  "more people use Nextcloud": "see below: volumes are sized by people unless they are declared",
};

/** Changes that no rule refuses on the way back, and for which a copy is needed all the same. */
const askedFor = /settings|plugins|identity|media|database|rows|server outside/;

describe("the class of a change is that of its way back", () => {
  test.each(pairs.filter(({ settings }) => settings === undefined).map((pair) => [pair.en, pair] as const))(
    "%s",
    (name, pair) => {
      const forth = changesOfPair(pair);
      if (gravest(forth) === "refused") return;
      const back = wayBackOf(pair);
      const isRefused = back.some(({ effect }) => effect === "refused");
      const changes = forth.filter(({ effect }) => effect !== "irreversible");
      if (forth.length > changes.length) return;
      const needs = changes.filter(({ effect }) => effect === "needs a restore point");
      if (isRefused && decidedOtherwise[name] === undefined) expect(needs, "needs a point").not.toEqual([]);
      if (!isRefused) {
        for (const { field, what } of needs)
          expect([what, ...field].join(), "nothing refuses it").toMatch(askedFor);
      }
    },
  );
});

test("each is classed, and no other", () => {
  expect(pairs.map(({ en }) => en)).toEqual(Object.keys(classed));
});

describe("what is reversible goes forth and back on a cluster", () => {
  const reversible = Object.keys(classed).filter((name) => classed[name]?.[0] === "reversible");

  test("each class in the campaign, or in a test that is there", () => {
    const shown = [...classes.flatMap(({ shows }) => shows), ...Object.keys(elsewhere)];
    expect(shown.sort()).toEqual(reversible.sort());
    for (const file of Object.values(elsewhere)) expect(existsSync(join(checkout, file)), file).toBe(true);
  });

  test.each(classes.map((each) => [each.shows.join(", "), each] as const))(
    "%s: reversible as the campaign writes it, both ways",
    (_, { becomes }) => {
      const after = { ...before, ...becomes(before) };
      for (const [one, other] of [
        [before, after],
        [after, before],
      ] as const) {
        const changes = changesOfPair({
          ...{ en: "", fr: "", before: one.sections, after: other.sections },
          features: [one.places, other.places],
          news: [Object.keys(one.news), Object.keys(other.news)],
          settings: [one.settings, other.settings],
        });
        expect([gravest(changes), changes.length > 0]).toEqual(["reversible", true]);
      }
    },
  );
});
