import { fileURLToPath } from "node:url";
import { Provider } from "@pulumi/kubernetes/provider.js";
import pulumi from "@pulumi/pulumi";
import { refusedChanges } from "./components/commune/changes.ts";
import { Commune } from "./components/commune/index.ts";
import { announcedInterruptions } from "./components/commune/interruptions.ts";
import { loadCommune } from "./components/commune/load.ts";
import { planCommune } from "./components/commune/plan.ts";
import { published as publish } from "./components/commune/published.ts";
import { quietSdk } from "./components/commune/quiet.ts";
import { refuse } from "./components/commune/refuse.ts";
import { DeclarationError } from "./components/declaration/problem.ts";
import { declaredLinks } from "./components/federation/links.ts";
import { withStackKeys } from "./components/federation/stack-keys.ts";
import { seedFingerprint } from "./components/seed/derive.ts";
import {
  givenSecrets,
  lastPublished,
  movedServices,
  seedFromConfig,
  siteFromConfig,
} from "./components/site/config.ts";

quietSdk();
const id = pulumi.getStack();
const site = siteFromConfig();
const loaded = loadCommune(fileURLToPath(new URL("stacks", import.meta.url)), id);
if (!loaded.ok) refuse(loaded.error.message);

const { declaration, positions } = loaded;
const metropolis =
  loaded.federation &&
  (await withStackKeys(loaded.federation, declaredLinks(declaration, loaded.federation)));
const beside = { places: loaded.places?.places, metropolis };
const plan = planCommune(declaration, site, beside);
const given = givenSecrets(plan.givenSecrets);
const givenSeed = await seedFromConfig();
const before = await lastPublished();
if (before) {
  const seed = givenSeed && seedFingerprint(givenSeed, id);
  const refused = refusedChanges(before, plan, { seed, moved: movedServices() });
  if (refused.length > 0) {
    const problems = refused.map(({ field, message }) => positions.problem(field, message));
    refuse(new DeclarationError(problems).message);
  }
  for (const sentence of announcedInterruptions(before, plan)) pulumi.log.warn(sentence);
}

const provider = new Provider(`${id}-cluster`, {
  ...(site.context === undefined ? {} : { context: site.context }),
  // Changing it is how a commune is moved as a whole; without it a moved cluster goes unnoticed.
  clusterIdentifier: `${id}-${site.name}`,
  // Otherwise a changed ConfigMap is deleted and created again, with every Deployment that reads it.
  enableConfigMapMutable: true,
  enableSecretMutable: true,
  // A killed engine forgets the object that it was creating: the next run takes it over instead of failing.
  upsertExistingObjects: true,
});
const commune = new Commune(
  id,
  {
    declaration,
    site,
    ...beside,
    seed: givenSeed === undefined ? undefined : pulumi.secret(givenSeed),
    given,
  },
  { providers: { kubernetes: provider } },
);

/** Public addresses, by service. */
export const addresses = commune.addresses;
/** Passwords set at the first start, by service: `pulumi stack output --show-secrets accounts`. */
export const accounts = pulumi.secret(commune.accounts);
/** What preparing hotspots takes, with the key of each: docs/hotspots.md. */
export const hotspots = commune.hotspots?.provisioning ?? {};
/** What publishing for schools takes: docs/schools.md. */
export const schools = commune.schools?.publishing ?? {};
/** What peers know the commune by: its entry in their stacks/federation.yaml. */
export const federation = { domain: declaration.domain, publicKey: commune.publicKey };
/** What the next update is compared with (docs/site.md): known when this one is complete, so that a failed one can be taken back. */
export const published = pulumi
  .all([commune.seedFingerprint, commune.done])
  .apply(([seed]) => publish(plan, seed));
