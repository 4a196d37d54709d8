/** What another Pulumi program can build with: docs/toolkit.md. */
export type { CacheClient, CacheConnection, Caches, CacheVolume, ServiceCache } from "./cache/contract.ts";
export { Cache, type CacheArgs, type ValkeyArgs, ValkeyCaches } from "./cache/index.ts";
export { type CommuneDeclaration, communeSchema } from "./commune/declaration.ts";
export { Commune, type CommuneArgs } from "./commune/index.ts";
export { type LoadedCommune, loadCommune } from "./commune/load.ts";
export { type CommunePlan, planCommune, publicHosts } from "./commune/plan.ts";
export type {
  DatabaseClient,
  DatabaseConnection,
  DatabaseServer,
  ServiceDatabase,
} from "./database/contract.ts";
export { ExternalDatabase, type ExternalServer } from "./database/external.ts";
export { Database, type DatabaseArgs } from "./database/index.ts";
export { DeclarationError, type Problem } from "./declaration/problem.ts";
export type { Entrance, PublicName, ServiceExposure } from "./exposure/contract.ts";
export { Exposure, IngressController } from "./exposure/index.ts";
export type { ExposureSpec } from "./exposure/manifests.ts";
export { Federation, type FederationArgs } from "./federation/index.ts";
export { type Federation as Metropolis, loadFederation } from "./federation/members.ts";
export { planFederation } from "./federation/plan.ts";
export { Hotspots, type HotspotsArgs } from "./hotspots/index.ts";
export { planHotspots } from "./hotspots/plan.ts";
export type { Mail } from "./mail/mail.ts";
export { Mastodon, type MastodonArgs, mastodonDatabaseClient } from "./mastodon/index.ts";
export { planMastodon } from "./mastodon/plan.ts";
export type { Media } from "./media/media.ts";
export { Namespace } from "./namespace/index.ts";
export { Nextcloud, type NextcloudArgs, nextcloudDatabaseClient } from "./nextcloud/index.ts";
export { planNextcloud } from "./nextcloud/plan.ts";
export { Peertube, type PeertubeArgs, peertubeDatabaseClient } from "./peertube/index.ts";
export { planPeertube } from "./peertube/plan.ts";
export { SchoolResources, type SchoolResourcesArgs } from "./schools/index.ts";
export { planSchools } from "./schools/plan.ts";
export { Seed, type SeedArgs } from "./seed/index.ts";
export { dataHolderOptions } from "./site/data-holders.ts";
export { peersOf, type Site, siteOf, siteSchema } from "./site/site.ts";
