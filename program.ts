import pulumi from "@pulumi/pulumi";
import { readApprovers } from "./audit/approval/approvers.ts";
import { loadExceptions } from "./audit/approval/exceptions.ts";
import { publicLogOf } from "./audit/approval/public-log.ts";
import { drillsOf } from "./audit/drills/drills.ts";
import { atDomain } from "./components/commune/at-domain.ts";
import type { Change } from "./components/commune/changes/change.ts";
import { announcements, changesOf, refusals } from "./components/commune/changes/changes.ts";
import { english } from "./components/commune/changes/english.ts";
import { pointsBefore } from "./components/commune/changes/points-before.ts";
import { podsOf, restartChanges } from "./components/commune/changes/restarts.ts";
import { seedChanges } from "./components/commune/changes/seed.ts";
import { tell } from "./components/commune/changes/sentences.ts";
import { type Cluster, clusterAt } from "./components/commune/cluster.ts";
import { connectionProblemsOf } from "./components/commune/connections.ts";
import { drilled } from "./components/commune/drilled.ts";
import { Commune } from "./components/commune/index.ts";
import { type LastUpdate, lastUpdate } from "./components/commune/last-update.ts";
import { knownPeersOf } from "./components/commune/links.ts";
import { loadCommune, problemIn } from "./components/commune/load.ts";
import { neighboursOf } from "./components/commune/neighbours.ts";
import { nodeProblemsOf, spreadServersOf } from "./components/commune/nodes.ts";
import { type Outputs, outputsOf } from "./components/commune/outputs.ts";
import { planCommune } from "./components/commune/plan.ts";
import { PointsBefore } from "./components/commune/points-before.ts";
import { revisionOf } from "./components/commune/revision.ts";
import { type Settings, settingsFromConfig } from "./components/commune/settings.ts";
import { atSite } from "./components/commune/shared.ts";
import { loadBuilds } from "./components/commune/versions/builds.ts";
import { loadLogHead } from "./components/federation/log-head.ts";
import { withStackKeys } from "./components/federation/stack-keys.ts";
import { DeclarationError, type Problem } from "./components/foundation/declaration/problem.ts";
import { importProblem } from "./components/foundation/image/imported.ts";
import { refuse } from "./components/foundation/refuse.ts";
import { seedFingerprint } from "./components/foundation/seed/derive.ts";
import { type SeedOrigin, seedOrigin } from "./components/foundation/seed/origin.ts";
import { givenSecrets } from "./components/foundation/site/config.ts";
import { siteFacts } from "./components/foundation/site/facts.ts";
import { operatorManifest, operatorMark } from "./components/foundation/site/operator.ts";
import { type Finding, judge, mandatory, refusal, sentenceOn, withExceptions } from "./policies/judge.ts";
import { containersOf, podOf } from "./policies/pods.ts";
import { Review } from "./policies/review.ts";
import { rules } from "./policies/rules.ts";

/** Places in which a run finds what it reads, beside its stack's settings, and the day. */
export interface Surroundings {
  /** Folder of the declarations. */
  stacks: string;
  /** Path of the kubeconfig in use; undefined if nothing names one. */
  kubeconfig: string | undefined;
  /** As ISO 8601: `2026-11-26`. */
  today: string;
}

/**
 * One run of a stack: registers the commune that it declares, and returns what the stack says of it.
 *
 * Where anything speaks against the run, it stops with a sentence for people, and nothing of the commune reaches the
 * engine (docs/decisions/0205-the-program-is-a-function.md).
 */
export async function program(surroundings: Surroundings): Promise<Outputs> {
  const settings = await settingsFromConfig();
  const declared = planned(await filesOf(surroundings, settings), settings);
  const last = await lastUpdate();
  const seedFrom = seedOrigin(last.identity, settings.seed !== undefined);
  const run: Run = { ...surroundings, ...declared, settings, last, seedFrom };
  const changes = allowedChanges(run);
  announce(run, changes);

  const review = new Review();
  const isSpread = spreadServersOf(run.plan).length > 0;
  if (isSpread && last.published?.spread === undefined) pulumi.log.warn(operatorSentence(settings.stack));
  const cluster = clusterAt(settings.stack, settings.site, last.identity.cluster, isSpread, review.passed);
  const points = pointsFirst(run, changes, cluster, review);
  const commune = communeAt(run, cluster, points, review);

  const findings = allowedFindings(run, changes, review);
  refuseMissingImages(run, review);
  for (const finding of findings) pulumi.log.warn(sentenceOn(run.today, finding, "en"));
  const pods = podsOf(review.objects, run.plan);
  announceRestarts(run, pods);
  review.pass();
  return said(run, commune, cluster, pods);
}

/** Returns what to do where the cluster has no operator: said before the engine looks for it, and stops without a word of ours. */
function operatorSentence(stack: string): string {
  return `PostgreSQL on several nodes is kept by CloudNativePG's operator, which is looked for now (${stack}-needs-cloudnative-pg). If the next lines say that ${operatorMark} does not exist, the cluster has none, or one older than 1.30. Install it, as somebody who administers the cluster: kubectl --context <name> apply --server-side --filename=${operatorManifest} (docs/availability.md). Nothing is changed before.`;
}

/** Facts that are known before anything is registered. */
type Run = Surroundings & Declared & { settings: Settings; last: LastUpdate; seedFrom: SeedOrigin };
type Files = Awaited<ReturnType<typeof filesOf>>;
type Declared = ReturnType<typeof planned>;
type Pods = ReturnType<typeof podsOf>;

/** Reads the declaration and the files beside it. Stops the program if one is wrong. */
async function filesOf({ stacks, today }: Surroundings, { commune, drill, domain }: Settings) {
  const loaded = loadCommune(stacks, commune);
  if (!loaded.ok) return refuse(loaded.error.message);
  const builds = loadBuilds(stacks, commune);
  const images = builds && right(builds).images;
  const { exceptions } = right(loadExceptions(stacks, commune, today));
  right(readApprovers(stacks, commune));
  const declaration = drill ? drilled(loaded.declaration, drill) : atDomain(loaded.declaration, domain);
  const drills = drillsOf(stacks, commune);
  const log = loadLogHead(stacks, commune);
  const told = publicLogOf(stacks, commune, declaration.recovery?.kit?.tried, drills.told);
  const { federation } = loaded;
  const metropolis = federation && (await withStackKeys(federation, knownPeersOf(declaration, federation)));
  return { loaded, declaration, images, exceptions, drills, log, told, metropolis };
}

/** Returns what was read. Stops the program if it has problems, with the place of each. */
function right<Read extends { ok: true }>(read: Read | { ok: false; problems: Problem[] }): Read {
  return read.ok ? read : refuse(new DeclarationError(read.problems).message);
}

/**
 * Plans the declaration at this site. Stops the program if it asks for more nodes than the site has or more connections
 * than a database server allows, or if somebody has to give a secret that is not set.
 */
function planned(files: Files, { site }: Settings) {
  const { loaded, declaration, metropolis } = files;
  const { places, portal, decisions } = loaded;
  const plan = planCommune(declaration, site, { places: places?.places, metropolis, portal, decisions });
  const problems = [...nodeProblemsOf(plan, site.nodes), ...connectionProblemsOf(plan)];
  if (problems.length > 0) {
    const placed = problems.map(({ field, message }) => problemIn(loaded, field, message));
    return refuse(new DeclarationError(placed).message);
  }
  return { ...files, plan, given: givenSecrets(plan.givenSecrets) };
}

/** Returns what differs from the last complete update. Stops the program if that may not be. */
function allowedChanges({ loaded, plan, settings, last, today }: Run): Change[] {
  const { stack, commune, site, seed, moved, restored } = settings;
  const { dataIsDisposable, seedKept } = site;
  const facts = { moved, restored, dataIsDisposable, seedKept, today, site: siteFacts(site) };
  const ofPlan = last.published ? changesOf(last.published, plan, facts) : [];
  const ofSeed = seedChanges(last.identity, stack, seed && seedFingerprint(seed, commune), plan);
  const changes = [...ofPlan, ...ofSeed];
  const refused = refusals(changes);
  if (refused.length === 0) return changes;
  const problems = refused.map(({ field, message }) => problemIn(loaded, field, message));
  return refuse(new DeclarationError(problems).message);
}

/** Says beforehand what people should know of the changes. */
function announce({ plan, settings, last }: Run, changes: readonly Change[]): void {
  if (last.published === undefined) return;
  const told = announcements(changes, last.published, plan, { given: settings.points });
  for (const sentence of told) pulumi.log.warn(sentence);
}

/** Registers the restore points of before: nothing of the commune changes until they are at a vault. */
function pointsFirst(
  { plan, images: lock, settings: { stack, site, points: given }, last: { published: before } }: Run,
  changes: readonly Change[],
  { provider, pullSecret, admitted }: Cluster,
  review: Review,
): readonly pulumi.Resource[] {
  const points = before ? pointsBefore(changes, before, plan, given).taken : [];
  if (before === undefined || points.length === 0) return [];
  return new PointsBefore(
    `${stack}-points-before`,
    { plan, site, before, points },
    {
      providers: { kubernetes: provider },
      transformations: [...atSite({ site, lock, pullSecret }), review.note],
      dependsOn: admitted,
    },
  ).jobs;
}

/** Registers the commune, which waits until its cluster is admitted and its points are taken. */
function communeAt(
  { plan, given, images: lock, log, drills, told, settings: { stack, site, seed }, last, seedFrom }: Run,
  { provider, pullSecret, certificate, admitted }: Cluster,
  points: readonly pulumi.Resource[],
  review: Review,
): Commune {
  const ready: Promise<pulumi.Resource[]> = admitted.then((known) => [...known, ...points]);
  return new Commune(
    stack,
    {
      ...{ plan, site, lock, pullSecret, certificate, given, log, told },
      seed: {
        given: seed === undefined ? undefined : pulumi.secret(seed),
        from: seedFrom,
        expected: last.identity.seed,
      },
      signed: last.published?.signed,
      drills: drills.head,
    },
    {
      providers: { kubernetes: provider },
      transformations: [review.note],
      dependsOn: ready,
    },
  );
}

/** Returns the findings of the rules. Stops the program if they forbid the run, with every violation. */
function allowedFindings(
  { declaration, plan, drills, exceptions, metropolis, settings: { site, drill }, last, stacks, today }: Run,
  changes: readonly Change[],
  { objects, kept }: Review,
): Finding[] {
  const linked = plan.federation.links.map(({ peer }) => peer);
  const found = judge(rules, {
    ...{ declaration, plan, objects, kept, site, today, drills },
    changes: last.published && changes,
    neighbours: drill ? undefined : neighboursOf(stacks, linked, metropolis),
  });
  const findings = withExceptions(found, exceptions);
  const broken = mandatory(findings, today);
  return broken.length === 0 ? findings : refuse(refusal(broken, today));
}

/** Stops the program where the cluster is one of `commune local up` that would wait for images for ever. */
function refuseMissingImages({ settings: { stack, site }, kubeconfig }: Run, { objects }: Review): void {
  const images = objects.flatMap((object) => containersOf(podOf(object)).map(({ image }) => image));
  const problem = importProblem(stack, images, site.context === undefined ? kubeconfig : undefined);
  if (problem !== undefined) refuse(problem);
}

/** Says beforehand what people notice of the pods that start again. */
function announceRestarts({ plan, last: { published: before } }: Run, pods: Pods): void {
  if (before === undefined) return;
  for (const { told } of restartChanges(before, plan, pods)) pulumi.log.warn(tell(told, english));
}

/** Returns what the stack says of its commune. */
function said(run: Run, commune: Commune, { uid: cluster }: Cluster, pods: Pods): Outputs {
  const { plan, declaration, settings, last, seedFrom, stacks } = run;
  return outputsOf(commune, {
    ...{ plan, domain: declaration.domain, before: last.published, cluster },
    told: {
      pods,
      data: settings.site.dataIsDisposable ? "disposable" : "protected",
      site: siteFacts(settings.site),
      seedFrom,
    },
    revision: () => revisionOf(stacks, settings.commune),
  });
}
