import type { Part } from "../../../components/foundation/part/part.ts";
import { gardensSection } from "./declaration.ts";
import type { GardensGiven } from "./index.ts";
import { gardenersKey, gardensHolders, image } from "./manifests.ts";
import { type GardensDeclaration, type GardensPlan, planGardens } from "./plan.ts";

const kind = "gardens";

const fields = () => ({ gardens: gardensSection.optional().describe("Plots that the commune lends.") });

const gates = {
  each: { en: "every gate of the gardens", fr: "chaque portail des jardins" },
  all: { en: "the gates of the gardens", fr: "les portails des jardins" },
};

const restarts = { en: "The gardens' pages restart.", fr: "Les pages des jardins redémarrent." };

interface Plans {
  gardens?: GardensPlan | undefined;
}

interface Around {
  declaration: GardensDeclaration & { retired: Pick<GardensDeclaration, "gardens"> };
  site: { storageClass: string | undefined };
}

/** One part more than there are, for test/another-part.test.ts: it runs nowhere. */
export const gardensPart: Part<Plans, Around, GardensGiven, ReturnType<typeof fields>> = {
  kind,
  whenNodeIsLost: "Waits for its node.",
  fields,
  sections: { gardens: { en: "shared gardens", fr: "jardins partagés" } },
  plan({ declaration, site }) {
    const { gardens } = declaration.retired;
    return {
      running: { gardens: planGardens(declaration, site) },
      ...(gardens && { retired: { gardens: planGardens({ ...declaration, gardens }, site) } }),
    };
  },
  thingNamed: (name) =>
    name === kind
      ? {
          kind,
          title: { en: "the shared gardens", fr: "les jardins partagés" },
          retirement: [kind, "retired"],
        }
      : undefined,
  retirements: ({ retired: { gardens } }) => [[kind, gardens?.retired]],
  held: ({ gardens }) => (gardens ? [kind] : []),
  heldBefore: ({ names }) => (kind in names ? [kind] : []),
  holders: ({ gardens }) => (gardens ? [gardensHolders(gardens)] : []),
  labels: [gardenersKey],
  secrets: ({ gardens }) => (gardens ? [gardenersKey] : []),
  images: () => [image],
  hosts: ({ gardens }) => (gardens ? [{ service: kind, host: gardens.host, path: "" }] : []),
  doors: ({ gardens }) => (gardens ? { gardens: { host: gardens.host, ...gates } } : {}),
  noticed: ({ gardens }) => (gardens ? [{ pod: kind, section: kind, told: restarts }] : []),
  component: async () => (await import("./index.ts")).registerGardens,
};
