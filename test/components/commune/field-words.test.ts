import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  choiceWords,
  common,
  fieldInFrench,
  fieldWords,
  valueInFrench,
} from "../../../components/commune/changes/field-words.ts";
import { fieldTitle } from "../../../components/commune/changes/words.ts";
import { parts } from "../../../components/commune/parts.ts";
import { applicationNames } from "../../../components/tenants/applications/list.ts";

/** Fields of a page's table below their section, and what kind of value each has; `npx commune schema` writes these tables. */
const fieldsOf = (page: string) =>
  (readFileSync(`docs/${page}`, "utf8").split("\n| `id` |")[1] ?? "").split("\n").flatMap((line) => {
    const [, name = "", kind = ""] = /^\| `([^`]+)` \| ([^|]+) \|/.exec(line) ?? [];
    return name === ""
      ? []
      : [{ steps: name.split(".").filter((step) => step !== "<name>"), kind: kind.trim() }];
  });

/** Tools that associations may have, which are names. */
const tools = applicationNames();

const ofCommune = fieldsOf("declaration.md")
  .filter(({ steps }) => steps.length > 1)
  .map(({ steps, kind }) => ({ steps: steps.slice(1), kind }));
const ofTenant = fieldsOf("tenant-fields.md").map(({ steps, kind }) => ({
  steps: steps.filter((step) => !tools.includes(step)),
  kind,
}));
/** Place for the words that a test misses, for its message. */
const whereFrenchIs =
  "which stands in the french.ts of its part (docs/parts.md), for a field of an association's application in components/tenants/tenant/french.ts";

const all = [...ofCommune, ...ofTenant].filter(({ steps }) => steps.length > 0);

describe("fields, as elected people read them", () => {
  test("there are some to look at", () => {
    expect(ofCommune.length).toBeGreaterThan(200);
    expect(ofTenant.length).toBeGreaterThan(40);
  });

  test("every field of a declaration has a French name, and none is without a field", () => {
    const names = new Set(all.flatMap(({ steps }) => steps));
    const missing = [...names].filter((name) => fieldInFrench([name]).startsWith("«"));
    expect(missing, `without a French word, ${whereFrenchIs}`).toEqual([]);
    const known = new Set([...names, ...all.map(({ steps }) => steps.slice(-2).join("."))]);
    expect(Object.keys(fieldWords).filter((name) => !known.has(name))).toEqual([]);
  });

  test("no two parts say a word of one field: what several have is said once for all", () => {
    const said = [common, ...parts.flatMap(({ french }) => french ?? [])].flatMap(
      ({ fields, choices = {} }) => [
        ...Object.keys(fields),
        ...Object.keys(choices).map((field) => `values of ${field}`),
      ],
    );
    expect(said.filter((name, index) => said.indexOf(name) !== index)).toEqual([]);
  });

  test("so has every value that one chooses from in words", () => {
    const missing = all.flatMap(({ steps, kind }) => {
      const [, list = ""] = /^one of (.*)$/.exec(kind) ?? [];
      const field = steps.at(-1) ?? "";
      return list
        .split(", ")
        .filter((each) => each !== "" && valueInFrench(each, field) === each && !/^\d+$/.test(each))
        .map((each) => `${field}: ${each}`);
    });
    expect([...new Set(missing)], `without a French word, ${whereFrenchIs}`).toEqual([]);
    const fields = new Set(all.map(({ steps }) => steps.at(-1)));
    expect(Object.keys(choiceWords).filter((field) => !fields.has(field))).toEqual([]);
  });

  test.each([
    ["nextcloud.quotaPerUser", "Nextcloud, espace par personne"],
    ["mail.relay", "courriel, relais"],
    ["portal.accessibility.plan", "pages publiques, accessibilité, plan d’action"],
    [
      "schools.establishments.jean-moulin.rooms.r1.devices",
      "écoles, établissements « jean-moulin », salles « r1 », postes",
    ],
    ["hotspots.resolvers.0", "Wi-Fi public, serveurs de noms"],
    ["domain", "domaine"],
  ])("%s is « %s »", (field, french) => {
    expect(fieldTitle(field, "fr")).toBe(french);
    expect(fieldTitle(field, "en")).toBe(field);
  });

  test.each([
    ["5 GiB", "quotaPerUser", "5 Gio"],
    ["1.5 TiB", "storage", "1,5 Tio"],
    ["1 day", "filesEvery", "1 jour"],
    ["15 minutes", "rpo", "15 minutes"],
    ["true", "live", "oui"],
    ["closed", "registrations", "fermées"],
    ["closed", "name", "closed"],
    ["smtp.bron.test", "relay", "smtp.bron.test"],
    ["3 apples", undefined, "3 apples"],
  ])("%s of %s is « %s »", (value, field, french) => {
    expect(valueInFrench(value, field)).toBe(french);
  });

  test("a name that somebody gave is quoted, also at the beginning", () => {
    expect(fieldInFrench(["jean-moulin", "levels"])).toBe("« jean-moulin », niveaux");
  });
});
