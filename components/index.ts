/** Modules with which another Pulumi program can build: docs/toolkit.md. */

export type { CommuneArgs } from "./commune/args.ts";
export { type CommuneDeclaration, communeSchema } from "./commune/declaration.ts";
export { factsOf } from "./commune/facts.ts";
export { Commune } from "./commune/index.ts";
export { type LoadedCommune, loadCommune } from "./commune/load.ts";
export { planCommune } from "./commune/plan.ts";
export type { CommunePlan } from "./commune/planned.ts";
export { publicHosts } from "./commune/public-hosts.ts";
export { type LoadedBuilds, loadBuilds } from "./commune/versions/builds.ts";
export { Federation, type FederationArgs } from "./federation/index.ts";
export { type Federation as Metropolis, loadFederation } from "./federation/members.ts";
export { planFederation } from "./federation/plan.ts";
export { DeclarationError, type Problem } from "./foundation/declaration/problem.ts";
export { type Deployed, deployImages } from "./foundation/image/deployed.ts";
export type { ImageLock } from "./foundation/image/lock.ts";
export { type Pod, transformPods } from "./foundation/manifest/pod-template.ts";
export { Namespace } from "./foundation/namespace/index.ts";
export type { RequestSource } from "./foundation/network-policy/ingress.ts";
export { Seed, type SeedArgs } from "./foundation/seed/index.ts";
export type { KeyPair } from "./foundation/site/certificate.ts";
export { dataHolderOptions } from "./foundation/site/data-holders.ts";
export { type Scheduling, schedulePods, type Toleration } from "./foundation/site/scheduling.ts";
export { siteSchema } from "./foundation/site/settings.ts";
export { apiServerOf, peersOf, type Site, siteOf } from "./foundation/site/site.ts";
export { Hotspots, type HotspotsArgs } from "./places/hotspots/index.ts";
export { planHotspots } from "./places/hotspots/plan.ts";
export type { SignedSerial } from "./places/hotspots/serial.ts";
export type {
  CacheClient,
  CacheConnection,
  Caches,
  CacheVolume,
  ServiceCache,
} from "./platform/cache/contract.ts";
export { Cache, ValkeyCaches } from "./platform/cache/index.ts";
export type { CacheArgs, ValkeyArgs } from "./platform/cache/spread.ts";
export type {
  DatabaseClient,
  DatabaseConnection,
  DatabaseServer,
  ServiceDatabase,
} from "./platform/database/contract.ts";
export { ExternalDatabase, type ExternalServer } from "./platform/database/external.ts";
export { Database, type DatabaseArgs } from "./platform/database/index.ts";
export type { IngressProvider, PublicName, ServiceExposure } from "./platform/exposure/contract.ts";
export { Exposure, IngressController } from "./platform/exposure/index.ts";
export type { ExposureSpec } from "./platform/exposure/manifests.ts";
export type { Mail } from "./platform/mail/plan.ts";
export type { Media } from "./platform/media/plan.ts";
export { Vault, type VaultArgs } from "./recovery/vault/index.ts";
export { planVaults } from "./recovery/vault/plan.ts";
export { SchoolResources, type SchoolResourcesArgs } from "./schools/schools/index.ts";
export { planSchools } from "./schools/schools/plan.ts";
export { defineService, type Service } from "./services/define.ts";
export type { CommuneFacts } from "./services/facts.ts";
export { services } from "./services/index.ts";
export { mastodonDatabaseClient } from "./services/mastodon/database.ts";
export { Mastodon, type MastodonArgs } from "./services/mastodon/index.ts";
export { planMastodon } from "./services/mastodon/plan.ts";
export { nextcloudDatabaseClient } from "./services/nextcloud/database.ts";
export { Nextcloud, type NextcloudArgs } from "./services/nextcloud/index.ts";
export { planNextcloud } from "./services/nextcloud/plan.ts";
export { peertubeDatabaseClient } from "./services/peertube/database.ts";
export { Peertube, type PeertubeArgs } from "./services/peertube/index.ts";
export { planPeertube } from "./services/peertube/plan.ts";
export type { RunningService, ServiceDefinition } from "./services/service.ts";
