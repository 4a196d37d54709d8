import type { Part } from "../../foundation/part/part.ts";
import { hotspotsHolders } from "./manifests.ts";
import type { HotspotsPlan } from "./plan.ts";
import { signingLabel, statusLabel } from "./secrets.ts";

const labels = [signingLabel, statusLabel];

/** The public Wi-Fi. */
export const hotspotsPart: Part<{ hotspots?: HotspotsPlan | undefined }> = {
  labels,
  holders: ({ hotspots }) => (hotspots ? [hotspotsHolders(hotspots)] : []),
  secrets: ({ hotspots }) => (hotspots ? labels : []),
};
