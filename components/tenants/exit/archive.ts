import * as z from "zod";
import { date } from "../../foundation/declaration/date.ts";
import { domain } from "../../foundation/declaration/domain.ts";
import { explainedParse } from "../../foundation/declaration/explain.ts";
import { applicationId, communeId, tenantId } from "../../foundation/declaration/identifier.ts";
import { instant } from "../../foundation/declaration/instant.ts";
import { json } from "../../foundation/declaration/json.ts";
import { line } from "../../foundation/declaration/line.ts";
import { readBytes } from "../../foundation/declaration/load.ts";
import { relativePath } from "../../foundation/declaration/path.ts";
import { DeclarationError } from "../../foundation/declaration/problem.ts";
import { named, section } from "../../foundation/declaration/section.ts";
import { sha256 } from "../../foundation/declaration/sha256.ts";
import { upstreamReference } from "../../foundation/image/upstream-reference.ts";
import { publicKey } from "../../foundation/multikey/public-key.ts";
import type { ApplicationPlan, Engine } from "../applications/application.ts";
import { databaseIdentifier } from "../applications/database.ts";
import type { TenantPlan } from "../tenant/plan.ts";

/** Files of an archive that belong to no application. */
export const readmeFile = "LISEZMOI.md";
export const manifestFile = "manifest.json";
export const sumsFile = "SHA256SUMS";
export const signatureFile = "SHA256SUMS.sig";
export const keyFile = "cle-de-la-commune.pem";
export const tenantFile = "fiche.yaml";

/** A file that is copied out of the cluster. */
export type Brought = { path: string; application: ApplicationPlan } & (
  | {
      from: "volume";
      claim: string;
      folder: string;
      names: readonly string[];
      uid: number;
      hasTools: boolean;
    }
  | { from: "database"; engine: Engine; server: string; database: string }
  | { from: "application"; command: readonly string[] }
);

/** Returns the files that are copied of an association, in their order: rows before the files that they name. */
export function broughtOf({ applications, suspendedSince }: TenantPlan): Brought[] {
  return applications.flatMap((application): Brought[] => {
    const { name, database, exit } = application;
    // Nothing runs for a suspended association that could make its own export.
    const own = suspendedSince === undefined ? exit.own : undefined;
    return [
      ...(database
        ? [
            {
              ...({ from: "database", path: `${name}/base.sql`, application } as const),
              ...{ engine: database.engine, server: database.server, database: database.name },
            },
          ]
        : []),
      ...(own
        ? [{ from: "application", path: `${name}/${own.file}`, application, command: own.command } as const]
        : []),
      ...(exit.files
        ? [{ from: "volume", path: `${name}/fichiers.tar`, application, ...exit.files } as const]
        : []),
    ];
  });
}

const file = section({
  path: relativePath(),
  bytes: z.int().min(0),
  sha256: sha256(),
});

const application = section({
  host: domain({ example: "chorale.assos-villeurbanne.fr" }),
  title: line({ example: "Chorale des Gratte-Ciel" }).optional(),
  image: upstreamReference(),
  database: databaseIdentifier().optional(),
  /** Whether people logged in to it through the commune's login. */
  byLogin: z.boolean().optional(),
});

const archive = section({
  form: z.literal(1),
  commune: communeId(),
  /** Domain at which the commune's key is published: `https://<domain>/.well-known/commune.json`. */
  communeDomain: domain(),
  id: tenantId(),
  name: line({ example: "Chorale des Gratte-Ciel" }),
  /** Empty in a proof that an association was erased. */
  domain: domain({ example: "chorale.assos-villeurbanne.fr" }).or(
    z.literal("", { error: 'Write "" in such a proof.' }),
  ),
  at: instant(),
  suspendedSince: date().optional(),
  applications: named(applicationId(), application, "applications"),
  files: z.array(file),
  key: publicKey(),
});

/** The manifest of an archive. */
export type Archive = z.output<typeof archive>;

/**
 * Reads the manifest. Throws DeclarationError with everything that could not be declared. @param shown the file, as it
 * is printed.
 */
export function readArchive(shown: string, bytes: Uint8Array): Archive {
  const read = readBytes(shown, bytes, json, (value) => explainedParse(archive, value));
  if (!read.ok) throw new DeclarationError(read.problems);
  return read.declaration;
}

/** Returns the declared name of a site or a wiki, which is in no database; undefined if it has none. */
export function titleOf({ values }: ApplicationPlan): string | undefined {
  return typeof values.title === "string" ? values.title : undefined;
}
