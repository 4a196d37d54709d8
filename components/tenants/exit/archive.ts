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

/** Files of an archive that are not an application's. */
export const readmeFile = "LISEZMOI.md";
export const manifestFile = "manifest.json";
export const sumsFile = "SHA256SUMS";
export const signatureFile = "SHA256SUMS.sig";
export const keyFile = "cle-de-la-commune.pem";
export const tenantFile = "fiche.yaml";

/** A file that is brought out of the cluster. */
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

/** What is brought of an association, in the order in which it is: rows before the files that they name. */
export function broughtOf({ applications, suspendedSince }: TenantPlan): Brought[] {
  return applications.flatMap((application): Brought[] => {
    const { name, database, exit } = application;
    // Nothing of a suspended association runs that could be asked for an export of its own.
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
  /** Whether people logged in to it by the commune's login. */
  byLogin: z.boolean().optional(),
});

const archive = section({
  form: z.literal(1),
  commune: communeId(),
  /** Where the commune's key is published: `https://<domain>/.well-known/commune.json`. */
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

/** What an archive says of itself. */
export type Archive = z.output<typeof archive>;

/** Reads it. Throws DeclarationError, with everything that nobody would declare. @param shown the file, as it is printed. */
export function readArchive(shown: string, bytes: Uint8Array): Archive {
  const read = readBytes(shown, bytes, json, (value) => explainedParse(archive, value));
  if (!read.ok) throw new DeclarationError(read.problems);
  return read.declaration;
}

/** The name of a site or a wiki, as it is declared: it stands in no database. */
export function titleOf({ values }: ApplicationPlan): string | undefined {
  return typeof values.title === "string" ? values.title : undefined;
}

/** `docker.io/library/wordpress:6.8.12-php8.4-apache`, for whoever looks for the same version. */
export function softwareOf({ values }: ApplicationPlan): string {
  // Files alone are served by the front.
  const { frontImage, image = frontImage } = values;
  return typeof image === "string" ? image : "";
}
