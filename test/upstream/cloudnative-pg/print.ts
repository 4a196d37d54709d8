import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import yaml from "js-yaml";
import * as z from "zod";
import { type Schema, usedOf } from "./fields.ts";
import { everyField } from "./sample.ts";

/**
 * Prints what upstream says of the fields that the toolkit writes:
 * `npx tsx test/upstream/cloudnative-pg/print.ts <tag> <postgresql.cnpg.io_clusters.yaml> > test/upstream/cloudnative-pg/clusters.json`
 */
const [tag = "", file = ""] = process.argv.slice(2);
const text = readFileSync(file, "utf8");
const crd = z
  .object({
    spec: z.object({
      group: z.string(),
      names: z.object({ kind: z.string(), plural: z.string() }),
      versions: z.array(
        z.object({
          name: z.string(),
          schema: z.object({
            openAPIV3Schema: z.object({ properties: z.object({ spec: z.custom<Schema>() }) }),
          }),
        }),
      ),
    }),
  })
  .parse(yaml.load(text));
const [version] = crd.spec.versions;
if (version === undefined) throw new Error(`${file} has no version`);
const { spec } = z.object({ spec: z.unknown() }).parse(everyField());
const taken = {
  repository: "cloudnative-pg/cloudnative-pg",
  tag,
  path: "config/crd/bases/postgresql.cnpg.io_clusters.yaml",
  sha256: createHash("sha256").update(text).digest("hex"),
  licence: "Apache-2.0",
  group: crd.spec.group,
  version: version.name,
  ...crd.spec.names,
  spec: usedOf(version.schema.openAPIV3Schema.properties.spec, spec),
};
const { kind, plural, ...rest } = taken;
console.log(JSON.stringify({ ...rest, kind, plural }, undefined, 2));
