import { existsSync } from "node:fs";
import { drillId } from "../../components/commune/drilled.ts";
import { isBucketKey } from "../../components/recovery/vault/bucket/secrets.ts";
import { askEngine, type EnginePlace } from "../engine.ts";
import { Stack, settingsFile, settingsIn } from "../stack.ts";

/** The stack of a drilled copy. */
export interface CopyStack {
  /** Returns the number of its resources; undefined if there is no such stack. */
  resources(): Promise<number | undefined>;
  /**
   * Creates the stack if it does not exist, with these settings. Secrets go by standard input: the seed, and keys to
   * buckets.
   */
  make(settings: Readonly<Record<string, string>>, secrets: Readonly<Record<string, string>>): Promise<void>;
  up(report: (line: string) => void): Promise<number>;
  /** Forgets it and its seed. Settings that somebody wrote for it by hand stay. */
  remove(): Promise<void>;
}

/** Settings that make a stack a drilled copy, and go with it: those of its site may stay. */
const ofOneDrill = ["seed", "drill", "data"] as const;

/** The setting `commune:madeBy drill`: nobody wrote these settings by hand, and nobody misses them. */
const mark = { madeBy: "drill" };

/** The stack of a commune's drilled copy, through the plain command line of Pulumi. */
export function copyStack(place: EnginePlace, commune: string): CopyStack {
  const id = drillId(commune);
  const ask = (words: readonly string[], input?: string) => askEngine(place, [...words, "-s", id], input);
  const file = settingsFile(id, place.folder);
  const isThere = async () => {
    const listed = JSON.parse(await askEngine(place, ["stack", "ls", "--json"])) as { name: string }[];
    return listed.some(({ name }) => name === id);
  };
  return {
    async resources() {
      if (!(await isThere())) return undefined;
      const { deployment } = JSON.parse(await ask(["stack", "export"])) as {
        deployment: { resources?: unknown[] | null };
      };
      return deployment.resources?.length ?? 0;
    },
    async make(settings, secrets) {
      const own = settingsIn(file);
      if (!(await isThere())) await askEngine(place, ["stack", "init", id]);
      const isByHand = Object.keys(own).length > 0 && own.madeBy !== mark.madeBy;
      const all = Object.entries({ ...settings, ...(isByHand ? {} : mark) });
      await ask([
        "config",
        "set-all",
        ...all.flatMap(([key, value]) => ["--plaintext", `commune:${key}=${value}`]),
      ]);
      for (const [name, value] of Object.entries(secrets))
        await ask(["config", "set", "--secret", `commune:${name}`], value);
    },
    up: (report) => new Stack(id, place.environment, place.folder).up(report),
    async remove() {
      if (!(await isThere())) return;
      const settings = settingsIn(file);
      const isOwn = settings.madeBy === mark.madeBy;
      const going = [...ofOneDrill, ...Object.keys(settings).filter(isBucketKey)];
      if (existsSync(file)) await ask(["config", "rm-all", ...going.map((key) => `commune:${key}`)]);
      // What its namespaces had is gone with them: Pulumi only has to forget it.
      const kept = isOwn ? [] : ["--preserve-config"];
      await askEngine(place, ["stack", "rm", "--force", "--yes", ...kept, id]);
    },
  };
}
