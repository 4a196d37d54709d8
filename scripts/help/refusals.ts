const parts = {
  flags: "'(?<flags>.+)'",
  invalid: "argument '(?<value>.*)' is invalid\\.",
} as const;

type Found = Readonly<Record<string, string>>;

/** Refusals of commander (14.0, lib/command.js, lib/option.js and lib/argument.js), with its French. */
const refusals: readonly { said: RegExp; french: (found: Found) => string }[] = [
  {
    said: /missing required argument '(?<name>.*)'/,
    french: ({ name }) => `il manque l’argument « ${name} »`,
  },
  {
    said: new RegExp(`required option ${parts.flags} not specified`),
    french: ({ flags }) => `il manque l’option « ${flags} »`,
  },
  {
    said: new RegExp(`option ${parts.flags} argument missing`),
    french: ({ flags }) => `l’option « ${flags} » demande une valeur`,
  },
  {
    said: new RegExp(`option ${parts.flags} ${parts.invalid}`),
    french: ({ flags, value }) => `l’option « ${flags} » n’accepte pas « ${value} ».`,
  },
  {
    said: new RegExp(`option ${parts.flags} value '(?<value>.*)' from env '(?<variable>.*)' is invalid\\.`),
    french: ({ flags, value, variable }) =>
      `l’option « ${flags} » n’accepte pas « ${value} », que donne la variable ${variable}.`,
  },
  {
    said: /command-argument value '(?<value>.*)' is invalid for argument '(?<name>.*)'\./,
    french: ({ name, value }) => `l’argument « ${name} » n’accepte pas « ${value} ».`,
  },
  {
    said: /unknown option '(?<flag>.*)'/,
    french: ({ flag }) => `option inconnue : « ${flag} »`,
  },
  {
    said: /unknown command '(?<name>.*)'/,
    french: ({ name }) => `commande inconnue : « ${name} »`,
  },
  {
    said: /too many arguments(?: for '(?<name>.*)')?\. Expected (?<expected>\d+) arguments? but got (?<got>\d+)\./,
    french: ({ name, expected, got }) =>
      `trop d’arguments${name === undefined ? "" : ` pour « ${name} »`} : ${expected} au plus, et il y en a ${got}.`,
  },
  {
    said: /option '(?<one>.+)' cannot be used with option '(?<other>.+)'/,
    french: ({ one, other }) => `l’option « ${one} » ne va pas avec l’option « ${other} »`,
  },
  {
    said: /Allowed choices are (?<choices>.*)\./,
    french: ({ choices }) => `Choix possibles : ${choices}.`,
  },
  {
    said: /\(Did you mean one of (?<names>.*)\?\)/,
    french: ({ names }) => `(Vouliez-vous dire l’un de : ${names} ?)`,
  },
  {
    said: /\(Did you mean (?<name>.*)\?\)/,
    french: ({ name }) => `(Vouliez-vous dire ${name} ?)`,
  },
  { said: /^error: /, french: () => "erreur : " },
];

/** French of a refusal of commander, or of a verb through it; what no sentence is known of stays. */
export function refusalInFrench(text: string): string {
  return refusals.reduce(
    (left, { said, french }) => left.replace(said, (all) => french(said.exec(all)?.groups ?? {})),
    text,
  );
}
