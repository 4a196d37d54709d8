import * as z from "zod";
import type { Notice, Upstream } from "../schema.ts";
import { byVersion, newestVersions } from "../versions.ts";
import { readJson } from "./json.ts";

/** Address of OSV. Source: https://google.github.io/osv.dev/post-v1-query/ */
export const noticesAddress = "https://api.osv.dev/v1/query";

const identifier = z.string().regex(/^[A-Za-z0-9-]{1,60}$/);

const answer = z.object({
  vulns: z
    .array(
      z.object({
        id: identifier,
        summary: z.string().optional(),
        withdrawn: z.string().optional(),
        aliases: z.array(z.string()).default([]),
        affected: z.array(z.object({ versions: z.array(z.string()).default([]) })).default([]),
      }),
    )
    .default([]),
});

type Repository = NonNullable<Upstream["feeds"]["notices"]>;

const tagOf = (version: string, { tag }: Repository) => tag.replace("%", version);

/** Returns what to ask OSV about one version: its tag, in a git repository. */
export function noticesQuery(version: string, repository: Repository): string {
  return JSON.stringify({
    package: { ecosystem: "GIT", name: repository.repository },
    version: tagOf(version, repository),
  });
}

/**
 * Reads what OSV answers about a version: notices that it is affected by. OSV names fixes as commits: a newest version that
 * it does not list as affected is taken for one that has the fix. Throws FeedError.
 */
export function readNotices(
  text: string,
  version: string,
  { newest, repository }: Pick<Upstream, "newest"> & { repository: Repository },
): Notice[] {
  return readJson(text, answer, noticesAddress)
    .vulns.filter(({ withdrawn }) => withdrawn === undefined)
    .map(({ id, summary = "", aliases, affected }) => {
      const bad = new Set(affected.flatMap(({ versions }) => versions));
      const cve = aliases.find((alias) => /^CVE-\d{4}-\d+$/.test(alias));
      return {
        id: cve ?? id,
        fixed: newestVersions({ newest }).filter(
          (each) => byVersion(each, version) > 0 && !bad.has(tagOf(each, repository)),
        ),
        about:
          summary
            .replace(/[\p{C}\s]+/gu, " ")
            .trim()
            .slice(0, 120) || "No summary is given",
        from: `https://osv.dev/vulnerability/${id}`,
      };
    });
}
