import type { DatabaseSpec } from "../database/manifests.ts";
import type { Path } from "../declaration/position.ts";
import { type CommunePlan, databaseServersOf } from "./plan.ts";
import { namesOf, type Published, servicesOf, volumesOf } from "./published.ts";

/** A change that a running commune does not survive: where it is declared, why not, and the way that works. */
export interface RefusedChange {
  field: Path;
  message: string;
}

/** What the stack's own settings say. */
export interface StackFacts {
  /** Fingerprint of a given seed; nothing when the seed is the one that the stack drew. */
  seed: string | undefined;
  /** Services whose rows somebody has copied to where they are declared now. */
  moved: readonly string[];
}

/** How far one upgrade may go, and the newest known version of each series, to name the next step. */
const series: Record<string, { of: (version: string) => number[]; what: string; newest: readonly string[] }> =
  {
    // One major at a time: the image's entry point refuses more. Source: nextcloud/docker, docker-entrypoint.sh.
    nextcloud: {
      of: (version) => parts(version).slice(0, 1),
      what: "major version",
      newest: ["32.0.13", "33.0.7", "34.0.2"],
    },
    // "Do not skip" a minor series. Source: https://docs.joinmastodon.org/admin/upgrading/
    mastodon: {
      of: (version) => parts(version).slice(0, 2),
      what: "minor series",
      newest: ["4.5.9", "4.6.5"],
    },
    // Release notes ask for scripts of each major. Source: https://github.com/Chocobozzz/PeerTube/releases
    peertube: { of: (version) => parts(version).slice(0, 1), what: "major version", newest: ["8.3.1"] },
  };

/**
 * Compares what runs with what is declared now. Pure: it is told what the stack published after its last
 * complete update, and contacts nothing.
 */
export function refusedChanges(
  before: Published,
  plan: CommunePlan,
  { seed, moved }: StackFacts,
): RefusedChange[] {
  const services = servicesOf(plan).flatMap((now) => {
    const { service } = now;
    const known = before.services[service];
    if (known === undefined) return [];
    const hasMoved = moved.includes(service);
    return [
      ...versionChange(service, known.version, now.version),
      ...(now.host === known.host ? [] : [nameChange([service, "subdomain"], known.host, now.host)]),
      ...(now.handles === known.handles
        ? []
        : [nameChange([service, "handles"], `@…@${known.handles}`, `@…@${now.handles}`)]),
      ...(now.database === known.database || hasMoved
        ? []
        : [dataMove(service, "rows are", known.database, now.database, "docs/database.md")]),
      ...(now.media === known.media || hasMoved
        ? []
        : [dataMove(service, "files are", known.media, now.media, `docs/${service}.md`)]),
      ...known.keys.filter((key) => !now.keys.includes(key)).map((key) => keyChange(service, key)),
    ];
  });
  const volumes = volumesOf(plan).flatMap(({ name, sizeGiB, field }) => {
    const size = before.volumes[name];
    return size !== undefined && sizeGiB < size ? [shrunk(name, field, size, sizeGiB)] : [];
  });
  return [
    ...services,
    ...volumes,
    ...Object.entries(namesOf(plan)).flatMap(([section, name]) => {
      const known = before.names[section];
      return known === undefined || known === name || moved.includes(section)
        ? []
        : [builtInName(section, known, name)];
    }),
    ...databaseServersOf(plan).flatMap(({ field, server }) =>
      postgresqlChange(field, before.postgresql[server.server], server),
    ),
    ...(seed !== undefined && seed !== before.seed ? [seedChange()] : []),
  ];
}

function versionChange(service: string, from: string, to: string): RefusedChange[] {
  const field = [service, "version"];
  const order = compare(parts(from), parts(to));
  if (order > 0) {
    return [
      {
        field,
        message: `${from} runs, and ${to} is older: its data has been migrated, and older versions cannot read it. Write ${from} or a newer version; going back means restoring a restore point of before.`,
      },
    ];
  }
  const line = series[service];
  if (line === undefined || order === 0) return [];
  const between = line.newest.filter(
    (version) => compare(line.of(version), line.of(from)) > 0 && compare(line.of(version), line.of(to)) < 0,
  );
  const skips = skipped(line.of(from), line.of(to));
  if (!skips) return [];
  const next = between[0];
  return [
    {
      field,
      message: `from ${from} to ${to} skips a ${line.what}, whose migrations would never run. ${
        next ? `Write "${next}" first, apply it, then go on.` : `Go through each ${line.what} in turn.`
      }`,
    },
  ];
}

/** Whether a series was jumped over: more than one step in its last number, or a step in an earlier one past zero. */
function skipped(from: readonly number[], to: readonly number[]): boolean {
  const last = from.length - 1;
  const sameBefore = from.slice(0, last).every((part, index) => part === to[index]);
  const [fromLast = 0, toLast = 0] = [from[last], to[last]];
  return sameBefore ? toLast > fromLast + 1 : toLast > 0 || (to[0] ?? 0) > (from[0] ?? 0) + 1;
}

function nameChange(field: Path, from: string, to: string): RefusedChange {
  return {
    field,
    message: `it was started as ${from} and cannot become ${to}: that name is in every account, link and key that others keep. Write back what it was. Another machine is reached by DNS; another name is a new service beside the old one.`,
  };
}

function builtInName(section: string, from: string, to: string): RefusedChange {
  const what = section === "hotspots" ? "every hotspot" : "every computer of the schools";
  return {
    field: [section, "subdomain"],
    message: `${what} has ${from} built in and would find nobody at ${to}. Write back what it was; or prepare each anew for ${to} (docs/${section}.md), then tell the stack: pulumi config set commune:moved ${section}.`,
  };
}

function dataMove(service: string, what: string, from: string, to: string, page: string): RefusedChange {
  return {
    field: [service],
    message: `its ${what} on ${from}, and the declaration puts them on ${to}, where it would start without them. Copy them first (${page}), then tell the stack: pulumi config set commune:moved ${service}.`,
  };
}

function shrunk(name: string, field: Path, from: number, to: number): RefusedChange {
  return {
    field,
    message: `the volume ${name} has ${from} GiB, and the declaration comes to ${to} GiB: Kubernetes cannot shrink a volume. Write "${from} GiB" or more.`,
  };
}

function postgresqlChange(
  field: readonly string[],
  from: string | undefined,
  { major: to, upgradeFrom }: DatabaseSpec,
): RefusedChange[] {
  if (from === undefined || from === to) return [];
  if (Number(from) > Number(to)) {
    return [
      {
        field: [...field, "version"],
        message: `the data is PostgreSQL ${from}'s, and ${to} is older and cannot read it. Write "${from}"; going back means the folder of before (docs/database.md).`,
      },
    ];
  }
  if (upgradeFrom === from) return [];
  return [
    {
      field: [...field, "version"],
      message: `the data is PostgreSQL ${from}'s, and PostgreSQL ${to} cannot read it. Write upgradeFrom: "${from}" beside it: the server then dumps the data with the old version and restores it into the new one before it starts, and the services on it wait (docs/database.md).`,
    },
  ];
}

function keyChange(service: string, key: string): RefusedChange {
  return {
    field: [service],
    message: `it encrypts with the key ${key}, which this version of the toolkit does not derive any more: second factors and whatever else it encrypted could not be read. Use a version of the toolkit that derives that key. Passwords rotate, such keys do not (docs/seed.md).`,
  };
}

function seedChange(): RefusedChange {
  return {
    field: ["id"],
    message:
      "the stack's setting commune:seed is not the seed that this commune was started with: every password and encryption key would change, and encrypted data would be lost. Take it back with: pulumi config rm commune:seed. One secret is rotated by raising its version (docs/seed.md).",
  };
}

function parts(version: string): number[] {
  return (version.split("-")[0] ?? "").split(".").map(Number);
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (const [index, part] of one.entries()) {
    const difference = part - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
