import type { Position } from "geojson";
import type { Radio } from "../places/declaration.ts";
import type { PlaceProblem } from "../places/finding.ts";

/** Changes that would comply. */
export interface Remedies {
  /** Most power of each radio, in whole dBm. */
  powers?: readonly { band: Radio["band"]; dBm: number }[];
  /** The nearest place in its quarter, everything else as it is. */
  nearest?: { position: Position; metres: number };
  /** Quiet hours. */
  quiet?: string;
  /** Channels that are free. */
  channels?: readonly number[];
  /** Hotspots that could help. */
  hotspots?: readonly string[];
}

/** The rules, as docs/radio.md has them. */
type Rule = "channel" | "power" | "radar" | "white-zone" | "quarter" | "overlap";

/** A place that does not comply, with what would. */
export interface RadioFinding extends PlaceProblem {
  rule: Rule;
  remedies: Remedies;
}
