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

/** Communes of a region, of which nobody has written down the names. */
export function manyCommunes(count: number): GeneratedCommune[] {
  return Array.from({ length: count }, (_, index) => {
    const id = `commune-nouvelle-${String(index + 1).padStart(5, "0")}`;
    // Departments 01 to 19, each with its communes 001 to 900. Source: INSEE, code officiel géographique.
    const [department, place] = [1 + Math.floor(index / 900), 1 + (index % 900)];
    const insee = `${String(department).padStart(2, "0")}${String(place).padStart(3, "0")}`;
    return { id, name: `Commune Nouvelle ${index + 1}`, insee, domain: `${id}.test` };
  });
}

/** `federation.yaml` of thousands of communes: every field, in groups of one size. The first of each runs what it shares. */
export function groupedMetropolis(communes: readonly GeneratedCommune[], size: number): object {
  const { members } = metropolisOf(communes) as { members: Record<string, object> };
  const key = "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";
  const full = Object.entries(members).map(([id, member]) => [
    id,
    { ...member, hosts: [`${id}.hebergeur.test`], publicKey: key, vaultKey: key },
  ]);
  const groups = Array.from({ length: Math.ceil(communes.length / size) }, (_, index) => {
    const here = communes.slice(index * size, (index + 1) * size);
    const { id: commune, domain } = here[0] ?? { id: "", domain: "" };
    const runs = {
      relay: { commune, inbox: `https://relais.${domain}/inbox` },
      index: { commune, url: `https://recherche.${domain}` },
    };
    return [
      `groupe-${index + 1}`,
      { name: `Groupe ${index + 1}`, members: here.map(({ id }) => id), ...runs },
    ];
  });
  return { name: "Région", members: Object.fromEntries(full), groups: Object.fromEntries(groups) };
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
export function writeMetropolis(
  stacks: string,
  communes: readonly GeneratedCommune[],
  metropolis = metropolisOf(communes),
): void {
  mkdirSync(stacks, { recursive: true });
  writeFileSync(join(stacks, "federation.yaml"), yaml.dump(metropolis));
  for (const commune of communes) {
    mkdirSync(join(stacks, commune.id), { recursive: true });
    writeFileSync(join(stacks, commune.id, "commune.yaml"), yaml.dump(declarationOf(commune)));
  }
}
