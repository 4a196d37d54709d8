import { execa } from "execa";
import { atDomain } from "../../components/commune/at-domain.ts";
import type { CommuneDeclaration } from "../../components/commune/declaration.ts";
import { loadCommune } from "../../components/commune/load.ts";
import { planCommune } from "../../components/commune/plan.ts";
import type { CommunePlan } from "../../components/commune/planned.ts";
import type { Descriptor } from "../../components/federation/descriptor.ts";
import { reasonOf } from "../../components/federation/reason.ts";
import { show } from "../../components/foundation/declaration/show.ts";
import { settingsOf } from "../../components/foundation/declaration/stacks.ts";
import type { Translated } from "../../components/foundation/language/language.ts";
import { errorText, TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { repositoryFile } from "../../components/foundation/repository.ts";
import { type Chain, chainOf, type Held, type Known } from "../../components/recovery/points/chain.ts";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";
import { heldAt } from "../../components/recovery/points/read.ts";
import type { Owner } from "../../components/recovery/points/signer.ts";
import { type Fetch, OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { descriptorsOf } from "../directory.ts";
import { heard } from "../heard/heard.ts";
import { spoken } from "../language.ts";
import { environmentAt, reachOf } from "../reach.ts";
import { type Outputs, Stack, settingsIn } from "../stack.ts";
import { underway } from "../underway.ts";
import { type LastRun, runsInCluster } from "./last-runs.ts";

/** Folder and tools that the commands work with. */
export interface Surroundings {
  /** Folder with the declarations. */
  stacks: string;
  outputsOf(id: string): Promise<Pick<Outputs, "vaults" | "federation">>;
  /** Runs kubectl and returns what it prints. Throws if it fails. */
  kubectl(words: readonly string[], input?: string): Promise<string>;
  fetch: Fetch;
  now(): Date;
  /** Returns the descriptors of other members of the metropolis, of those that answer. */
  descriptors(members: readonly string[]): Promise<readonly Descriptor[]>;
}

export const ordinary: Surroundings = {
  stacks: repositoryFile("stacks"),
  outputsOf: (id) => new Stack(id, reachOf(id, undefined).environment).outputs(),
  kubectl: async (words, input) => {
    const [, context] = /^--context=(.*)$/.exec(words[0] ?? "") ?? [];
    const env = environmentAt(context);
    return (await execa("kubectl", words, { env, ...(input !== undefined && { input }) })).stdout;
  },
  // A host must not send the password elsewhere.
  fetch: (address, init) => fetch(address, { ...init, redirect: "error" }),
  now: () => new Date(),
  descriptors: (members) => descriptorsOf(repositoryFile("stacks"), members, {}),
};

/** Options that people give beside the commune. */
export interface Asked {
  service?: string[];
  /** Ids of associations: all applications of each. */
  tenant?: string[];
  context?: string;
}

/**
 * The plan of what is declared, at the domain of the stack's settings; nothing else of its site makes a difference
 * here.
 *
 * @param change makes another declaration of it: a drill's.
 */
export function planOf(
  { stacks }: Pick<Surroundings, "stacks">,
  id: string,
  change: (declaration: CommuneDeclaration) => CommuneDeclaration = (declaration) => declaration,
): CommunePlan {
  const loaded = loadCommune(stacks, id);
  if (!loaded.ok) throw loaded.error;
  const { declaration, federation: metropolis, places, portal } = loaded;
  const { domain } = settingsIn(settingsOf(stacks, id));
  return planCommune(
    change(atDomain(declaration, domain)),
    { storageClass: undefined, privatePeers: [] },
    { places: places?.places, metropolis, portal },
  );
}

/**
 * The services and the applications of associations that have restore points: all, or those that are named. Throws for
 * one that has none.
 */
export function servicesIn(
  plan: Pick<CommunePlan, "points">,
  { service: asked, tenant }: Pick<Asked, "service" | "tenant">,
): PointsPlan[] {
  const points = plan.points;
  const known = points.map(({ service }) => service);
  if (points.length === 0) {
    throw new TranslatedError({
      en: "no restore points are declared: write recovery: { vaults: [<member>] } first (docs/recovery.md).",
      fr: "aucun point de restauration n’est déclaré : écrivez d’abord recovery: { vaults: [<commune>] } (docs/recovery.md).",
    });
  }
  const unknown = asked?.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new TranslatedError({
      en: `${show(unknown)} has no restore points. These have some: ${known.join(", ")}.`,
      fr: `${show(unknown)} n’a pas de points de restauration. En ont : ${known.join(", ")}.`,
    });
  }
  const tenants = [...new Set(points.flatMap(({ beside }) => beside.tenant ?? []))];
  const stranger = tenant?.find((id) => !tenants.includes(id));
  if (stranger !== undefined) {
    const have =
      tenants.length > 0
        ? spoken({ en: `These have some: ${tenants.join(", ")}.`, fr: `En ont : ${tenants.join(", ")}.` })
        : spoken({ en: "None has some.", fr: "Aucune n’en a." });
    throw new TranslatedError({
      en: `the association ${show(stranger)} has no restore points. ${have}`,
      fr: `l’association ${show(stranger)} n’a pas de points de restauration. ${have}`,
    });
  }
  if (asked === undefined && tenant === undefined) return points;
  return points.filter(
    ({ service, beside }) => asked?.includes(service) || tenant?.includes(beside.tenant ?? ""),
  );
}

/** The chain of a service, as its vaults have it. */
export interface ServiceChain extends LastRun {
  service: string;
  chain: Chain;
  /** Vaults that say nothing, and why. */
  silent: Translated[];
}

/** The restore points of each service, compared over all vaults and with what the cluster remembers of the last one. */
export async function chainsOf(
  surroundings: Omit<Surroundings, "now">,
  plan: CommunePlan,
  { context, ...asked }: Asked,
): Promise<ServiceChain[]> {
  const services = servicesIn(plan, asked);
  const { id } = plan.federation.settings;
  const { vaults = {}, federation } = await surroundings.outputsOf(id);
  const { publicKey } = federation as { publicKey?: string };
  if (publicKey === undefined) {
    throw new TranslatedError({
      en: `the stack ${id} does not say its public key: npx pulumi up -s ${id}`,
      fr: `la pile ${id} ne dit pas sa clé publique : npx pulumi up -s ${id}`,
    });
  }
  const peers = new Set([
    ...plan.federation.links.map(({ peer }) => peer),
    ...services.flatMap(({ settings }) => settings.vaults),
  ]);
  underway({
    en: `${id}: its vaults are asked which restore points they have`,
    fr: `${id} : ses coffres disent quels points de restauration ils ont`,
  });
  const descriptors = await surroundings.descriptors([...peers].sort());
  return Promise.all(
    services.map(async (points) => {
      const { service, settings } = points;
      const silent: Translated[] = [];
      const held: Held[] = [];
      for (const host of settings.vaults) {
        const access = vaults[host];
        try {
          if (access === undefined)
            throw new TranslatedError({
              en: `the stack does not say how it is opened: npx pulumi up -s ${id}`,
              fr: `la pile ne dit pas comment il s’ouvre : npx pulumi up -s ${id}`,
            });
          held.push(await heldAt(new OpenVault(host, access, surroundings.fetch), service));
        } catch (error) {
          silent.push(silence(host, error));
        }
      }
      const owner = { commune: id, service };
      const runs = await runsInCluster(surroundings, points, context);
      const known = [
        ...runs.map(
          ({ sequence, hash }): Known => ({
            by: { en: "the cluster", fr: "le cluster" },
            sequence,
            hash,
          }),
        ),
        ...knownByPeers(descriptors, owner),
      ];
      const chain = chainOf(held, { owner, publicKey, known });
      const {
        proved = {},
        damaged,
        expiring,
      } = runs.sort((one, other) => other.sequence - one.sequence)[0] ?? {};
      return {
        ...{ service, proved },
        ...(silent.length === 0 ? { chain, silent } : whileSilent(chain, silent)),
        ...(damaged !== undefined && { damaged }),
        ...(expiring !== undefined && { expiring }),
      };
    }),
  );
}

/** Sentence that says why a vault gave nothing: it was not reached, or it answered with an error. */
function silence(host: string, error: unknown): Translated {
  // As fetch says it that nothing answered; what is behind it is the cause.
  if (error instanceof TypeError && error.message === "fetch failed") {
    const why = reasonOf(error.cause ?? error);
    return {
      en: `the vault at ${host} ${notReached}: ${why}`,
      fr: `le coffre de ${host} n’a pas été atteint : ${heard(why, "fr")}`,
    };
  }
  return {
    en: `the vault at ${host} says nothing: ${errorText(error, "en")}`,
    fr: `le coffre de ${host} ne dit rien : ${heard(errorText(error, "fr"), "fr")}`,
  };
}

const notReached = "was not reached";

const unknown: Translated = {
  en: "What such a vault has is not known. Where public names do not lead there from this machine: --address <host:port>, and --ca <file> for a certificate that it does not trust.",
  fr: "Ce qu’a un tel coffre n’est pas connu. Si les noms publics n’y mènent pas depuis cette machine : --address <hôte:port>, et --ca <fichier> pour un certificat auquel elle ne se fie pas.",
};

/** Advice about vaults that were not reached, if nobody has said yet where public names lead; otherwise empty. */
export function reachHint(silent: readonly Translated[], { address }: { address?: string }): string[] {
  return address === undefined && silent.some(({ en }) => en.includes(notReached)) ? [spoken(unknown)] : [];
}

/**
 * Returns a chain without the findings that need the answer of every vault: while one is silent, it is not known that no
 * vault gives a point.
 */
function whileSilent(
  { points, findings }: Chain,
  silent: readonly Translated[],
): Pick<ServiceChain, "chain" | "silent"> {
  const lost = findings.filter(({ kind }) => kind === "lost");
  return {
    chain: { points, findings: findings.filter((finding) => !lost.includes(finding)) },
    silent: [
      ...silent,
      ...lost.map(({ sentence: { en, fr } }) => ({
        en: en.replace(/no vault gives it\.$/, "no vault that was asked gives it."),
        fr: fr.replace(/aucun coffre ne le donne\.$/, "aucun coffre interrogé ne le donne."),
      })),
    ],
  };
}

/** The newest point that each peer remembers. */
function knownByPeers(descriptors: readonly Descriptor[], { commune, service }: Owner): Known[] {
  return descriptors.flatMap(({ id, peers }) => {
    const last = peers.find((peer) => peer.id === commune)?.points?.[service]?.at(-1);
    return last === undefined
      ? []
      : [{ by: { en: id, fr: id }, sequence: last.count, hash: last.head.replace("sha256:", "") }];
  });
}
