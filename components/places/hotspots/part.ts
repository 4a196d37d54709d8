import type { Part } from "../../foundation/part/part.ts";
import type { Site } from "../../foundation/site/site.ts";
import type { Places } from "../places/places.ts";
import { hotspotsData } from "./data.ts";
import { hotspotsSection } from "./declaration.ts";
import { french } from "./french.ts";
import { wifiHelp } from "./help.ts";
import type { HotspotsGiven } from "./index.ts";
import { hotspotsHolders } from "./manifests.ts";
import {
  type HotspotsDeclaration,
  type HotspotsPlan,
  hotspotsProblems,
  planHotspots,
  wifiFacts,
} from "./plan.ts";
import { signingLabel, statusLabel } from "./secrets.ts";

const kind = "hotspots";
const labels = [signingLabel, statusLabel];

const fields = () => ({
  hotspots: hotspotsSection
    .optional()
    .describe("Public Wi-Fi: what the points of places.geojson say and do, and how changes reach them."),
});

const outside = {
  each: { en: "every hotspot", fr: "chaque borne Wi-Fi" },
  all: { en: "hotspots", fr: "les bornes Wi-Fi" },
};

const goOnEmitting = (count: number) => ({
  en: `Its ${count} points go on emitting as they were told last: take them out of places.geojson first, and retire the server when each has heard that it is to be off.`,
  fr: `Ses ${count} points continuent d’émettre comme on le leur a dit en dernier : retirez-les d’abord de places.geojson, et arrêtez le serveur quand chacun a entendu qu’il doit se taire.`,
});

/** Input of its plan. */
export interface Around {
  declaration: HotspotsDeclaration & { retired: Pick<HotspotsDeclaration, "hotspots"> };
  site: Pick<Site, "storageClass">;
  places: Places | undefined;
}

export interface Plans {
  hotspots?: HotspotsPlan | undefined;
}

/** The public Wi-Fi. */
export const hotspotsPart: Part<Plans, Around, HotspotsGiven, ReturnType<typeof fields>> = {
  kind,
  whenNodeIsLost:
    "Waits for its node: its key and its files are on a volume. Hotspots go on with what they have, and ask again.",
  plan({ declaration, site, places }) {
    const { hotspots } = declaration.retired;
    return {
      running: { hotspots: planHotspots(declaration, site, places) },
      ...(hotspots && { retired: { hotspots: planHotspots({ ...declaration, hotspots }, site, places) } }),
    };
  },
  fields,
  french,
  datasets: ({ hotspots }, places) => (hotspots && places ? [hotspotsData(places)] : []),
  placeProblems: hotspotsProblems,
  touches: { hotspots: ["visitors"] },
  retirements: ({ retired: { hotspots } }) => [[kind, hotspots?.retired]],
  help({ hotspots: plan }, declaration, map) {
    const { hotspots } = declaration;
    return plan && hotspots ? [wifiHelp(wifiFacts(declaration, hotspots, map))] : [];
  },
  ofRepository: { hotspots: "their places are in places.geojson" },
  sections: { hotspots: { en: "public Wi-Fi", fr: "Wi-Fi public" } },
  thingNamed: (name) =>
    name === kind
      ? {
          kind,
          title: { en: "the server of the public Wi-Fi", fr: "le serveur du Wi-Fi public" },
          retirement: [kind, "retired"],
        }
      : undefined,
  held: ({ hotspots }) => (hotspots ? [kind] : []),
  heldBefore: ({ names }) => (kind in names ? [kind] : []),
  labels,
  holders: ({ hotspots }) => (hotspots ? [hotspotsHolders(hotspots)] : []),
  secrets: ({ hotspots }) => (hotspots ? labels : []),
  hosts: ({ hotspots }) => (hotspots ? [{ service: kind, host: hotspots.host, path: "" }] : []),
  doors: ({ hotspots }) => (hotspots ? { hotspots: { host: hotspots.host, ...outside } } : {}),
  afterRetirement({ hotspots: retired }) {
    const count = retired?.points.length ?? 0;
    return count === 0 ? undefined : goOnEmitting(count);
  },
  component: async () => (await import("./index.ts")).registerHotspots,
};
