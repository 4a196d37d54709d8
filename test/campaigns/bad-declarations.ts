import fc from "fast-check";
import { isSchema, type Json, validDeclarations } from "./valid-declarations.ts";
import { asBlocks, asJson } from "./written-declarations.ts";

/** Something that every reader of declarations must refuse, and the kind of mistake it is. */
export interface BadDeclaration {
  mistake: string;
  bytes: Uint8Array;
}

/** Shown, when it is the counterexample, by its start alone: it may be a megabyte. */
function bad(mistake: string, bytes: Uint8Array): BadDeclaration {
  const shown = () => `${mistake}: ${JSON.stringify(new TextDecoder().decode(bytes.subarray(0, 1000)))}`;
  return Object.assign({ mistake, bytes }, { [fc.toStringMethod]: shown });
}

type Section = Record<string, unknown>;
type Path = readonly (string | number)[];

function isSection(value: unknown): value is Section {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every value whose kind the schema fixes, with its schema. What is passed through (settings) is left alone. */
function typedValues(value: unknown, schema: Json, path: Path = []): { path: Path; schema: Json }[] {
  const here = path.length > 0 ? [{ path, schema }] : [];
  if (isSection(value) && schema.properties) {
    return here.concat(
      Object.entries(schema.properties).flatMap(([name, field]) =>
        isSchema(field) && name in value ? typedValues(value[name], field, [...path, name]) : [],
      ),
    );
  }
  if (Array.isArray(value) && isSchema(schema.items) && !Array.isArray(schema.items)) {
    const { items } = schema;
    return here.concat(value.flatMap((item, index) => typedValues(item, items, [...path, index])));
  }
  return here;
}

/** A copy of `value` where what is at `path` went through `change`; `undefined` removes it. */
function changedAt(value: unknown, path: Path, change: (value: unknown) => unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  if (Array.isArray(value))
    return value.map((item, index) => (index === step ? changedAt(item, rest, change) : item));
  if (!isSection(value)) return value;
  const changed = changedAt(value[step], rest, change);
  const others = Object.entries(value).filter(([name]) => name !== step);
  return Object.fromEntries(changed === undefined ? others : [...others, [step, changed]]);
}

/** Values of every kind but those that the schema allows in a place. */
function wrongKind(schema: Json): fc.Arbitrary<unknown> {
  const kinds: Record<string, unknown[]> = {
    string: ["5 elephants", "", "\u0000", "true ", "x".repeat(300)],
    number: [0.5, -1e300, 1e21],
    boolean: [true, false],
    null: [null],
    array: [[], [[]], [1, 2, 3], Array(500).fill("x")],
    object: [{ constructor: 1 }, { a: { b: {} } }, { toString: null, valueOf: 1 }],
  };
  const allowed = schema.type === "integer" ? "number" : String(schema.type);
  const wrong = Object.entries(kinds)
    .filter(([kind]) => kind !== allowed)
    .flatMap(([, values]) => values);
  return fc.constantFrom(...wrong);
}

/** Texts and numbers of the right kind that no field of the vocabulary allows. */
function outOfRange(schema: Json): fc.Arbitrary<unknown> | undefined {
  if (schema.type === "integer") return fc.constantFrom(-1, -(2 ** 53), 0.1, 2 ** 53 - 1, 1e9 + 1, 1e300);
  if (schema.type !== "string") return undefined;
  return fc.oneof(
    fc.constantFrom(
      "",
      " ",
      "\t",
      "\n",
      "a\nb",
      "\u202etxt.exe",
      "\ufeffx",
      "\u0000",
      "\u2028",
      "e\u0301 x\u200b",
    ),
    fc
      .constantFrom("a", "1", "-", ".", "@", " ", "a.", "a@", "-a", "1 ", "\u0301", "9.", "xn--", "🏛️")
      .chain((part) => fc.integer({ min: 300, max: 60_000 }).map((times) => `${part.repeat(times)}!`)),
    fc.constantFrom("a", "0", "a-", ".").map((part) => part.repeat(1_000_000 / part.length)),
  );
}

const strangeKeys = fc.oneof(
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "<<",
    "nextclod",
    "",
    " ",
    "id ",
    "ID",
    "0",
  ),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }).map((text) => `?${text}`),
  fc.integer({ min: 200, max: 5000 }).map((times) => "k".repeat(times)),
);

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Mistakes in what is declared, written in good YAML. */
function badContent(schema: Json, good: fc.Arbitrary<unknown>): fc.Arbitrary<BadDeclaration> {
  return good.chain((valid) => {
    const places = fc.constantFrom(...typedValues(valid, schema));
    const sections = [{ path: [] as Path, schema }, ...typedValues(valid, schema)].filter(
      (place) => place.schema.properties,
    );
    const asBytes = (mistake: string) => (declaration: unknown) =>
      fc.constantFrom(asJson, asBlocks).map((write) => bad(mistake, bytesOf(write(declaration))));
    return fc.oneof(
      places
        .chain((place) => wrongKind(place.schema).map((wrong) => changedAt(valid, place.path, () => wrong)))
        .chain(asBytes("wrong type")),
      places
        .chain((place) =>
          (outOfRange(place.schema) ?? wrongKind(place.schema)).map((wrong) =>
            changedAt(valid, place.path, () => wrong),
          ),
        )
        .chain(asBytes("out of range")),
      fc
        .constantFrom(...(schema.required ?? []))
        .map((name) => changedAt(valid, [name], () => undefined))
        .chain(asBytes("missing")),
      fc
        .tuple(fc.constantFrom(...sections), strangeKeys, fc.jsonValue({ maxDepth: 2 }))
        .filter(([, key]) => key !== "__proto__")
        .map(([{ path }, key, value]) =>
          changedAt(valid, path, (section) => ({ ...(isSection(section) ? section : {}), [key]: value })),
        )
        .chain(asBytes("unknown key")),
      fc
        .jsonValue()
        .filter((value) => !isSection(value))
        .chain(asBytes("not a section at all")),
    );
  });
}

/** Mistakes that are bad only as unknown fields, and would be good as settings. */
const allowed = new Set(["large scalar", "large blank"]);

/**
 * A file with lines added at its end, or (`inside`) where the schema lets any field through, so that it is for
 * their writing alone that they are refused.
 */
function withAddition(valid: unknown, text: string, inside: boolean): string {
  if (!inside || !isSection(valid)) return asBlocks(valid) + text;
  const { nextcloud: _, ...others } = valid;
  return `${asBlocks(others)}nextcloud:\n  settings:\n    y: {}\n${text.replaceAll(/^(?=.)/gm, "    ")}`;
}

/** Mistakes in the writing itself, put into an otherwise valid file. */
function badWriting(good: fc.Arbitrary<unknown>): fc.Arbitrary<BadDeclaration> {
  const additions: Record<string, fc.Arbitrary<string>> = {
    anchor: fc.constantFrom("x: &x 1\n", "x: &x\n  y: 1\n", "x: [&x 1, *x]\n"),
    reference: fc.constantFrom("x: *x\n", "x: &x 1\ny: *x\n", "x: &x [*x]\n", "<<: *x\n"),
    "YAML bomb": fc
      .integer({ min: 3, max: 60 })
      .map((levels) =>
        ["l0: &l0 [x, x, x, x, x, x, x, x, x]"]
          .concat(
            [...Array(levels).keys()].map(
              (level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(", ")}]`,
            ),
          )
          .join("\n"),
      ),
    tag: fc.constantFrom(
      "x: !!binary aGk=\n",
      "x: !!js/function 'x'\n",
      "x: !y {}\n",
      "x: !!python/object:os.system [ls]\n",
      "? !!str x\n: 1\n",
    ),
    "merge key": fc.constantFrom("<<: {}\n", "x: {<<: {}}\n", '"<<": 1\n'),
    "prototype key": fc.constantFrom("__proto__: {}\n", '"__proto__": {id: x}\n', "x: {__proto__: 1}\n"),
    "explicit key": fc.constantFrom("? x\n: 1\n", "? [x]\n: 1\n", "{? x : 1}\n", "[x]: 1\n", "{}: 1\n"),
    tab: fc.constantFrom("x:\n\ty: 1\n", "\tx: 1\n", "x:\n  y: 1\n\tz: 1\n"),
    "duplicate key": fc.constantFrom(
      "id: x\ny: 1\n",
      '"id": x\n"y": 1\n',
      "x: {y: 1, y: 2}\n",
      "id: x\nid: y\n",
    ),
    "second document": fc.constantFrom("---\nid: x\n", "...\n---\n", "---\n"),
    unclosed: fc.constantFrom(
      'x: "y\n',
      "x: 'y\n",
      "x: [1, 2\n",
      "x: {y: 1\n",
      "x: [1 2: ]}\n",
      "x: y: z\n",
      "x\n",
      "}\n",
      "x: @y\n",
      "x: `y\n",
      'x: "\\q"\n',
    ),
    "deep nesting": fc.oneof(
      fc.integer({ min: 41, max: 100_000 }).map((depth) => `x: ${"[".repeat(depth)}`),
      fc.integer({ min: 41, max: 100_000 }).map((depth) => `x: ${"{a: ".repeat(depth)}`),
      fc.integer({ min: 41, max: 50_000 }).map((depth) => `x: ${"[".repeat(depth)}${"]".repeat(depth)}`),
      fc.integer({ min: 41, max: 50_000 }).map((depth) => `x:\n  ${"- ".repeat(depth)}y\n`),
      fc
        .integer({ min: 41, max: 1000 })
        .map((depth) => [...Array(depth).keys()].map((level) => `${" ".repeat(level)}a:`).join("\n")),
    ),
    "too many values": fc.constantFrom(
      "- x\n".repeat(250_000),
      "k:\n".repeat(300_000),
      `x: [${"1,".repeat(500_000)}]\n`,
    ),
    "too large": fc.constantFrom(
      `# ${"x".repeat(1024 * 1024)}\n`,
      "\n".repeat(1024 * 1024 + 1),
      `x: ${"y".repeat(3_000_000)}`,
    ),
    "large scalar": fc.constantFrom(
      `x: ${"y".repeat(1_000_000)}\n`,
      `x: "${"\\n".repeat(500_000)}"\n`,
      `x: |\n${"  y\n".repeat(250_000)}`,
      `x: >\n${"  y\n\n".repeat(200_000)}`,
      `x: '${"''".repeat(500_000)}'\n`,
    ),
    "large blank": fc.constantFrom(
      `${"#\n".repeat(500_000)}x: 1\n`,
      `x:${" ".repeat(1_000_000)}1\n`,
      `x:${"\n".repeat(1_000_000)} 1\n`,
      `x: [${"\n".repeat(1_000_000)}]\n`,
    ),
    "two meanings": fc
      .constantFrom(
        "yes",
        "No",
        "~",
        "0x1F",
        "01004",
        "1_000",
        ".inf",
        "+1",
        "1e999",
        "99999999999999999999",
        "TRUE",
      )
      .map((word) => `x: ${word}\n`),
    hidden: fc
      .constantFrom(
        "\u202e",
        "\u2066",
        "\u0000",
        "\u0007",
        "\u001b[2J",
        "\u0085",
        "\u2028",
        "\ufeff",
        "\u007f",
      )
      .map((text) => `# ${text}\n`),
  };
  const writings = Object.entries(additions).map(([mistake, addition]) =>
    fc
      .tuple(good, addition, fc.boolean())
      .map(([valid, text, inside]) =>
        bad(mistake, bytesOf(withAddition(valid, text, inside && !allowed.has(mistake)))),
      ),
  );
  return fc.oneof(...writings);
}

/** Files that are no text at all, or start like one. */
function junk(good: fc.Arbitrary<unknown>): fc.Arbitrary<BadDeclaration> {
  const start = good.map((valid) => bytesOf(asJson(valid)));
  return fc
    .tuple(start, fc.uint8Array({ maxLength: 5000 }), fc.constantFrom(0xff, 0xc0, 0xed, 0x80), fc.boolean())
    .map(([text, noise, never, alone]) =>
      bad("binary junk", new Uint8Array([...(alone ? [] : text), ...noise, never])),
    );
}

/** Declarations that must be refused, of every kind of mistake that the campaign knows. */
export function badDeclarations(schema: Json): fc.Arbitrary<BadDeclaration> {
  const good = validDeclarations(schema);
  return fc.oneof(
    { weight: 5, arbitrary: badContent(schema, good) },
    { weight: 5, arbitrary: badWriting(good) },
    { weight: 1, arbitrary: junk(good) },
  );
}
