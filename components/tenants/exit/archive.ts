import * as z from "zod";
import type { ApplicationPlan, Engine } from "../applications/application.ts";
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

const file = z.strictObject({ path: z.string(), bytes: z.int(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

const archive = z.strictObject({
  form: z.literal(1),
  commune: z.string(),
  /** Where the commune's key is published: `https://<domain>/.well-known/commune.json`. */
  communeDomain: z.string(),
  id: z.string(),
  name: z.string(),
  domain: z.string(),
  /** ISO 8601. */
  at: z.string(),
  suspendedSince: z.string().optional(),
  applications: z.record(
    z.string(),
    z.strictObject({
      host: z.string(),
      title: z.string().optional(),
      image: z.string(),
      database: z.string().optional(),
      /** Whether people logged in to it by the commune's login. */
      byLogin: z.boolean().optional(),
    }),
  ),
  files: z.array(file),
  /** A Multikey. */
  key: z.string(),
});

/** What an archive says of itself. */
export type Archive = z.output<typeof archive>;

/** Reads it. Throws ZodError. */
export function readArchive(text: string): Archive {
  return archive.parse(JSON.parse(text));
}

/** The name of a site or a wiki, as it is declared: it stands in no database. */
export function titleOf({ values }: ApplicationPlan): string | undefined {
  return typeof values.title === "string" ? values.title : undefined;
}

/** `docker.io/library/wordpress:6.8.12-php8.4-apache`, for whoever looks for the same version. */
export function softwareOf({ values }: ApplicationPlan): string {
  return typeof values.image === "string" ? values.image : "";
}
