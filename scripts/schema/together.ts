import { type Pair, pairs } from "./pairs.ts";

/** Changes of {@link pairs} that come together, by their English names. */
const chosen: readonly (readonly [one: string, other: string])[] = [
  ["a service comes", "a link opens"],
  ["an association comes", "news on the commune's pages"],
  ["people may sign up to Mastodon", "less space each"],
  ["another mail relay", "one login comes"],
  ["the next major version of Nextcloud", "people may sign up to Mastodon"],
  ["the next major version of Nextcloud", "the next series of Mastodon"],
  ["a larger volume", "another provider to log in with"],
  ["a service is retired", "people may sign up to Mastodon"],
  ["an association is suspended", "a larger volume"],
  ["a white zone goes", "news on the commune's pages"],
  ["a point of public Wi-Fi comes", "a service comes"],
  ["a school comes", "less space each"],
  ["the data of a retired service is released", "people may sign up to Mastodon"],
  ["rows that a move left behind are dropped", "a school goes"],
  ["another account of the commune on Mastodon", "the database server has more memory"],
  ["another address of the schools, every computer prepared anew", "a security release of Nextcloud"],
  ["data is protected no more", "people may sign up to Mastodon"],
  ["a smaller volume", "people may sign up to Mastodon"],
  ["another subdomain", "a link opens"],
  ["a setting of the application itself", "an association has a wiki as well"],
];

const stepsOf = ({ before }: Pair): readonly object[] => (Array.isArray(before) ? before : [before]);

/** Two sections as one: fields of both, those of the second if both have a value that is no section. */
function merged(one: object, other: object): object {
  const values = new Map<string, unknown>(Object.entries(one));
  for (const [key, value] of Object.entries(other)) {
    const own = values.get(key);
    const areSections = [own, value].every(
      (each) => typeof each === "object" && each !== null && !Array.isArray(each),
    );
    values.set(key, areSections ? merged(Object(own), Object(value)) : value);
  }
  return Object.fromEntries(values);
}

function together(one: Pair, other: Pair): Pair {
  const [steps, others] = [stepsOf(one), stepsOf(other)];
  const count = Math.max(steps.length, others.length);
  // The last steps are the same moment.
  const at = (all: readonly object[], index: number) => all.at(index - count) ?? all[0] ?? {};
  return {
    ...other,
    ...one,
    en: `${one.en}, and ${other.en}`,
    fr: `${one.fr}, et ${other.fr}`,
    before: Array.from({ length: count }, (_, index) => merged(at(others, index), at(steps, index))),
    after: merged(other.after, one.after),
  };
}

/** Pairs of changes that are made in one update, as examples of what a report says of several. */
export const combined: readonly Pair[] = chosen.map((names) => {
  const [one, other] = names.map((name) => pairs.find(({ en }) => en === name));
  if (one === undefined || other === undefined) throw new Error(`no such changes: ${names.join(", ")}`);
  return together(one, other);
});
