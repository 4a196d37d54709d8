import { parse, TomlError } from "smol-toml";
import * as z from "zod";
import { applicationId } from "../../foundation/declaration/identifier.ts";
import { line } from "../../foundation/declaration/line.ts";
import type { Path } from "../../foundation/declaration/position.ts";
import type { Problem } from "../../foundation/declaration/problem.ts";
import { webPage } from "../../foundation/declaration/web-page.ts";

/** Largest manifest that is read, bytes: the longest of YunoHost's catalogue has a tenth of it. */
export const largestManifest = 256 * 1024;

const translated = z.union([z.string(), z.record(z.string(), z.string())]);
const texts = z.union([z.string(), z.array(z.string())]);
const knows = z.union([z.boolean(), z.literal("not_relevant")]);
const bytes = z.string().regex(/^\d+(\.\d+)?[kKmMgG]$/, "write a number and K, M or G: 50M");

const question = z.looseObject({
  type: z.string(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  optional: z.boolean().optional(),
  ask: translated.optional(),
  choices: z.union([z.array(z.string()), z.record(z.string(), z.string())]).optional(),
});

const permission = z.looseObject({
  url: z.string().optional(),
  allowed: texts.optional(),
  auth_header: z.boolean().optional(),
  additional_urls: z.array(z.string()).optional(),
});

const resources = z.looseObject({
  apt: z.looseObject({ packages: texts.optional() }).optional(),
  database: z.looseObject({ type: z.enum(["mysql", "postgresql"], "write mysql or postgresql") }).optional(),
  data_dir: z.looseObject({}).optional(),
  install_dir: z.looseObject({}).optional(),
  permissions: z.record(z.string(), permission).optional(),
  ports: z.record(z.string(), z.looseObject({ default: z.number().optional() })).optional(),
  nodejs: z.looseObject({}).optional(),
  ruby: z.looseObject({}).optional(),
  go: z.looseObject({}).optional(),
  composer: z.looseObject({}).optional(),
});

/** Returns the name of the chart for a package: packages have underscores, applications have hyphens. */
export const chartOf = (id: string): string => id.replaceAll("_", "-");

/** Schema of the id of a package that a chart and an application can be named after. */
function packageId() {
  const application = applicationId();
  return z.string().superRefine((id, context) => {
    const read = application.safeParse(chartOf(id));
    if (!read.success) context.addIssue(read.error.issues[0]?.message ?? "");
  });
}

/**
 * Schema of the members of a package's manifest that are read. Members without meaning for a chart are ignored.
 * Source: https://github.com/YunoHost/apps/blob/main/schemas/manifest.v2.schema.json, August 2026.
 */
const manifestSchema = z.looseObject({
  packaging_format: z.literal(2, "packages of format 1 are not read; YunoHost itself reads format 2 alone"),
  id: packageId(),
  name: line({ example: "Lending Desk" }),
  version: line({ maximumLength: 60, example: "3.1.4~ynh2" }),
  description: translated.optional(),
  upstream: z.looseObject({
    license: line({ example: "AGPL-3.0-or-later" }),
    // An invalid address is left out: whoever finishes the chart looks it up.
    website: webPage().optional().catch(undefined),
    code: webPage().optional().catch(undefined),
  }),
  integration: z.looseObject({
    architectures: texts.optional(),
    multi_instance: knows.optional(),
    ldap: knows.optional(),
    sso: knows.optional(),
    disk: bytes.optional(),
    ram: z.looseObject({ build: bytes.optional(), runtime: bytes.optional() }).optional(),
  }),
  antifeatures: z.record(z.string(), translated).optional(),
  install: z
    .record(z.string().regex(/^[a-z][a-z0-9_]*$/, "write lower-case letters, digits and _"), question)
    .default({}),
  resources: resources.default({}),
});

export type PackageManifest = z.output<typeof manifestSchema>;
export type Question = PackageManifest["install"][string];

/** A manifest, or all its problems. */
export type ReadManifest = { ok: true; manifest: PackageManifest } | { ok: false; problems: Problem[] };

/**
 * Reads a packaging v2 manifest of YunoHost. Runs nothing of the package.
 *
 * @param file name that problems show.
 */
export function readManifest(file: string, text: string): ReadManifest {
  const at = (line: number, column: number, path: Path, message: string): ReadManifest => ({
    ok: false,
    problems: [{ file, line, column, path, message }],
  });
  if (Buffer.byteLength(text) > largestManifest)
    return at(1, 1, [], `is larger than ${largestManifest / 1024} KiB: that is no manifest.`);
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [said = "it cannot be read"] = error.message.split("\n");
    return at(error.line, error.column, [], `is no TOML: ${said.replace(/^Invalid TOML document: /, "")}.`);
  }
  const read = manifestSchema.safeParse(value);
  if (read.success) return { ok: true, manifest: read.data };
  return {
    ok: false,
    problems: read.error.issues.map(({ path: where, message }) => {
      const path = where.map((step) => (typeof step === "number" ? step : String(step)));
      return { file, line: lineOf(text, path), column: 1, path, message: message.replace(/\.?$/, ".") };
    }),
  };
}

/** Returns the line, from 1, of a member, or of the table that it should be in. TOML's reader keeps no positions. */
function lineOf(text: string, path: Path): number {
  const lines = text.split("\n").map((line) => line.trim());
  const steps = path.map(String);
  for (let depth = steps.length; depth >= 0; depth -= 1) {
    const table = depth === 0 ? -1 : lines.indexOf(`[${steps.slice(0, depth).join(".")}]`);
    if (depth > 0 && table < 0) continue;
    const key = steps.slice(depth).join(".");
    const rest = lines.slice(table + 1);
    const end = rest.findIndex((line) => line.startsWith("["));
    const keys = (end < 0 ? rest : rest.slice(0, end)).map((line) => line.replace(/\s*=.*$/, ""));
    const own = [keys.indexOf(key), keys.findIndex((each) => each !== "" && key.startsWith(`${each}.`))];
    const found = own.find((index) => index >= 0);
    if (found !== undefined) return table + found + 2;
    if (depth > 0) return table + 1;
  }
  return 1;
}
