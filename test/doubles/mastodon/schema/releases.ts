import { baseSchema } from "./base.ts";

/** One change of the schema. Pre-deployment ones leave the release before at work; the others need not. */
export interface Migration {
  /** Its time stamp, under which `schema_migrations` remembers it. */
  version: string;
  name: string;
  phase: "pre" | "post";
  sql: string;
}

/** The releases that the double knows, oldest first, each with the migrations that are new in it. */
export interface Release {
  version: string;
  migrations: Migration[];
}

/**
 * The double's own migrations: upstream's are too many to copy. What they stand for is upstream's way of
 * two phases: v4.6.5 adds a column that only it reads, and removes one that only v4.5.9 reads.
 */
export const releases: Release[] = [
  {
    version: "4.5.9",
    migrations: [
      { version: "20251014091500", name: "BaseSchema", phase: "pre", sql: baseSchema },
      {
        version: "20251014092000",
        name: "CreateRelays",
        phase: "pre",
        sql: `CREATE TABLE relays (
  id bigserial PRIMARY KEY,
  inbox_url varchar NOT NULL DEFAULT '' UNIQUE,
  follow_activity_id varchar,
  state integer NOT NULL DEFAULT 0,
  created_at timestamp(6) NOT NULL DEFAULT now(),
  updated_at timestamp(6) NOT NULL DEFAULT now()
)`,
      },
    ],
  },
  {
    version: "4.6.5",
    migrations: [
      {
        version: "20260402083000",
        name: "AddQuoteApprovalPolicyToStatuses",
        phase: "pre",
        sql: "ALTER TABLE statuses ADD COLUMN quote_approval_policy integer NOT NULL DEFAULT 0",
      },
      {
        version: "20260611140000",
        name: "RemoveLocalOnlyFromStatuses",
        phase: "post",
        sql: "ALTER TABLE statuses DROP COLUMN local_only",
      },
    ],
  },
];

/** Version at which upstream's zero-downtime migrations start. Source: lib/tasks/db.rake of v4.6.5. */
const oldestForZeroDowntime = "20230907150100";

/** Every migration up to a release, in order. */
export function migrationsOf(version: string): Migration[] {
  const index = releases.findIndex((release) => release.version === version);
  return releases.slice(0, index + 1).flatMap(({ migrations }) => migrations);
}

/** The work of `db:migrate`: the migrations that are missing, or why it will not. */
export type MigrationPlan = { pending: Migration[] } | { refusal: string };

/**
 * The plan for a database that has `applied`, for the code of a release. Upstream ignores migrations that it
 * does not know, so that going back breaks later and without a word: the double refuses.
 */
export function planMigrations(applied: string[], version: string, skipPost: boolean): MigrationPlan {
  const known = migrationsOf(version);
  const newest = [...applied].sort().at(-1);
  if (newest !== undefined && skipPost && newest < oldestForZeroDowntime) {
    return {
      refusal:
        "Zero-downtime migrations from Mastodon versions earlier than 4.2.0 are not supported.\n" +
        "Please update to Mastodon 4.2.x first or upgrade by stopping all services and running migrations without `SKIP_POST_DEPLOYMENT_MIGRATIONS`.",
    };
  }
  const first = known[0]?.version ?? "";
  if (newest !== undefined && newest < first) {
    return {
      refusal: `The database is at ${newest}, older than every release that the double knows: it cannot upgrade from below 4.3.`,
    };
  }
  const foreign = applied.filter((each) => !known.some((migration) => migration.version === each)).sort();
  if (foreign.length > 0) {
    return {
      refusal: `The database has migrations that ${version} does not know (${foreign.join(", ")}): going back to an older Mastodon is not supported.`,
    };
  }
  const missing = known.filter((migration) => !applied.includes(migration.version));
  return { pending: missing.filter(({ phase }) => !(skipPost && phase === "post")) };
}
