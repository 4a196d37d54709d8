import { type Image, images } from "../foundation/image/catalogue.ts";
import type { HelpPage } from "../foundation/page/help.ts";
import type { Part } from "../foundation/part/part.ts";
import type { Register } from "../foundation/part/registered.ts";
import type { Watched } from "../foundation/part/watched.ts";
import type { SecretLabel } from "../foundation/seed/labels.ts";
import type { DataHolders } from "../foundation/site/data-holders.ts";
import { cacheConnection, cachePassword, cachePort, cacheWorkload } from "../platform/cache/manifests.ts";
import { ownServer } from "../platform/database/plan.ts";
import { databasePassword } from "../platform/database/secrets.ts";
import { clientSecretLabel } from "../platform/login/secrets.ts";
import type { CommuneFacts } from "./facts.ts";
import type { ServiceSection } from "./service.ts";

const nginx = { name: "nginx", image: images.nginx };
const valkey = { name: "valkey", image: images.valkey };

/** Input of a service's plan: its section among all, that of what was retired, and what it may know of its commune. */
export interface ServiceAround<Sections> {
  declaration: Sections & { retired: Sections };
  facts: CommuneFacts;
  /** Facts of the commune as if all that was retired ran. */
  factsAsItRan: CommuneFacts;
}

/** Members of a service from which its part is made. */
interface Defined<Plans, Sections, Given, Fields> {
  name: string;
  title: string;
  keys: readonly SecretLabel[];
  passwords: readonly SecretLabel[];
  hasNoCache?: boolean;
  images: readonly Image[];
  formerVolume?: string;
  login?: object;
  planIn(sections: Sections, facts: CommuneFacts): Plans | undefined;
  plannedIn(plans: Plans):
    | {
        holders: DataHolders;
        plan: { commune: string; host: string };
        help: HelpPage | undefined;
        watched: readonly Watched[];
      }
    | undefined;
  field(): Fields;
  sectionIn(sections: Sections): ServiceSection | undefined;
  drilledIn(sections: Sections): object;
  registrar(): Promise<Register<Given>>;
}

/** A service as a part of a commune: what every service has by its definition. */
export function servicePart<Plans, Sections extends object, Given, Fields>(
  service: Defined<Plans, Sections, Given, Fields>,
): Part<Plans, ServiceAround<Sections>, Given, Fields> {
  const { name, title, keys, passwords, hasNoCache, login, formerVolume } = service;
  const labels: SecretLabel[] = [
    ...passwords,
    databasePassword(name),
    ...(hasNoCache ? [] : [cachePassword(name)]),
    ...keys,
  ];
  const kind = "service";
  return {
    kind,
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
    labels: [...labels, ...(login ? [clientSecretLabel(name)] : [])],
    servers: [ownServer(name)],
    restorePoints: [name],
    images: () => service.images,
    secrets: (plans) => (service.plannedIn(plans) ? labels : []),
    software: (plans) => (service.plannedIn(plans) ? [...(hasNoCache ? [] : [valkey]), nginx] : []),
    hosts(plans) {
      const host = service.plannedIn(plans)?.plan.host;
      return host === undefined ? [] : [{ service: name, host, path: "" }];
    },
    watched(plans) {
      const planned = service.plannedIn(plans);
      if (planned === undefined) return [];
      return [...(hasNoCache ? [] : [cacheOf(planned.plan.commune, name)]), ...planned.watched];
    },
    component: () => service.registrar(),
  };
}

function cacheOf(commune: string, service: string): Watched {
  return {
    ...{ by: "connection", protocol: "valkey", kind: "cache", through: cacheConnection(service).host },
    ...{ workload: cacheWorkload({ commune, service }), port: cachePort },
  };
}
