import fc from "fast-check";

/** Seed and number of the draws of an attack: the same seed draws the same ones. */
export interface Drawing {
  seed: number;
  count: number;
}

/** An attempt of somebody who means harm, made many times. */
export interface Attack {
  /** The attacker, as the tables of docs/security.md name them. */
  who: string;
  /** Their attempt: the end of "tries to …". */
  what: string;
  /** Tries it, and returns how often. Throws with the smallest example found if one gets through. */
  tried(drawing: Drawing): Promise<number>;
}

/** Tries one draw. Returns what was got by it; undefined if it was refused. */
export type Try<Draw> = (draw: Draw) => Promise<string | undefined> | string | undefined;

/**
 * An attack of draws.
 *
 * @param within runs all its tries in what they need, such as a server, and takes that down again.
 * @param oneIn tries only each so many-th draw: it takes long.
 */
export function attack<Draw>({
  who,
  what,
  drawn,
  within,
  oneIn = 1,
}: {
  who: string;
  what: string;
  drawn: fc.Arbitrary<Draw>;
  within: (tries: (attempt: Try<Draw>) => Promise<void>) => Promise<void>;
  oneIn?: number;
}): Attack {
  return {
    who,
    what,
    async tried({ seed, count }) {
      const numRuns = Math.max(1, Math.ceil(count / oneIn));
      await within(async (attempt) => {
        const property = fc.asyncProperty(drawn, async (draw) => {
          const got = await attempt(draw);
          if (got !== undefined) throw new Error(got);
        });
        const outcome = await fc.check(property, { seed, numRuns });
        if (!outcome.failed) return;
        const example = JSON.stringify(outcome.counterexample?.[0])?.slice(0, 1000);
        throw new Error(
          `${who} gets through who tries to ${what} (seed ${seed}): ${outcome.errorInstance}\n${example}`,
        );
      });
      return numRuns;
    },
  };
}

/** Surroundings of an attack that needs nothing around it. */
export const alone =
  <Draw>(attempt: Try<Draw>) =>
  (tries: (attempt: Try<Draw>) => Promise<void>) =>
    tries(attempt);

/** A leaf of JSON data that is another one: as its path, and as the whole. */
export interface Altered<Whole> {
  path: string;
  whole: Whole;
}

type Holder = Record<string, unknown>;
const holders = (value: unknown): value is Holder => typeof value === "object" && value !== null;

/** Every leaf of JSON data, by the names that lead to it. */
function leaves(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (!holders(value)) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

function other(value: unknown, by: number): unknown {
  if (typeof value === "string") return by % 2 === 0 || value === "" ? `${value}x` : value.slice(1);
  if (typeof value === "number") return value + by + 1;
  return typeof value === "boolean" ? !value : "x";
}

/** Draws copies of data with one leaf changed, one taken out, or a field more beside one. */
export function alteredOnce<Whole>(
  whole: Whole,
  isLeft: (path: string) => boolean = () => false,
): fc.Arbitrary<Altered<Whole>> {
  const paths = leaves(whole).filter((path) => path.length > 0 && !isLeft(path.join(".")));
  const how = fc.constantFrom("change", "remove", "add" as const);
  return fc.tuple(fc.constantFrom(...paths), how, fc.nat(9)).map(([path, change, by]) => {
    const copy = structuredClone(whole);
    const holder = path.slice(0, -1).reduce<unknown>((at, key) => (holders(at) ? at[key] : at), copy);
    const key = path.at(-1) ?? "";
    if (holders(holder)) {
      if (change === "change") holder[key] = other(holder[key], by);
      else if (change === "add" && !Array.isArray(holder)) holder[`__${by}`] = by;
      else if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
    }
    return { path: `${change} ${path.join(".")}`, whole: copy };
  });
}
