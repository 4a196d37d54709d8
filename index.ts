import { fileURLToPath } from "node:url";
import { Provider } from "@pulumi/kubernetes/provider.js";
import pulumi from "@pulumi/pulumi";
import { toldLog } from "./audit/approval/told.ts";
import { drillsOf } from "./audit/drills/told.ts";
import { atDomain } from "./components/commune/at-domain.ts";
import { announcements, changesOf, refusals } from "./components/commune/changes/changes.ts";
import { english } from "./components/commune/changes/english.ts";
import { pointsBefore } from "./components/commune/changes/points-before.ts";
import { podsOf, restartChanges } from "./components/commune/changes/restarts.ts";
import { seedChanges } from "./components/commune/changes/seed.ts";
import { tell } from "./components/commune/changes/sentences.ts";
import { drilled, drillId } from "./components/commune/drilled.ts";
import { withHistory } from "./components/commune/history.ts";
import { Commune } from "./components/commune/index.ts";
import { lastUpdate } from "./components/commune/last-update.ts";
import { peersOf } from "./components/commune/links.ts";
import { loadCommune, problemIn } from "./components/commune/load.ts";
import { neighboursOf } from "./components/commune/neighbours.ts";
import { planCommune } from "./components/commune/plan.ts";
import { PointsBefore } from "./components/commune/points-before.ts";
import { published as publish } from "./components/commune/publish.ts";
import { quietSdk } from "./components/commune/quiet.ts";
import { revisionOf } from "./components/commune/revision.ts";
import { atSite } from "./components/commune/shared.ts";
import { loadLogHead } from "./components/federation/approvals.ts";
import { withStackKeys } from "./components/federation/stack-keys.ts";
import { DeclarationError } from "./components/foundation/declaration/problem.ts";
import { importProblem } from "./components/foundation/image/imported.ts";
import { loadLock } from "./components/foundation/image/lock.ts";
import { refuse } from "./components/foundation/refuse.ts";
import { seedFingerprint } from "./components/foundation/seed/derive.ts";
import { seedOrigin } from "./components/foundation/seed/origin.ts";
import { clusterProblem } from "./components/foundation/site/cluster.ts";
import {
  certificateFrom,
  clusterOf,
  demoDomain,
  drillSetting,
  givenSecrets,
  moves,
  pointsGiven,
  pullSecretFrom,
  restoredVersions,
  seedFromConfig,
  siteFromConfig,
} from "./components/foundation/site/config.ts";
import { siteFacts } from "./components/foundation/site/facts.ts";
import { loadExceptions } from "./policies/exceptions.ts";
import { judge, mandatory, refusal, sentenceOn, withExceptions } from "./policies/judge.ts";
import { containersOf, podOf } from "./policies/pods.ts";
import { Review } from "./policies/review.ts";
import { rules } from "./policies/rules.ts";

quietSdk();
const id = pulumi.getStack();
const site = siteFromConfig();
const drill = drillSetting();
/** The commune that is declared: another one than the stack's in a drill alone. */
const declaredId = drill?.of ?? id;
if (drill && id !== drillId(drill.of))
  refuse(
    `commune:drill makes a copy of ${drill.of}, and ${id} is no stack for it: that is ${drillId(drill.of)}, which npx commune drill ${drill.of} makes. Take the setting away: pulumi config rm commune:drill -s ${id}. Nothing was changed.`,
  );
const stacks = fileURLToPath(new URL("stacks", import.meta.url));
const loaded = loadCommune(stacks, declaredId);
if (!loaded.ok) refuse(loaded.error.message);
const lock = loadLock(stacks);
if (lock && !lock.ok) refuse(new DeclarationError(lock.problems).message);
const today = new Date().toISOString().slice(0, 10);
const allowed = loadExceptions(stacks, declaredId, today);
if (!allowed.ok) refuse(new DeclarationError(allowed.problems).message);

const declaration = drill ? drilled(loaded.declaration, drill) : atDomain(loaded.declaration, demoDomain());
const metropolis =
  loaded.federation && (await withStackKeys(loaded.federation, peersOf(declaration, loaded.federation)));
const beside = {
  places: loaded.places?.places,
  metropolis,
  portal: loaded.portal,
  decisions: loaded.decisions,
};
const plan = planCommune(declaration, site, beside);
const given = givenSecrets(plan.givenSecrets);
const givenSeed = await seedFromConfig();
const { identity, published: before } = await lastUpdate();
const ofSeed = seedChanges(identity, id, givenSeed && seedFingerprint(givenSeed, declaredId), plan);
const ofPlan = before
  ? changesOf(before, plan, {
      moved: moves(),
      restored: restoredVersions(),
      dataIsDisposable: site.dataIsDisposable,
      seedKept: site.seedKept,
      today,
      site: siteFacts(site),
    })
  : [];
const changes = [...ofPlan, ...ofSeed];
const refused = refusals(changes);
if (refused.length > 0) {
  const problems = refused.map(({ field, message }) => problemIn(loaded, field, message));
  refuse(new DeclarationError(problems).message);
}
const givenPoints = pointsGiven();
if (before)
  for (const sentence of announcements(changes, before, plan, { given: givenPoints }))
    pulumi.log.warn(sentence);

const review = new Review();
const provider = new Provider(
  `${id}-cluster`,
  {
    ...(site.context === undefined ? {} : { context: site.context }),
    // Always the same: another one would make Pulumi create the commune anew over itself, then delete it.
    clusterIdentifier: id,
    // Otherwise a changed ConfigMap is deleted and created again, with every Deployment that reads it.
    enableConfigMapMutable: true,
    enableSecretMutable: true,
    // A killed engine forgets the object that it was creating: the next run takes it over instead of failing.
    upsertExistingObjects: true,
  },
  {
    // Stacks that are older than docs/decisions/0029-which-cluster.md have another identifier, and keep it.
    ignoreChanges: ["clusterIdentifier"],
    // Nothing reaches the engine before the rules have been asked of all of it.
    dependsOn: review.passed,
  },
);
const cluster = clusterOf(id, provider);
/** Nothing of the commune reaches the engine before this is known to be its cluster. */
const admitted = cluster.then((now): pulumi.Resource[] => {
  const elsewhere = clusterProblem(id, identity.cluster, now, site.context);
  return elsewhere === undefined ? [] : refuse(elsewhere);
});

const pullSecret = pullSecretFrom(id, site, provider);
const ofSite = { site, lock: lock?.declaration.images, pullSecret };
const first = before ? pointsBefore(changes, before, plan, givenPoints).taken : [];
/** Nothing of the commune changes before its restore points of before are at a vault. */
const points =
  before && first.length > 0
    ? new PointsBefore(
        `${id}-points-before`,
        { plan, site, before, points: first },
        {
          providers: { kubernetes: provider },
          transformations: [...atSite(ofSite), review.note],
          dependsOn: admitted,
        },
      ).jobs
    : [];
const ready: Promise<pulumi.Resource[]> = admitted.then((known) => [...known, ...points]);

const drills = drillsOf(stacks, declaredId);
const seedFrom = seedOrigin(identity, givenSeed !== undefined);
const commune = new Commune(
  id,
  {
    ...ofSite,
    plan,
    seed: {
      given: givenSeed === undefined ? undefined : pulumi.secret(givenSeed),
      from: seedFrom,
      expected: identity.seed,
    },
    signed: before?.signed,
    given,
    certificate: certificateFrom(id, site, provider),
    log: loadLogHead(stacks, declaredId),
    drills: drills.head,
    told: toldLog(stacks, declaredId, declaration.recovery?.kit?.tried, drills.told),
  },
  {
    providers: { kubernetes: provider },
    transformations: [review.note],
    dependsOn: ready,
  },
);
const linked = plan.federation.links.map(({ peer }) => peer);
const findings = withExceptions(
  judge(rules, {
    ...{ declaration, plan, objects: review.objects, kept: review.kept, site, today, drills },
    changes: before && changes,
    neighbours: drill ? undefined : neighboursOf(stacks, linked, metropolis),
  }),
  allowed.exceptions,
);
const broken = mandatory(findings, today);
if (broken.length > 0) refuse(refusal(broken, today));
const images = review.objects.flatMap((object) => containersOf(podOf(object)).map(({ image }) => image));
const toImport = importProblem(id, images, site.context === undefined ? process.env.KUBECONFIG : undefined);
if (toImport !== undefined) refuse(toImport);
for (const finding of findings) pulumi.log.warn(sentenceOn(today, finding));
const pods = podsOf(review.objects);
if (before) for (const { told } of restartChanges(before, plan, pods)) pulumi.log.warn(tell(told, english));
review.pass();

/** Public addresses, by service. */
export const addresses = commune.addresses;
/** Passwords set at the first start, by service: `pulumi stack output --show-secrets accounts`. */
export const accounts = pulumi.secret(commune.accounts);
/** Addresses of the hosted associations' applications, and the password of who administers each at first: docs/tenants.md. */
export const tenants = pulumi.secret(commune.tenants);
/** What requests of associations are verified with: docs/tenants.md. */
export const requestsKey = commune.requestsKey;
/** What preparing hotspots takes, with the key of each: docs/hotspots.md. */
export const hotspots = commune.hotspots?.provisioning ?? {};
/** What publishing for schools takes: docs/schools.md. */
export const schools = commune.schools?.publishing ?? {};
/** What opens the vaults where its encrypted copies are: docs/vault.md. */
export const vaults = commune.vaults;
/** What peers know the commune by: its entry in their stacks/federation.yaml. */
export const federation = { domain: declaration.domain, publicKey: commune.publicKey };
/** What the next update is compared with (docs/site.md): known when this one is complete, so that a failed one can be taken back. */
export const published = pulumi
  .all([commune.seedFingerprint, cluster, commune.hotspots?.signed ?? before?.signed, commune.done])
  .apply(([seed, uid, signed]) =>
    withHistory(
      {
        ...publish(plan, seed, before, signed),
        pods,
        data: site.dataIsDisposable ? "disposable" : "protected",
        site: siteFacts(site),
        seedFrom,
        cluster: uid,
      },
      before,
      revisionOf(stacks, declaredId),
    ),
  );
