import { type Availabilities, availabilityOf } from "../foundation/availability/availability.ts";
import { type Image, images, type PostgresqlMajor } from "../foundation/image/catalogue.ts";
import type { Translated } from "../foundation/language/language.ts";
import type { HelpPage } from "../foundation/page/help.ts";
import type { FrenchWords } from "../foundation/part/french.ts";
import type { Part, Software } from "../foundation/part/part.ts";
import type { Register } from "../foundation/part/registered.ts";
import type { Watched } from "../foundation/part/watched.ts";
import type { PointBucket, PointContents } from "../foundation/restore-point/contract.ts";
import type { PointSubject } from "../foundation/restore-point/subject.ts";
import { labelText } from "../foundation/seed/derive.ts";
import type { SecretLabel } from "../foundation/seed/labels.ts";
import type { DataHolders } from "../foundation/site/data-holders.ts";
import { cacheConnection, cachePassword, cachePort, cacheWorkload } from "../platform/cache/manifests.ts";
import type { DatabaseClient } from "../platform/database/contract.ts";
import type { VersionedServer } from "../platform/database/manifests.ts";
import { ownServer, type SharedServer, sharedServerName } from "../platform/database/plan.ts";
import { databasePassword } from "../platform/database/secrets.ts";
import { clientSecretLabel } from "../platform/login/secrets.ts";
import { type BucketFiles, mediaKeys, objectsKeys } from "../platform/media/plan.ts";
import type { CommuneFacts } from "./facts.ts";
import type { ServiceSection } from "./service.ts";

const nginx = { name: "nginx", image: images.nginx };
const valkey = { name: "valkey", image: images.valkey };
const haproxy = { name: "haproxy", image: images.haproxy };

/** Input of a service's plan: its section among all, that of what was retired, and what it may know of its commune. */
export interface ServiceAround<Sections> {
  declaration: Sections & { retired: Sections };
  facts: CommuneFacts;
  /** Facts of the commune as if all that was retired ran. */
  factsAsItRan: CommuneFacts;
}

/** Members of a planned service that its part reads. */
interface Planned {
  holders: DataHolders;
  plan: {
    commune: string;
    host: string;
    version: string;
    handleDomain?: string;
    media?: { kind: "volume" } | BucketFiles | undefined;
  };
  /** Whether the bucket with its files is its own. */
  hasOwnBucket?: boolean;
  client: Pick<DatabaseClient, "database" | "workloads">;
  dedicatedDatabase: VersionedServer | undefined;
  keys: readonly SecretLabel[];
  restorePoint: PointContents;
  help: HelpPage | undefined;
  software: readonly Software[];
  watched: readonly Watched[];
}

/** Plans that a service's part reads beside its own. */
export interface SharedPlans {
  database?: SharedServer | undefined;
  /** Availability of the commune and its services; undefined if it is not known: one of each then. */
  availability?: Availabilities | undefined;
}

/** Members of a service from which its part is made. */
interface Defined<Plans, Sections, Given, Fields> {
  name: string;
  title: string;
  keys: readonly SecretLabel[];
  passwords: readonly SecretLabel[];
  hasNoCache?: boolean;
  whenNodeIsLost: string;
  images: readonly Image[];
  formerVolume?: string;
  login?: object;
  french?: FrenchWords;
  link?: { of: { french: string } };
  planIn(sections: Sections, facts: CommuneFacts): Plans | undefined;
  plannedIn(plans: Plans): Planned | undefined;
  field(): Fields;
  sectionIn(sections: Sections): ServiceSection | undefined;
  drilledIn(sections: Sections): object;
  registrar(): Promise<Register<Given>>;
}

/** A service as a part of a commune: what every service has by its definition. */
export function servicePart<Plans, Sections extends object, Given, Fields>(
  service: Defined<Plans, Sections, Given, Fields>,
): Part<Plans & SharedPlans, ServiceAround<Sections>, Given, Fields> {
  const { name, title, keys, passwords, hasNoCache, login, formerVolume } = service;
  const changing: SecretLabel[] = [
    ...passwords,
    databasePassword(name),
    ...(hasNoCache ? [] : [cachePassword(name)]),
  ];
  const kind = "service";
  return {
    kind,
    whenNodeIsLost: service.whenNodeIsLost,
    fields: () => service.field(),
    retirements(declaration) {
      const retired = service.sectionIn(declaration.retired);
      const { dedicatedDatabase: own, formerVolume: former } =
        service.sectionIn(declaration) ?? retired ?? {};
      return [
        [name, retired?.retired],
        // Its own server goes with it, unless it went before.
        [ownServer(name), own && (own.retired ?? retired?.retired)],
        ...(formerVolume === undefined ? [] : [[formerVolume, former] as const]),
      ];
    },
    drilled: (declaration, services) => (services.includes(name) ? service.drilledIn(declaration) : {}),
    help(plans) {
      const page = service.plannedIn(plans)?.help;
      return page ? [page] : [];
    },
    plan({ declaration, facts, factsAsItRan }) {
      const running = service.planIn(declaration, facts);
      const retired = service.planIn(declaration.retired, factsAsItRan);
      return { ...(running && { running }), ...(retired && { retired }) };
    },
    sections: { [name]: { en: title, fr: title } },
    ...(service.french && { french: service.french }),
    thingNamed(called) {
      if (called === name) return { kind, title: { en: title, fr: title }, retirement: [name, "retired"] };
      if (called === ownServer(name)) {
        const words = { en: "the database of %", fr: "la base de %" };
        return { kind, of: name, title: words, retirement: [name, "dedicatedDatabase", "retired"] };
      }
      if (called !== formerVolume) return undefined;
      const words = { en: called, fr: called };
      return { kind, of: name, title: words, retirement: [name, "formerVolume"], goesWith: name };
    },
    held(plans) {
      const planned = service.plannedIn(plans);
      if (planned === undefined) return [];
      const volumes = planned.holders.volumes.filter((volume) => volume.name === formerVolume);
      return [name, ...volumes.map((volume) => volume.name)];
    },
    heldBefore({ services, volumes }) {
      if (!(name in services)) return [];
      return [name, ...(formerVolume !== undefined && formerVolume in volumes ? [formerVolume] : [])];
    },
    holders(plans) {
      const planned = service.plannedIn(plans);
      return planned ? [planned.holders] : [];
    },
    labels: [...changing, ...keys, ...(login ? [clientSecretLabel(name)] : [])],
    servers: [ownServer(name)],
    rowsAt(plans) {
      const planned = service.plannedIn(plans);
      return planned ? { [name]: planned.dedicatedDatabase?.server ?? sharedServerName } : {};
    },
    copied(plans) {
      const subject = subjectOf(name, service.plannedIn(plans), plans.database);
      return subject ? [subject] : [];
    },
    restorePoints: [name],
    images: () => service.images,
    secrets(plans) {
      const planned = service.plannedIn(plans);
      return planned ? [...changing, ...planned.keys] : [];
    },
    offered(plans) {
      const version = service.plannedIn(plans)?.plan.version;
      const [image, ...more] = service.images;
      if (version === undefined || image === undefined) return [];
      const purpose = service.link?.of.french ?? title;
      return [{ image, name: title, version, purpose }, ...more.map((each) => ({ image: each, version }))];
    },
    software(plans) {
      const planned = service.plannedIn(plans);
      if (planned === undefined) return [];
      const { availability } = plans;
      const isSpread = availability !== undefined && availabilityOf(availability, name) === "node-loss";
      return [...(hasNoCache ? [] : [valkey, ...(isSpread ? [haproxy] : [])]), ...planned.software, nginx];
    },
    hosts(plans) {
      const host = service.plannedIn(plans)?.plan.host;
      return host === undefined ? [] : [{ service: name, host, path: "" }];
    },
    watched(plans) {
      const planned = service.plannedIn(plans);
      if (planned === undefined) return [];
      return [...(hasNoCache ? [] : [cacheOf(planned.plan.commune, name)]), ...planned.watched];
    },
    buckets(plans) {
      const media = service.plannedIn(plans)?.plan.media;
      if (media?.kind !== "s3") return [];
      const { endpoint, bucket, addressing } = media;
      return [{ service: name, endpoint, bucket, addressing }];
    },
    noticed(plans) {
      const planned = service.plannedIn(plans);
      if (planned === undefined) return [];
      const itself = { pod: name, section: name, told: restarts(title), version: planned.plan.version };
      const told = cacheRestarts(title, planned.holders.queue !== undefined);
      return [itself, ...(hasNoCache ? [] : [{ pod: cacheConnection(name).host, section: name, told }])];
    },
    component: () => service.registrar(),
  };
}

/** Major version of the programs that dump a server outside. They refuse a newer server. */
const ownMajor = images.postgresql.reference.replace(/^.*:(\d+)\..*$/, "$1") as PostgresqlMajor;

function subjectOf(
  service: string,
  planned: Planned | undefined,
  shared: SharedPlans["database"],
): PointSubject | undefined {
  if (planned === undefined) return undefined;
  const bucket = bucketOf(planned);
  const [volume] = planned.holders.volumes;
  const [pods] = planned.client.workloads;
  const beside = volume?.workload ?? (bucket && pods);
  if (beside === undefined) return undefined;
  const { plan, client, keys, restorePoint, dedicatedDatabase } = planned;
  const server = dedicatedDatabase ?? (shared && "ours" in shared ? shared.ours : undefined);
  return {
    service,
    running: {
      version: plan.version,
      host: plan.host,
      ...(plan.handleDomain !== undefined && { handles: plan.handleDomain }),
    },
    keys: keys.map(labelText),
    contents: restorePoint,
    beside,
    rows: {
      engine: "postgresql",
      major: server?.major ?? ownMajor,
      server: server && serverNamed(server),
      database: client.database,
    },
    ...(bucket && { bucket }),
  };
}

function bucketOf({ plan: { media }, hasOwnBucket = false }: Planned): PointBucket | undefined {
  if (media?.kind !== "s3") return undefined;
  const { endpoint, region, bucket, prefix, addressing } = media;
  return { endpoint, region, bucket, prefix, addressing, keys: hasOwnBucket ? objectsKeys : mediaKeys };
}

/** Returns what finds a server. */
function serverNamed({ commune, server, availability }: VersionedServer) {
  return { commune, server, ...(availability && { availability }) };
}

function restarts(title: string): Translated {
  return {
    en: `${title} restarts: nobody can use it for about a minute.`,
    fr: `${title} redémarre : personne ne peut s’en servir pendant une minute environ.`,
  };
}

/** @param keeps whether queued work in the cache stays. */
function cacheRestarts(title: string, keeps: boolean): Translated {
  const en = keeps ? ". What waits in it stays." : ", and who is logged in has to log in again.";
  const fr = keeps ? ". Ce qui y attend reste." : ", et qui est connecté doit se reconnecter.";
  return {
    en: `The cache of ${title} restarts: for some seconds it answers with errors${en}`,
    fr: `Le cache de ${title} redémarre : pendant quelques secondes, des erreurs apparaissent${fr}`,
  };
}

function cacheOf(commune: string, service: string): Watched {
  return {
    ...{ by: "connection", protocol: "valkey", kind: "cache", through: cacheConnection(service).host },
    ...{ workload: cacheWorkload({ commune, service }), port: cachePort },
  };
}
