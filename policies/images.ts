import { parseReference } from "../components/foundation/image/reference.ts";
import { containersOf, podOf } from "./pods.ts";
import type { FactsRule } from "./rule.ts";

const imagesByDigest: FactsRule = {
  id: "images-by-digest",
  level: "mandatory",
  serves: "security",
  description: {
    en: "Where data is not disposable, every image is named by its digest: nobody can exchange it.",
    fr: "Là où des données comptent, chaque logiciel est désigné par son empreinte : personne ne peut l’échanger.",
  },
  examples: {
    keeps: "docker.io/valkey/valkey:8.1.1@sha256:…",
    breaks: "docker.io/valkey/valkey:8.1.1, where data is protected",
  },
  reads: "facts",
  check: ({ objects, site, declaration: { id } }) => {
    if (site === undefined || site.dataIsDisposable) return [];
    const images = objects.flatMap((object) => containersOf(podOf(object)).map(({ image }) => image));
    const named = [...new Set(images)].filter((image) => parseReference(image).digest === undefined).sort();
    if (named.length === 0) return [];
    const [have, names, them] =
      named.length === 1 ? ["has", "that name", "it"] : ["have", "those names", "them"];
    const [ont, sous, les] = named.length === 1 ? ["n’a", "ce nom", "la"] : ["n’ont", "ces noms", "les"];
    return [
      {
        what: named.join(", "),
        message: `${have} no digest, and what stands under ${names} can change. Pin ${them} with: npx commune pin ${id}. Where all data may go: pulumi config set commune:data disposable -s ${id}`,
        french: `${ont} pas d’empreinte : ce qui est sous ${sous} peut changer. Pour ${les} fixer : npx commune pin ${id}. Si toutes les données peuvent être perdues : pulumi config set commune:data disposable -s ${id}`,
      },
    ];
  },
};

export const imageRules = [imagesByDigest];
