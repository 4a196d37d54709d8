import type { Image } from "../../foundation/image/catalogue.ts";
import { readKnowledge, upstreamOf, versionIn } from "../../foundation/upstream/upstream.ts";
import type { RunningVersion } from "../../platform/monitoring/versions.ts";
import { plannedServices } from "../../services/index.ts";
import { runningImages } from "../../tenants/tenant/images.ts";
import type { CommunePlan } from "../planned.ts";
import { toolkitSoftware } from "../software.ts";
import { knownOf } from "./state.ts";

/** Returns what the toolkit knows of each version that a commune runs: its end of support, and its security notices. */
export function versionsKnown(plan: CommunePlan, knowledge = readKnowledge()): RunningVersion[] {
  const inTag = (image: Image) => ({ image, version: versionIn(image.reference) });
  const running = [
    ...plannedServices(plan).flatMap(({ images: [image], plan: { version } }) =>
      image === undefined ? [] : [{ image, version }],
    ),
    ...toolkitSoftware(plan).map(({ image }) => inTag(image)),
    ...runningImages(plan).map(inTag),
  ];
  const known = running.flatMap(({ image, version }): RunningVersion[] => {
    const upstream = upstreamOf(image.reference, knowledge);
    const { until, notices } = knownOf(image, version, upstream);
    // Silence about what nobody asked about is no good news.
    if (until === undefined && upstream?.read === undefined && notices.length === 0) return [];
    const software = image.name ?? image.reference;
    return [{ software, version, until, notices: notices.length, read: upstream?.read }];
  });
  return [...new Map(known.map((each) => [`${each.software} ${each.version}`, each])).values()];
}
