import { askEngine, type EnginePlace } from "../../engine.ts";
import { type StateResource, seedOf } from "../../stack-seed.ts";

/** The seed of a commune's stack, as far as Pulumi can return it and set it. */
export interface StackSeed {
  /**
   * Returns the seed that was drawn or given, base64; undefined if the stack has none yet. Throws if the stack cannot
   * be had.
   */
  read(): Promise<string | undefined>;
  /** Returns the fingerprint that the last complete update published; undefined if the stack cannot be had. */
  published(): Promise<string | undefined>;
  /** Sets it in the stack, by standard input. */
  give(seed: string): Promise<void>;
  /** Returns those secrets of these names that are set in the stack, by name: somebody else made them. */
  given(names: readonly string[]): Promise<Record<string, string>>;
}

/** The seed of the stack of a commune, through the plain command line of Pulumi. */
export function stackSeed(place: EnginePlace, id: string): StackSeed {
  return {
    async read() {
      const text = await askEngine(place, ["stack", "export", "--show-secrets", "-s", id]);
      const { deployment } = JSON.parse(text) as { deployment: { resources?: StateResource[] | null } };
      return seedOf(place, id, deployment.resources ?? []);
    },
    async published() {
      try {
        const text = await askEngine(place, ["stack", "output", "--json", "-s", id]);
        return (JSON.parse(text) as { published?: { seed?: string } }).published?.seed;
      } catch {
        return undefined;
      }
    },
    async give(seed) {
      await askEngine(place, ["config", "set", "--secret", "commune:seed", "-s", id], seed);
    },
    async given(names) {
      if (names.length === 0) return {};
      const settings = JSON.parse(
        await askEngine(place, ["config", "--show-secrets", "--json", "-s", id]),
      ) as Record<string, { value?: string }>;
      return Object.fromEntries(
        names.flatMap((name): [string, string][] => {
          const value = settings[`commune:${name}`]?.value;
          return value === undefined ? [] : [[name, value]];
        }),
      );
    },
  };
}
