import { Command, Option } from "commander";
import { spreadServersOf } from "../components/commune/nodes.ts";
import { inStacks, trialsFile } from "../components/foundation/declaration/stacks.ts";
import { images } from "../components/foundation/image/catalogue.ts";
import { type Mirrors, mirrored } from "../components/foundation/image/reference.ts";
import type { Language } from "../components/foundation/language/language.ts";
import { TranslatedError } from "../components/foundation/language/translated-error.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { accessesWith, everyService, type Pass } from "../components/recovery/vault/access.ts";
import { bucketSecrets, isBucket } from "../components/recovery/vault/plan.ts";
import { footprints, total } from "../policies/footprint.ts";
import { placeOf } from "./approval/place.ts";
import { askOnTerminal } from "./ask.ts";
import { Kubectl } from "./kubectl.ts";
import { languageOption, spoken, spokenError } from "./language.ts";
import { mirrorOption } from "./pin.ts";
import { environmentAt, type Reach } from "./reach.ts";
import { stackSeed } from "./recovery/kit/stack-seed.ts";
import { planOf } from "./recovery/points.ts";
import { sideAt } from "./side.ts";
import { type BucketFinding, bucketFindings } from "./site/bucket-findings.ts";
import { type BucketFacts, tryBucket } from "./site/bucket-trial.ts";
import { factsOf } from "./site/check.ts";
import { databaseFindings, keptIn } from "./site/database/findings.ts";
import { tryDatabase } from "./site/database/index.ts";
import { type BucketSurroundings, mediaBucket, objectsBucket, triedMedia } from "./site/declared-bucket.ts";
import type { Facts } from "./site/facts.ts";
import { findingsOf, type Needed, settingsOf } from "./site/findings.ts";
import { mediaFindings } from "./site/media.ts";
import { bucketReport, databaseReport, removal, reportOf } from "./site/report.ts";
import { settingsFile, settingsIn } from "./stack.ts";

/** Resources that a declared commune requests of a machine. */
export async function neededBy(stacks: string, commune: string): Promise<Needed> {
  const { objects, plan } = await sideAt(stacks, commune);
  const { availability } = plan;
  return {
    commune,
    memoryMiB: total(footprints(objects)).requestedMiB,
    spreadsPostgresql: spreadServersOf(plan).length > 0,
    toleratesNodeLoss: [availability.commune, ...Object.values(availability.services)].includes("node-loss"),
  };
}

/** Facts that a cluster has given, and the namespace of the trial if it is still there. */
interface Looked {
  facts: Facts;
  left: string | undefined;
}

/**
 * Asks a cluster, and removes at the end what was made in it, also after Ctrl-C.
 *
 * @param report called with what is tried, before it is, and with what could not be removed.
 */
export async function askSite(
  { environment, context }: Reach,
  mirrors: Mirrors,
  report: (line: string) => void,
): Promise<Looked> {
  let left: string | undefined;
  const interrupted = new AbortController();
  const stop = () => interrupted.abort();
  // A second signal must not end the cleaning either.
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, stop);
  try {
    const facts = await factsOf(new Kubectl(environment, context, interrupted.signal), {
      image: mirrored(images.node.reference, mirrors),
      begins: (namespace) =>
        report(
          spoken({
            en: `Two pods are tried in the namespace ${namespace}, which is removed afterwards. This takes up to five minutes.`,
            fr: `Deux pods sont essayés dans l’espace ${namespace}, qui est retiré ensuite. Cela prend jusqu’à cinq minutes.`,
          }),
        ),
      stays: (namespace, why) => {
        left = namespace;
        report(
          spoken({
            en: `The namespace ${namespace} could not be removed: ${why}`,
            fr: `L’espace ${namespace} n’a pas pu être retiré : ${why}`,
          }),
        );
      },
    });
    return { facts, left };
  } catch (error) {
    const rest =
      left === undefined
        ? spoken({
            en: "What was made in the cluster is removed.",
            fr: "Ce qui a été fait dans le cluster est retiré.",
          })
        : spoken({
            en: `What is left in the cluster goes by: ${removal(left, context)}`,
            fr: `Ce qui reste dans le cluster part par : ${removal(left, context)}`,
          });
    if (interrupted.signal.aborted)
      throw new TranslatedError({ en: `interrupted. ${rest}`, fr: `interrompu. ${rest}` });
    throw left === undefined ? error : new Error(`${spokenError(error)} ${rest}`);
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}

/** Tries a bucket that a commune declares as a vault, with the keys in its stack. */
async function triedBucket(
  stacks: string,
  commune: string | undefined,
  name: string,
  { keysOf, fetch }: BucketSurroundings,
): Promise<BucketFacts> {
  if (commune === undefined) {
    throw new TranslatedError({
      en: `--vault ${name} needs a commune: npx commune site check <commune> --vault ${name}`,
      fr: `--vault ${name} demande une commune : npx commune site check <commune> --vault ${name}`,
    });
  }
  const plan = planOf({ stacks }, commune);
  const vault = plan.keptVaults.filter(isBucket).find(({ host }) => host === name);
  if (vault === undefined) {
    const known = plan.keptVaults.filter(isBucket).map(({ host }) => host);
    throw new TranslatedError({
      en: `${name} is no bucket of ${commune}. ${known.length > 0 ? `Its buckets: ${known.join(", ")}.` : "It declares none: write recovery: { buckets: … } (docs/vault.md)."} A neighbour's vault is asked with: npx commune vault status ${commune}`,
      fr: `${name} n’est pas un espace de stockage de ${commune}. ${known.length > 0 ? `Ses espaces : ${known.join(", ")}.` : "Elle n’en déclare pas : écrivez recovery: { buckets: … } (docs/vault.md)."} Le coffre d’une commune voisine s’interroge par : npx commune vault status ${commune}`,
    });
  }
  const pass: Pass = {
    version: 1,
    incarnation: 1,
    service: everyService,
    purpose: "append",
    keepDays: plan.copying?.keepDays ?? 0,
  };
  const given = await keysOf(commune, bucketSecrets([vault]));
  // A bucket needs no key of the seed.
  const access = accessesWith(new Uint8Array(32), [vault], pass, given)[name];
  if (access === undefined || !("bucket" in access))
    throw new TranslatedError({
      en: `nothing opens the bucket ${name}`,
      fr: `rien n’ouvre l’espace de stockage ${name}`,
    });
  return tryBucket(access, fetch);
}

const ordinaryBuckets: BucketSurroundings = {
  keysOf: (commune, names) => stackSeed(placeOf(commune), commune).given(names),
  fetch: (address, init) => fetch(address, { ...init, redirect: "error" }),
};

const found = <Facts>(facts: Facts, findingsIn: (facts: Facts) => BucketFinding[]) => ({
  facts,
  findings: findingsIn(facts),
});

interface Options {
  vault?: string;
  media?: true;
  objects?: true;
  database?: true;
  context?: string;
  mirror?: Mirrors;
  language: Language;
  json?: true;
}

/** `commune site check`: what a cluster can do for a commune, and the settings that fit it. */
export function siteCommand(stacks = repositoryFile("stacks"), buckets = ordinaryBuckets): Command {
  const site = new Command("site").description("Ask a cluster, or a bucket, what it can do for a commune.");
  site
    .command("check")
    .description(
      "Ask a cluster what it can do, try two pods in it, and print the settings that fit it. Uses KUBECONFIG when set, else the local cluster. What was tried is removed; only --database writes a file.",
    )
    .argument("[commune]", "id of the commune that is to run there: its memory is compared too")
    .option(
      "--vault <name>",
      "try this bucket of the commune's `recovery.buckets` instead of a cluster: put, overwrite, delete. A few bytes stay in it",
    )
    .addOption(
      new Option(
        "--media",
        "try the bucket of the commune's `media` instead of a cluster: whether several pods can share it. What was written is deleted",
      ).conflicts("vault"),
    )
    .addOption(
      new Option("--objects", "try the bucket of Nextcloud's `objects` in the same way").conflicts([
        "vault",
        "media",
      ]),
    )
    .addOption(
      new Option(
        "--database",
        "try PostgreSQL on several nodes instead: three servers of CloudNativePG and one writer, while the server that takes its writes is killed, deleted and ended, and its machine switched off if a person says that it is. Takes a quarter of an hour; what was seen is added to database-trials.jsonl beside the declarations",
      ).conflicts(["vault", "media", "objects", "mirror"]),
    )
    .option("--context <name>", "context of the kubeconfig")
    .option(
      "--mirror <mirrors>",
      "pull the image of the two pods there: <registry>=<host>[/<path>] with commas between",
      mirrorOption,
    )
    .addOption(languageOption("the findings"))
    .option("--json", "print facts, findings and settings as JSON")
    .action(async (commune: string | undefined, options: Options) => {
      const { vault, media, objects, database, context, mirror = {}, language, json } = options;
      if (database) {
        const file = inStacks(stacks, trialsFile);
        const evidence = await tryDatabase({
          ...{ reach: { environment: environmentAt(context), context }, file, language },
          settings: commune === undefined ? {} : settingsIn(settingsFile(commune)),
          person: askOnTerminal,
          report: (line) => console.error(line),
        });
        const findings = databaseFindings(evidence);
        console.log(
          json
            ? JSON.stringify({ evidence, findings }, undefined, 2)
            : `${databaseReport(findings, language)}\n\n${keptIn[language](file)}`,
        );
        if (findings.some(({ level }) => level === "stops")) process.exitCode = 1;
        return;
      }
      if (vault !== undefined || media || objects) {
        const as = vault === undefined ? "media" : "vault";
        const { facts, findings } =
          vault === undefined
            ? found(
                await triedMedia(stacks, commune, objects ? objectsBucket : mediaBucket, buckets),
                mediaFindings,
              )
            : found(await triedBucket(stacks, commune, vault, buckets), bucketFindings);
        console.log(
          json ? JSON.stringify({ facts, findings }, undefined, 2) : bucketReport(findings, as, language),
        );
        if (findings.some(({ level }) => level === "stops")) process.exitCode = 1;
        return;
      }
      const needed = commune === undefined ? undefined : await neededBy(stacks, commune);
      const { facts, left } = await askSite(
        { environment: environmentAt(context), context },
        mirror,
        (line) => console.error(line),
      );
      const findings = findingsOf(facts, needed);
      const mirrors = Object.entries(mirror).map((each) => each.join("="));
      const settings = {
        ...(context === undefined ? {} : { context }),
        ...settingsOf(findings),
        ...(mirrors.length === 0 ? {} : { registryMirror: mirrors.join(",") }),
      };
      console.log(
        json
          ? JSON.stringify({ facts, findings, settings }, undefined, 2)
          : reportOf(findings, settings, { commune, left }, language),
      );
      if (left !== undefined || findings.some(({ level }) => level === "stops")) process.exitCode = 1;
    });
  return site;
}
