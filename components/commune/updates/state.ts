import type { Image } from "../../foundation/image/catalogue.ts";
import { supportEnd } from "../../foundation/image/support.ts";
import type { Notice, Upstream } from "../../foundation/upstream/schema.ts";
import { noticesOf, seriesOf } from "../../foundation/upstream/versions.ts";

/** Facts about a version of some software, whatever the day. */
export interface Known {
  /** Last day on which upstream fixes its series, ISO 8601; undefined if it is not known. */
  until: string | undefined;
  /** Notices of security that it is affected by. */
  notices: readonly Notice[];
}

/** Returns what upstream and the catalogue say of a version. */
export function knownOf(image: Image, version: string, upstream: Upstream | undefined): Known {
  const told = upstream?.until?.[upstream ? seriesOf(version, upstream) : version];
  return { until: told ?? supportEnd(image, version), notices: upstream ? noticesOf(version, upstream) : [] };
}
