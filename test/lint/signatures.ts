import { execa } from "execa";
import { EnvHttpProxyAgent, fetch } from "undici";

/** Result of a verification: lines of what is wrong, none where nothing is; or why nothing could be verified. */
export interface Verified {
  problems: string[];
  unverified?: string;
}

const keysPath = "-/npm/v1/keys";

/**
 * Verifies the signatures of the registry on the packages that are installed in a folder, by `npm audit signatures`. A
 * registry that serves no keys signs nothing, which is no mistake of a package.
 *
 * @param environment of npm, added to the process's own.
 */
export async function verifySignatures(
  folder: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<Verified> {
  const npm = { cwd: folder, env: environment, reject: false, all: true } as const;
  const { stdout } = await execa("npm", ["config", "get", "registry"], npm);
  const registry = stdout.replace(/\/*$/, "/");
  const why = await withoutKeys(registry + keysPath);
  if (why !== undefined) return { problems: [], unverified: `${registry} ${why}` };
  const { exitCode, all } = await execa("npm", ["audit", "signatures"], npm);
  return { problems: exitCode === 0 ? [] : all.split("\n").filter((line) => line !== "") };
}

/** Returns why a registry serves no keys; undefined if it does. */
async function withoutKeys(address: string): Promise<string | undefined> {
  const dispatcher = new EnvHttpProxyAgent();
  try {
    const answer = await fetch(address, { dispatcher, signal: AbortSignal.timeout(30_000) });
    await answer.body?.cancel();
    return answer.ok ? undefined : `serves no keys (${answer.status} for /${keysPath})`;
  } catch {
    return "does not answer";
  } finally {
    await dispatcher.destroy();
  }
}
