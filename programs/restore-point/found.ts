import { pointName } from "../../components/recovery/points/head.ts";
import type { DumpPart, PointManifest, PointPart } from "../../components/recovery/points/manifest.ts";
import { judgePoint, openManifest } from "../../components/recovery/points/sealed.ts";
import { Restic, resticEnvironment } from "./restic.ts";
import type { Surroundings } from "./surroundings.ts";
import { openVaults } from "./vaults.ts";

/**
 * The manifest of a point, from the first vault that gives a good one, and the vaults to read from in that order.
 * Refuses what was taken under another seed or other keys: it could be brought, and not be read.
 */
export async function found(
  sequence: number,
  around: Surroundings,
): Promise<{ manifest: PointManifest; hosts: string[] }> {
  const { settings, identity, password } = around;
  const name = pointName(settings.service, sequence);
  const problems: string[] = [];
  for (const vault of openVaults(around)) {
    try {
      const text = (await vault.get(`once/${name}`))?.toString("utf8");
      if (text === undefined) throw new Error(`there is no ${name}`);
      const { point, problem } = judgePoint(text, settings, identity.publicKey);
      if (point?.head.sequence !== sequence) throw new Error(problem ?? "it is another point");
      const manifest = openManifest(point, password);
      refuseOtherKeys(manifest, around);
      // The one that gave it first: what else it has is as good, more often than not.
      return { manifest, hosts: [vault.host, ...settings.vaults.filter((host) => host !== vault.host)] };
    } catch (error) {
      problems.push(`${vault.host}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(`${name} cannot be had. ${problems.join("; ")}`);
}

function refuseOtherKeys({ seed, keys }: PointManifest, { identity, settings }: Surroundings): void {
  if (seed !== identity.seed) throw new Error("it was taken under another seed");
  const lacking = keys.filter((key) => !settings.keys.includes(key));
  if (lacking.length > 0) throw new Error(`it needs keys that are not these any more: ${lacking.join(", ")}`);
}

/** The rows of a point. Throws if it has no dump. */
export function dumpOf({ parts, sequence }: PointManifest): DumpPart {
  const dump = parts.find((part) => part.kind === "dump");
  if (dump === undefined) throw new Error(`point ${sequence} has no dump of its rows`);
  return dump;
}

/**
 * Returns the result of the first vault that can give it: if the files of one rotted, or are withheld, others have
 * them.
 */
export async function fromAny<T>(
  hosts: readonly string[],
  attempt: (host: string) => Promise<T>,
): Promise<T> {
  const problems: string[] = [];
  for (const host of hosts) {
    try {
      return await attempt(host);
    } catch (error) {
      problems.push(`${host}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(`no vault gives it. ${problems.join("; ")}`);
}

export function resticAt(
  host: string,
  { repository }: Extract<PointPart, { repository: string }>,
  around: Surroundings,
): Restic {
  const opens = around.access[host];
  if (opens === undefined) throw new Error(`nothing opens the vault at ${host}`);
  return new Restic(around.restic, resticEnvironment(opens, repository, around));
}
