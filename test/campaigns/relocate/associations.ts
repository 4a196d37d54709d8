import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import yaml from "js-yaml";
import { Agenda } from "./agenda.ts";
import { type Application, domainOf, type OnSite } from "./application.ts";
import { Wordpress } from "./wordpress.ts";

/** One that shares the commune's MariaDB, and one whose two applications have a server of its own each. */
const [sharing, own] = ["chorale", "cinema"] as const;
const tenants = {
  [sharing]: { applications: { wordpress: {} } },
  [own]: {
    applications: { wordpress: {}, mobilizon: {} },
    dedicatedDatabase: { storage: "1 GiB" },
    postgresql: { storage: "1 GiB" },
  },
};

/** Section that the commune declares for them. */
export const associationsSection = (commune: string) => ({
  domain: domainOf(commune),
  mariadb: { memory: "256 MiB", storage: "1 GiB" },
});

/** Every name that a browser may ask for. */
export function associationNames(commune: string): string[] {
  const domain = domainOf(commune);
  return [domain, ...[sharing, own, `agenda-public.${own}`].map((name) => `${name}.${domain}`)];
}

/** Writes their files into a commune's folder. */
export function declareAssociations(folder: string): void {
  mkdirSync(join(folder, "tenants"), { recursive: true });
  for (const [id, declared] of Object.entries(tenants)) {
    const known = { id, name: `Association ${id}`, contact: `bureau@${id}.test` };
    const tenant = { ...known, plan: "large", expires: "2028-06-30", ...declared };
    writeFileSync(join(folder, "tenants", `${id}.yaml`), yaml.dump(tenant));
  }
}

/** Their applications. */
export const applicationsOf = (commune: string, kubectl: OnSite): Application[] => [
  new Wordpress(kubectl, { commune, id: sharing }, "mariadb"),
  new Wordpress(kubectl, { commune, id: own }, `db--${own}`),
  new Agenda(kubectl, { commune, id: own }),
];
