import fc from "fast-check";
import type * as z from "zod";

/** JSON Schema as zod writes it, as far as declarations use it. */
export type Json = z.core.JSONSchema.BaseSchema;

export function isSchema(value: unknown): value is Json {
  return typeof value === "object" && value !== null;
}

const base: Record<string, bigint> = {
  KiB: 2n ** 10n,
  MiB: 2n ** 20n,
  GiB: 2n ** 30n,
  TiB: 2n ** 40n,
  second: 1n,
  minute: 60n,
  hour: 3600n,
  day: 86_400n,
};

function worth(unit: string): bigint {
  return base[unit] ?? base[unit.replace(/s$/, "")] ?? 0n;
}

/** Quantities between the bounds that a title such as `size from 1 GiB to 1 TiB` tells, written by other code than the toolkit's. */
function quantity(title: string, units: readonly string[]): fc.Arbitrary<string> {
  const [, least = "0", leastUnit = "", most = "0", mostUnit = ""] =
    /from (\d+) (\w+) to (\d+) (\w+)$/.exec(title) ?? [];
  const [low, high] = [BigInt(least) * worth(leastUnit), BigInt(most) * worth(mostUnit)];
  const ranges = units
    .map((unit) => ({ unit, from: (low + worth(unit) - 1n) / worth(unit), to: high / worth(unit) }))
    .map(({ unit, from, to }) => ({
      unit,
      from: from < 1n ? 1n : from,
      to: to > 999_999_999n ? 999_999_999n : to,
    }))
    .filter(({ from, to }) => from <= to);
  const plural = (unit: string, count: bigint) => (unit.endsWith("iB") || count === 1n ? unit : `${unit}s`);
  return fc
    .constantFrom(...ranges)
    .chain(({ unit, from, to }) =>
      fc.bigInt({ min: from, max: to }).map((count) => `${count} ${plural(unit, count)}`),
    );
}

const label = fc.stringMatching(/^[a-z0-9]{1,8}(-[a-z0-9]{1,8})?$/).filter((text) => !text.startsWith("xn-"));
const domainName = fc.oneof(
  fc.tuple(label, fc.constantFrom("fr", "test", "re", "example.org")).map((labels) => labels.join(".")),
  fc.tuple(label, label, label, fc.constant("fr")).map((labels) => labels.join(".")),
  fc.constantFrom("xn--mdiathque-53af.test", "xn--bcher-kva.example"),
);

/** Communes that exist, mainland, Corsica and overseas (https://www.insee.fr/fr/information/2560452). */
const realCodes = ["69266", "69123", "75056", "2A004", "2B033", "01004", "97411", "97105", "98818"];

const words = fc.constantFrom(
  "Villeurbanne",
  "L'Haÿ-les-Roses",
  "Y",
  "Saint-Étienne",
  "Œuilly",
  "Le Tampon",
  "北京",
  "مرسيليا",
  "no",
  "null",
  "01004",
  "# comment",
  "a: b",
  "- x",
  "&x",
  "*x",
  "!x",
  "{x}",
  "'",
  '"quoted"',
  "C:\\temp",
  "🏛️ mairie",
);

/** One writer of valid values per word of the vocabulary, known by the start of its title. */
const written: [RegExp, (title: string, schema: Json) => fc.Arbitrary<unknown>][] = [
  [/^size from/, (title) => quantity(title, ["KiB", "MiB", "GiB", "TiB"])],
  [/^duration from/, (title) => quantity(title, ["second", "minute", "hour", "day"])],
  [/^processors from/, () => fc.constantFrom("1 core", "0.25 cores", "2 cores", "1.5 cores")],
  [/^date$/, () => fc.constantFrom("2026-11-25", "2024-02-29", "2030-12-31")],
  [
    /^moment in UTC$/,
    () => fc.constantFrom("2026-11-25T20:30:29Z", "2024-02-29T00:00:00.123456Z", "2026-12-31T23:59:59Z"),
  ],
  [/^IP address$/, () => fc.constantFrom("80.67.169.12", "9.9.9.9", "2001:910:800::12")],
  [
    /^network name of at most/,
    () => fc.constantFrom("Wi-Fi", "L’Haÿ Wi-Fi", "a".repeat(28), "مرسيليا", "#1 & <2>", "Wi-Fi $HOME `id`"),
  ],
  [/^domain name$/, () => domainName],
  [/^bucket name/, () => fc.constantFrom("villeurbanne-media", "a1b", "copies-2026")],
  [/^region of a store/, () => fc.constantFrom("gra", "fr-par", "eu-west-3", "1")],
  [
    /^https address$/,
    () =>
      fc
        .tuple(domainName, fc.constantFrom("", ":8443", "/realms/agents", ":444/a/b.c"))
        .map(([host, rest]) => `https://${host}${rest}`),
  ],
  [
    /^base64 text$/,
    () =>
      fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString("base64")),
  ],
  [/^folder beside the declaration$/, () => fc.constantFrom("library", "library/commune", "a.b/_c-1")],
  [/^SHA-256 checksum$/, () => fc.stringMatching(/^[0-9a-f]{64}$/)],
  [
    /^name of a password or key$/,
    () =>
      fc.constantFrom("database/superuser-password", "nextcloud/admin-password", "peertube/root-password"),
  ],
  [/^name of a Debian package$/, () => fc.constantFrom("orca", "firefox-esr-l10n-fr", "libstdc++6")],
  [
    /^weekly hours in OpenStreetMap/,
    () => fc.constantFrom("24/7", "Mo-Fr 07:00-21:00; Sa 09:00-18:00", "Su 09:59-10:00"),
  ],
  [
    /^telephone number with the country's code$/,
    () => fc.constantFrom("+33 4 65 71 00 01", "+262 262 12 34 56", "+33465710001", "+352 27 12"),
  ],
  [/^colour on which white text/, () => fc.constantFrom("#0b3d91", "#000000", "#8a1538", "#767676")],
  [/^mail address$/, () => fc.tuple(label, domainName).map(([local, host]) => `${local}@${host}`)],
  [/^INSEE code/, () => fc.constantFrom(...realCodes)],
  [
    / of at most 30 letters a to z, digits and inner hyphens$/,
    () => fc.stringMatching(/^[a-z][a-z0-9]{0,28}$/),
  ],
  [/^account name of at most 30/, () => fc.constantFrom("mairie", "elus_2026", "a", "x".repeat(30))],
  [
    /^name of a plugin or theme/,
    () => fc.constantFrom("peertube-plugin-livechat", "peertube-theme-dark", "peertube-plugin-a1-b2"),
  ],
  [/^checksum of a package's archive$/, () => fc.constant(`sha512-${"Ab1+".repeat(21)}Zw==`)],
  [
    /^environment variables by name$/,
    () =>
      fc.dictionary(
        fc.constantFrom("MAX_TOOT_CHARS", "IP_RETENTION_PERIOD", "RAILS_LOG_LEVEL"),
        fc.oneof(fc.integer({ min: 1, max: 9999 }), fc.constantFrom("warn", "info")),
        { maxKeys: 3 },
      ),
  ],
  [
    /^version \d+ in three parts$/,
    (title) =>
      fc.tuple(fc.nat(99), fc.nat(99)).map(([minor, patch]) => `${title.split(" ")[1]}.${minor}.${patch}`),
  ],
  [
    /^version in three parts$/,
    () => fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99)).map((parts) => parts.join(".")),
  ],
  [/^one line of at most/, () => words],
  [/^whole number/, (_, { minimum, maximum }) => fc.integer({ min: minimum ?? 0, max: maximum ?? 1000 })],
  [/^public key of a commune$/, () => fc.constant("z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")],
  [
    /^latitude and longitude in degrees$/,
    () => fc.constantFrom("45.7719, 4.8902", "-21.11, 55.53", "48.8566123, -2.3522"),
  ],
  [/^true or false$/, () => fc.boolean()],
  [/^settings by name$/, () => fc.dictionary(settingName(/^[a-z][a-z_.]{0,11}$/), setting, { maxKeys: 4 })],
];

/** No name that says it is a secret: such a setting is refused. */
function settingName(pattern: RegExp): fc.Arbitrary<string> {
  return fc.stringMatching(pattern).filter((name) => !/(password|secret|key)$/.test(name));
}

const setting = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    words,
    fc.string({ unit: "grapheme", maxLength: 20 }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(settingName(/^[a-z]{1,8}$/), tie("value"), { maxKeys: 3 }),
  ),
})).value;

/** A rule on two fields, which no schema can hold: data goes to a newer PostgreSQL, 17 when no version is written. */
function upgradesForward(server: { upgradeFrom?: unknown; version?: unknown }): boolean {
  return server.upgradeFrom === undefined || Number(server.upgradeFrom) < Number(server.version ?? "17");
}

/**
 * Valid declarations of a schema, in what a person may write. Fields are told apart by their title alone, and
 * their values are made without the code that reads them, so that a too strict reader is found out.
 */
export function validDeclarations(schema: Json): fc.Arbitrary<unknown> {
  if (schema.anyOf) return fc.oneof(...schema.anyOf.filter(isSchema).map(validDeclarations));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const writer = written.find(([title]) => title.test(schema.title ?? ""))?.[1];
  if (writer) return writer(schema.title ?? "", schema);
  if (schema.type === "array" && isSchema(schema.items) && !Array.isArray(schema.items)) {
    return fc.uniqueArray(validDeclarations(schema.items), {
      minLength: schema.minItems ?? 0,
      maxLength: Math.min(schema.maxItems ?? 5, 5),
      selector: (value) => JSON.stringify(value),
    });
  }
  if (schema.properties) {
    const fields = Object.entries(schema.properties).flatMap(([name, field]) =>
      isSchema(field) ? [[name, validDeclarations(field)] as const] : [],
    );
    const record = fc.record(Object.fromEntries(fields), {
      requiredKeys: schema.required ?? [],
      noNullPrototype: true,
    });
    return schema.properties.upgradeFrom ? record.filter(upgradesForward) : record;
  }
  if (isSchema(schema.additionalProperties) && isSchema(schema.propertyNames)) {
    const names = validDeclarations(schema.propertyNames).map(String);
    return fc.dictionary(names, validDeclarations(schema.additionalProperties), { maxKeys: 3 });
  }
  throw new Error(
    `No generator for a field titled "${schema.title ?? ""}": add one to valid-declarations.ts.`,
  );
}
