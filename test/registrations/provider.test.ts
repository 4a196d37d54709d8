import { readFileSync } from "node:fs";
import { join } from "node:path";
import pulumi from "@pulumi/pulumi";
import yaml from "js-yaml";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { communeSchema } from "../../components/commune/declaration.ts";
import { communeProvider } from "../../components/commune/provider/index.ts";
import { packageSchema } from "../../components/commune/provider/package-schema.ts";
import { communeType, withFiles } from "../../components/commune/provider/surface.ts";
import { checkout } from "../../local/paths.ts";
import { registered } from "./declared.ts";
import { reviewed } from "./golden.ts";
import { record } from "./recorder.ts";

const provider = communeProvider("1.2.3");

const declaration = {
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
  mail: {
    relay: "smtp.bron.test",
    port: 465,
    encryption: "tls",
    user: "nuage",
    from: "nuage@bron.test",
  },
  nextcloud: { quotaPerUser: "2 GiB" },
};
const given = { "mail-password": pulumi.secret("given mail-password") };

const construct = (inputs: pulumi.Inputs, name = "bron", type = communeType) =>
  provider.construct(name, type, inputs, {});

/** Problems that the provider has with inputs, each as its path and the reason. */
async function problemsOf(inputs: pulumi.Inputs, name?: string): Promise<string[]> {
  const error: unknown = await construct(inputs, name).catch((thrown: unknown) => thrown);
  if (!pulumi.InputPropertiesError.isInstance(error)) throw error;
  expect(error.message).toMatch(/^\d+ problems?\. Nothing was changed\.$/);
  return error.errors.map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`);
}

describe("a commune that another language registers", () => {
  test("is what the component in TypeScript registers, and its outputs are addresses and first accounts", async () => {
    let state: pulumi.Inputs = {};
    const constructed = await record("bron", async () => {
      ({ state } = await construct({ declaration, given }));
    });
    const alike = await registered({
      declaration: communeSchema.parse(declaration),
      metropolis: undefined,
      places: undefined,
    });
    expect(alike.map(({ type }) => type)).toContain("commune:index:Nextcloud");
    expect(alike.map(({ type }) => type)).toContain("commune:index:Database");
    expect(reviewed(constructed)).toEqual(reviewed(alike));
    expect(state.addresses).toMatchObject({ nextcloud: "https://cloud.bron.test" });
    expect(await pulumi.isSecret(state.accounts)).toBe(true);
  });

  test("is in the YAML program of docs/languages.md a Nextcloud with its database", async () => {
    const page = readFileSync(join(checkout, "docs", "languages.md"), "utf8");
    const [, text = ""] = /```yaml\n([^`]*)```/.exec(page) ?? [];
    const properties = z.record(z.string(), z.unknown());
    const component = z.object({ type: z.literal("commune:Commune"), properties });
    const { resources } = z.object({ resources: z.object({ bron: component }) }).parse(yaml.load(text));
    const constructed = await record("bron", async () => {
      await construct(resources.bron.properties);
    });
    const types = constructed.map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(["commune:index:Nextcloud", "commune:index:Database"]));
    expect(types).not.toContain("commune:index:Mastodon");
  });

  test("is refused before anything is registered, with every problem and the path of its input", async () => {
    const wrong = {
      declaration: { ...declaration, nextcloud: { quotaPerUser: "2" }, nextclod: {}, population: "many" },
      site: { ingress: "apache", data: "disposable" },
    };
    const problems = await problemsOf(wrong);
    expect(problems.map((problem) => problem.split(":")[0]).sort()).toEqual([
      "declaration.nextclod",
      "declaration.nextcloud.quotaPerUser",
      "declaration.population",
      "site.ingress",
    ]);
    expect(problems.join("\n")).toContain('unknown section. Did you mean "nextcloud"?');
    expect(problems.join("\n")).toContain("site.ingress: write one of: traefik, k3s");
  });

  test.each<[string, pulumi.Inputs, string]>([
    ["has another id than the resource", { declaration: { ...declaration, id: "lyon" } }, "declaration.id: "],
    [
      "reads other files",
      { declaration: { ...declaration, tenants: {} } },
      "declaration.tenants: is not for",
    ],
    [
      "shares a name",
      { declaration: { ...declaration, mastodon: { subdomain: "cloud" } } },
      "declaration.mastodon.subdomain: ",
    ],
    [
      "asks for more nodes than the site has",
      { declaration: { ...declaration, availability: "node-loss" }, given },
      "declaration.availability: ",
    ],
    [
      "is not known before something is registered",
      { declaration: { ...declaration, domain: pulumi.output("bron.test") } },
      "declaration.domain: is an output",
    ],
    ["names a cluster", { declaration, given, site: { context: "mairie" } }, "site.context: is not for"],
    [
      "copies a certificate",
      { declaration, given, site: { certificate: "secret:tls/bron" } },
      "site.certificate: ",
    ],
    ["needs a secret", { declaration }, "given.mail-password: is not there"],
  ])("is refused if it %s", async (_, inputs, problem) => {
    const problems = await problemsOf(inputs);
    expect(problems).toEqual([expect.stringContaining(problem)]);
  });

  test("is the only component", async () => {
    await expect(construct({}, "bron", "commune:index:Nextcloud")).rejects.toThrow(communeType);
  });
});

describe("the schema of the package", () => {
  const schema: {
    types: Record<string, { properties: Record<string, unknown>; required: string[] }>;
    resources: Record<string, { inputProperties: object }>;
  } = JSON.parse(JSON.stringify(packageSchema()));

  test("is the reviewed file, with the toolkit's version", async () => {
    const text = `${JSON.stringify(packageSchema(), undefined, 2)}\n`;
    await expect(text).toMatchFileSnapshot("../../provider/schema.json");
    expect(JSON.parse(await provider.getSchema())).toEqual({ ...schema, version: "1.2.3" });
  });

  test("has every section of a declaration, except those that read other files, and what must be written", () => {
    const { properties, required } = schema.types["commune:index:Declaration"] ?? {
      properties: {},
      required: [],
    };
    const editors: { properties: object; required: string[] } = JSON.parse(
      readFileSync(join(checkout, "stacks", "commune.schema.json"), "utf8"),
    );
    expect([...Object.keys(properties), ...Object.keys(withFiles)].sort()).toEqual(
      Object.keys(editors.properties).sort(),
    );
    expect(required).toEqual(editors.required);
  });

  test("refers only to types that it has", () => {
    const named = [...JSON.stringify(schema).matchAll(/"#\/types\/([^"]+)"/g)].map(([, name = ""]) => name);
    expect(named.filter((name) => schema.types[name] === undefined)).toEqual([]);
    expect(Object.keys(schema.types).filter((name) => !named.includes(name))).toEqual([]);
  });
});
