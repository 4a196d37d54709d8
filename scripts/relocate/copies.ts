import * as z from "zod";
import type { CommunePlan } from "../../components/commune/planned.ts";
import { descriptorLabel } from "../../components/federation/secrets.ts";
import type { Translated } from "../../components/foundation/language/language.ts";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { deriveSecret } from "../../components/foundation/seed/derive.ts";
import { inVersion, type SecretLabel } from "../../components/foundation/seed/labels.ts";
import {
  firstIncarnation,
  incarnationName,
  latestIncarnation,
} from "../../components/recovery/incarnation.ts";
import { manifestOf, newest, type Point } from "../../components/recovery/points/chain.ts";
import type { PointManifest } from "../../components/recovery/points/manifest.ts";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";
import {
  accessesWith,
  everyService,
  type Pass,
  type VaultAccess,
  type VaultAccesses,
} from "../../components/recovery/vault/access.ts";
import { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import {
  repositoryPassword,
  vaultAccessLabel,
  vaultKeyLabel,
} from "../../components/recovery/vault/secrets.ts";
import { spoken } from "../language.ts";
import { chainsOf, type Surroundings } from "../recovery/points.ts";

/** The newest restore point of a service, or of an application of an association, opened. */
export interface NewestPoint {
  points: PointsPlan;
  point: Point;
  manifest: PointManifest;
}

/** Contents of the vaults of a commune, for whoever holds its seed and nothing else. */
export interface Copies {
  /** The vaults, as a site of that number opens them. */
  vaultsAs(incarnation: number): readonly OpenVault[];
  /** Returns what opens the copies of one service, or of one database server, to read them. */
  readingOf(service: string): { repository: string; accesses: VaultAccesses };
  newest: readonly NewestPoint[];
  /** Those without any point. */
  without: readonly string[];
  /** Contradictions between them. */
  findings: readonly string[];
  /** Vaults that say nothing, and why. */
  silent: readonly string[];
  /** The latest site that a vault knows of. */
  incarnation: number;
  /** Uid of the cluster that it is on; undefined for the first site. */
  cluster: string | undefined;
}

/** Secrets that open the vaults of a commune and their contents. */
interface Opening {
  /** Seed of the commune, base64. */
  seed: string;
  /** Keys to its buckets, by the names of the stack's secrets. */
  given: Readonly<Record<string, string>>;
}

/** Reads the vaults of a commune. Throws if a point cannot be opened. */
export async function copiesOf(
  surroundings: Pick<Surroundings, "kubectl" | "fetch" | "stacks" | "descriptors">,
  plan: CommunePlan,
  { seed, given }: Opening,
): Promise<Copies> {
  const { id } = plan.federation.settings;
  const secret = (label: SecretLabel) => deriveSecret(seed, id, inVersion(label, plan.secretVersions));
  const key = Buffer.from(secret(descriptorLabel), "base64url");
  const vaultKey = Buffer.from(secret(vaultKeyLabel), "base64url");
  const signed = (pass: Pick<Pass, "incarnation" | "service" | "purpose">) =>
    accessesWith(
      vaultKey,
      plan.keptVaults,
      {
        ...pass,
        version: inVersion(vaultAccessLabel, plan.secretVersions).version,
        keepDays: plan.copying?.keepDays ?? 0,
      },
      given,
    );
  const accesses = (incarnation: number) => signed({ incarnation, service: everyService, purpose: "append" });
  // Whoever reads need not say which site it is.
  const vaults = accesses(firstIncarnation);
  const publicKey = publicKeyOf(key);
  const chains = await chainsOf(
    {
      ...surroundings,
      outputsOf: async () => ({ vaults, federation: { domain: "", publicKey } }),
      // A cluster that is gone remembers nothing.
      kubectl: async () => JSON.stringify({ items: [] }),
    },
    plan,
    {},
  );
  const open = opened(surroundings, vaults);
  const found = chains.map(({ service, chain }) => ({ service, point: newest(chain) }));
  const latest = Math.max(firstIncarnation, ...found.map(({ point }) => point?.head.incarnation ?? 0));
  const known = await latestAt(open, latest);
  const newestPoints = found.flatMap(({ service, point }): NewestPoint[] => {
    const points = plan.points.find((each) => each.service === service);
    if (point === undefined || points === undefined) return [];
    return [{ points, point, manifest: manifestOf(point, secret(repositoryPassword(service))) }];
  });
  return {
    vaultsAs: (incarnation) => opened(surroundings, accesses(incarnation)),
    readingOf: (service) => ({
      repository: secret(repositoryPassword(service)),
      accesses: signed({ incarnation: firstIncarnation, service, purpose: "read" }),
    }),
    newest: newestPoints,
    without: found.flatMap(({ service, point }) => (point === undefined ? [service] : [])),
    findings: [
      ...chains.flatMap(({ chain }) => chain.findings.map(({ sentence }) => sentence)),
      ...known.findings,
    ].map(spoken),
    silent: [...new Set(chains.flatMap(({ silent }) => silent.map(spoken)))],
    incarnation: Math.max(known.incarnation, latest),
    cluster: known.cluster,
  };
}

/** Most sites that followed each other without a point of theirs. A host could otherwise name the last number there is. */
const mostWithoutPoint = 1000;

/** The latest site that the answering vaults know of, and the cluster that it named. */
interface LatestSite extends Pick<Copies, "incarnation" | "cluster"> {
  /** Sites that are not believed. */
  findings: readonly Translated[];
}

/** @param signed the latest site of which there is a point. */
async function latestAt(vaults: readonly OpenVault[], signed: number): Promise<LatestSite> {
  const findings: Translated[] = [];
  const told = await Promise.allSettled(
    vaults.map(async (vault) => {
      const incarnation = latestIncarnation(await vault.once());
      if (incarnation > signed + mostWithoutPoint) {
        findings.push({
          en: `${vault.host} knows of a site ${incarnation}, and the latest one with a point is ${signed}: not believed`,
          fr: `${vault.host} connaît un site ${incarnation}, et le dernier qui a un point est le ${signed} : ce n’est pas cru`,
        });
        return { incarnation: firstIncarnation, cluster: undefined };
      }
      const text = await vault.get(`once/${incarnationName(incarnation)}`);
      const { cluster } = z
        .looseObject({ cluster: z.string() })
        .partial()
        .parse(JSON.parse(text?.toString() ?? "{}"));
      return { incarnation, cluster };
    }),
  );
  const known = told.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  known.sort((one, other) => other.incarnation - one.incarnation);
  return { incarnation: firstIncarnation, cluster: undefined, ...known[0], findings };
}

function opened(
  { fetch }: Pick<Surroundings, "fetch">,
  vaults: Readonly<Record<string, VaultAccess>>,
): OpenVault[] {
  return Object.entries(vaults).map(([host, access]) => new OpenVault(host, access, fetch));
}
