import { Parser } from "htmlparser2";
import type { Upstream } from "../schema.ts";
import { byVersion, seriesOf } from "../versions.ts";
import { FeedError } from "./web.ts";

/** The tag of a release: previews (`-rc.1`, `beta2`) are none. */
const release = /^v?(\d+(?:\.\d+)+)$/;

/**
 * Reads an Atom feed of releases or tags, as GitHub, GitLab and Forgejo have them: the newest version of each series. An
 * entry is known by the last part of its link. Throws FeedError.
 */
export function readReleases(
  text: string,
  of: Pick<Upstream, "parts">,
  address: string,
): Pick<Upstream, "newest"> {
  const newest: Record<string, Upstream["newest"][string]> = {};
  for (const { link, updated } of entriesIn(text, address)) {
    const version = release.exec(decodeURIComponent(link.split("/").at(-1) ?? ""))?.[1];
    if (version === undefined || !/^\d{4}-\d{2}-\d{2}/.test(updated)) continue;
    const series = seriesOf(version, of);
    const known = newest[series];
    if (known === undefined || byVersion(version, known.version) > 0)
      newest[series] = { version, of: updated.slice(0, 10) };
  }
  return { newest };
}

interface Entry {
  link: string;
  updated: string;
}

/** Source: RFC 4287. */
function entriesIn(text: string, address: string): Entry[] {
  const entries: Entry[] = [];
  const open: string[] = [];
  let entry: Entry | undefined;
  const parser = new Parser(
    {
      onopentag(name, { href, rel = "alternate" }) {
        open.push(name);
        if (name === "entry") entry = { link: "", updated: "" };
        if (name === "link" && rel === "alternate" && entry && href) entry.link = href;
      },
      ontext(piece) {
        if (entry && open.at(-1) === "updated") entry.updated += piece.trim();
      },
      onclosetag(name) {
        open.pop();
        if (name !== "entry" || entry === undefined) return;
        entries.push(entry);
        entry = undefined;
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(text);
  if (!/<feed[\s>]/.test(text)) throw new FeedError(`${address} is no Atom feed`);
  return entries;
}
