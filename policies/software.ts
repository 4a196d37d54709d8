import { everyImage } from "../components/commune/images.ts";
import { catalogued, type Image } from "../components/foundation/image/catalogue.ts";
import { parseReference } from "../components/foundation/image/reference.ts";
import { supportEnd } from "../components/foundation/image/support.ts";
import type { KubernetesObject } from "../components/foundation/manifest/object.ts";
import { day } from "../components/foundation/page/day.ts";
import { versionIn } from "../components/foundation/upstream/upstream.ts";
import { freeLicences } from "./licences.ts";
import { containersOf, podOf } from "./pods.ts";
import { publiccodeProblems } from "./publiccode.ts";
import type { FactsRule, ObjectRule, ObjectsRule } from "./rule.ts";

/** The images that objects run, each once. */
function imagesIn(objects: readonly KubernetesObject[]): string[] {
  return [...new Set(objects.flatMap((object) => containersOf(podOf(object)).map(({ image }) => image)))];
}

/**
 * The licences of a catalogue. An image that it does not have is refused by `image-in-catalogue`.
 *
 * @param catalogue what is known of images.
 */
export function licenceIsFree(catalogue: Iterable<Image>): ObjectRule {
  return {
    id: "licence-is-free",
    level: "mandatory",
    serves: "sovereignty",
    description: {
      en: "Every image has a licence that the Open Source Initiative has approved.",
      fr: "Chaque logiciel a une licence que l’Open Source Initiative a approuvée.",
    },
    examples: { keeps: "an image under BSD-3-Clause", breaks: "an image under SSPL-1.0" },
    reads: "object",
    check: (object) =>
      imagesIn([object]).flatMap((image) => {
        const { licence } = catalogued(image, catalogue) ?? {};
        return licence === undefined || freeLicences.has(licence)
          ? []
          : [
              `runs ${image} under ${licence}, which is not among the free licences of policies/licences.ts. Use software that anybody may use, study, change and share.`,
            ];
      }),
  };
}

/** Last day on which the authors of an image fix its series, ISO 8601; undefined if they do not say. */
export function supportedUntil(reference: string): { until: string; from: string } | undefined {
  const known = catalogued(reference, everyImage);
  const until = known && supportEnd(known, versionIn(reference));
  return known?.support === undefined || until === undefined
    ? undefined
    : { until, from: known.support.from };
}

const supportedSoftware: FactsRule = {
  id: "supported-software",
  level: "advisory",
  serves: "sovereignty",
  description: {
    en: "What runs still gets fixes from its authors, as far as they say until when.",
    fr: "Ce qui tourne est encore corrigé par ses auteurs, pour autant qu’ils disent jusqu’à quand.",
  },
  examples: {
    keeps: "postgres:17.12-trixie, fixed until 2029-11-08",
    breaks: "nginx-unprivileged:1.26.3, fixed until 2025-04-23",
  },
  reads: "facts",
  check: ({ objects, today }) =>
    imagesIn(objects).flatMap((image) => {
      const support = supportedUntil(image);
      if (support === undefined || today <= support.until) return [];
      const { repository, tag } = parseReference(image);
      return [
        {
          what: `${repository}:${tag}`,
          message: `is of a series that its authors fixed until ${support.until} (${support.from}). How to move on to a newer one: npx commune updates`,
          french: `est d’une série que ses auteurs ont corrigée jusqu’au ${day(support.until)} (${support.from}). Pour passer à une plus récente : npx commune updates`,
        },
      ];
    }),
};

/**
 * Numbers in the State's and in local authorities' lists, by which others find who uses the same. An image that the
 * catalogue does not have is refused by `image-in-catalogue`.
 *
 * @param catalogue what is known of images.
 */
export function softwareRegistered(catalogue: Iterable<Image>): ObjectsRule {
  return {
    id: "software-registered",
    level: "advisory",
    serves: "innovation",
    description: {
      en: "What runs has its number in the SILL or the Comptoir du Libre, or the catalogue says why it has none.",
      fr: "Ce qui tourne a son numéro au SILL ou au Comptoir du Libre, ou le catalogue dit pourquoi il n’en a pas.",
    },
    examples: {
      keeps: "registers with a number of the SILL, or notRegistered with a reason",
      breaks: "neither of the two",
    },
    reads: "objects",
    check: (objects) =>
      imagesIn(objects).flatMap((image) => {
        const known = catalogued(image, catalogue);
        if (known === undefined || known.registers !== undefined || known.notRegistered !== undefined)
          return [];
        return [
          {
            what: parseReference(image).repository,
            message:
              "has no number in the SILL or the Comptoir du Libre in the catalogue. Look it up and write registers, or notRegistered with the reason (docs/image.md).",
            french:
              "n’a au catalogue aucun numéro du SILL ou du Comptoir du Libre. Le chercher et écrire registers, ou notRegistered avec la raison (docs/image.md).",
          },
        ];
      }),
  };
}

/**
 * Rule on the providers that could support what runs: with a single one, a commune depends on it. An image that the
 * catalogue does not have is refused by `image-in-catalogue`.
 *
 * @param catalogue known images.
 */
export function severalSupporters(catalogue: Iterable<Image>): FactsRule {
  return {
    id: "several-supporters",
    level: "advisory",
    serves: "sovereignty",
    description: {
      en: "For what runs, the catalogue knows two who support or host it for others, or says why not.",
      fr: "Pour ce qui tourne, le catalogue connaît deux prestataires qui l’accompagnent ou l’hébergent, ou dit pourquoi non.",
    },
    examples: {
      keeps: "two providers, or fewProviders with a reason",
      breaks: "one provider, and no reason",
    },
    reads: "facts",
    check: ({ objects }) =>
      imagesIn(objects).flatMap((image) => {
        const known = catalogued(image, catalogue);
        const count = known?.providers?.length ?? 0;
        if (known === undefined || count > 1 || known.fewProviders !== undefined) return [];
        return [
          {
            what: parseReference(image).repository,
            message: `has ${count === 0 ? "nobody" : "one alone"} in the catalogue who supports or hosts it for others. Look for them and write providers, or fewProviders with the reason (docs/image.md).`,
            french: `n’a au catalogue ${count === 0 ? "aucun prestataire" : "qu’un seul prestataire"} qui l’accompagne ou l’héberge pour d’autres. En chercher et écrire providers, ou fewProviders avec la raison (docs/image.md).`,
          },
        ];
      }),
  };
}

const ownCodePublished: FactsRule = {
  id: "own-code-published",
  level: "advisory",
  serves: "innovation",
  description: {
    en: "What was built with public money is described in publiccode.yml, and its source has an address.",
    fr: "Ce qui a été fait avec de l’argent public est décrit dans publiccode.yml, et son code source a une adresse.",
  },
  examples: {
    keeps: "a publiccode.yml whose url answers",
    breaks: "none, or url: https://forge.example/nuage.git",
  },
  reads: "facts",
  check: ({ publiccode }) =>
    publiccode === undefined
      ? []
      : publiccodeProblems(publiccode).map(({ en, fr }) => ({
          what: "publiccode.yml",
          message: en,
          french: fr,
        })),
};

export const softwareRules = [
  licenceIsFree(everyImage),
  supportedSoftware,
  softwareRegistered(everyImage),
  severalSupporters(everyImage),
  ownCodePublished,
];
