import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import yaml from "js-yaml";
import { identifierFrom } from "../components/foundation/declaration/identifier.ts";

/** One commune of the metropolis of Lyon. */
export interface GeneratedCommune {
  id: string;
  name: string;
  insee: string;
  domain: string;
}

/** The communes of the metropolis of Lyon. Source: INSEE, code officiel géographique 2026; 58 communes. */
export function communesOfLyon(): GeneratedCommune[] {
  const text = readFileSync(new URL("communes-metropole-de-lyon.csv", import.meta.url), "utf8");
  return text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => {
      const [insee = "", name = ""] = line.split(",");
      const id = identifierFrom(name);
      if (id === undefined) throw new Error(`${name} gives no id`);
      return { id, name, insee, domain: `${id}.test` };
    });
}

/** `federation.yaml` of a metropolis of these communes. */
export function metropolisOf(communes: readonly GeneratedCommune[]): object {
  const members = communes.map(({ id, name, insee, domain }) => [
    id,
    { name, insee, domain, contact: `numerique@${domain}` },
  ]);
  return { name: "Métropole de Lyon", members: Object.fromEntries(members) };
}

/** `commune.yaml` of a commune that federates with all others. */
export function declarationOf({ id, name, insee, domain }: GeneratedCommune): object {
  return {
    id,
    name,
    insee,
    domain,
    population: 10_000,
    contact: `numerique@${domain}`,
    nextcloud: {},
    mastodon: {},
    peertube: {},
    federation: { with: "all" },
  };
}

/** Writes declarations of communes that all federate with each other into a folder `stacks`. */
export function writeMetropolis(stacks: string, communes: readonly GeneratedCommune[]): void {
  mkdirSync(stacks, { recursive: true });
  writeFileSync(join(stacks, "federation.yaml"), yaml.dump(metropolisOf(communes)));
  for (const commune of communes) {
    mkdirSync(join(stacks, commune.id), { recursive: true });
    writeFileSync(join(stacks, commune.id, "commune.yaml"), yaml.dump(declarationOf(commune)));
  }
}
