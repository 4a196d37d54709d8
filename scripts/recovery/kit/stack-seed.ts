import { execa } from "execa";
import { checkout } from "../../../local/paths.ts";
import { reachOf } from "../../reach.ts";

/** The seed of a commune's stack, as far as Pulumi can be asked for it and told it. */
export interface StackSeed {
  /** The one that was drawn or given, base64; nothing in a stack that has none yet. Throws where the stack is not to be had. */
  read(): Promise<string | undefined>;
  /** Fingerprint that the last complete update published; nothing where the stack is not to be had. */
  published(): Promise<string | undefined>;
  /** Gives it to the stack, by standard input. */
  give(seed: string): Promise<void>;
}

interface Exported {
  deployment: { resources?: { type: string; outputs?: { base64?: string | { plaintext?: string } } }[] };
}

/**
 * The seed of the stack of a commune, through the plain command line of Pulumi.
 *
 * @param environmentOf variables that lead to its state: backend, passphrase, PATH.
 */
export function stackSeed(
  id: string,
  folder = checkout,
  environmentOf = () => reachOf(id, undefined).environment,
): StackSeed {
  const pulumi = async (words: readonly string[], input?: string) => {
    const { exitCode, stdout, stderr } = await execa("pulumi", [...words, "--non-interactive", "-s", id], {
      cwd: folder,
      env: { PULUMI_SKIP_UPDATE_CHECK: "true", ...environmentOf() },
      reject: false,
      ...(input !== undefined && { input }),
    });
    if (exitCode !== 0)
      throw new Error(`pulumi ${words.slice(0, 2).join(" ")} of ${id} failed: ${stderr.trim()}`);
    return stdout;
  };
  return {
    async read() {
      const settings = JSON.parse(await pulumi(["config", "--show-secrets", "--json"])) as Record<
        string,
        { value?: string }
      >;
      const given = settings["commune:seed"]?.value;
      if (given !== undefined) return given;
      const { deployment } = JSON.parse(await pulumi(["stack", "export", "--show-secrets"])) as Exported;
      const base64 = deployment.resources?.find(({ type }) => type === "random:index/randomBytes:RandomBytes")
        ?.outputs?.base64;
      // A secret of the state is JSON within JSON.
      return typeof base64 === "object" ? (JSON.parse(base64.plaintext ?? "null") ?? undefined) : base64;
    },
    async published() {
      try {
        const outputs = JSON.parse(await pulumi(["stack", "output", "--json"])) as {
          published?: { seed?: string };
        };
        return outputs.published?.seed;
      } catch {
        return undefined;
      }
    },
    async give(seed) {
      await pulumi(["config", "set", "--secret", "commune:seed"], seed);
    },
  };
}
