import type { Dataset } from "../foundation/page/dataset.ts";
import { ofPlace } from "../foundation/page/of-place.ts";
import { cataloguePath, formatsOf, pathOf } from "./data.ts";
import type { PortalPlan } from "./plan.ts";

/** The licence of what the commune gives: the State's own for public information (code des relations, D323-2-1). */
export const dataLicence = {
  name: "Licence Ouverte 2.0",
  address: "https://spdx.org/licenses/etalab-2.0",
} as const;

const authority = "http://publications.europa.eu/resource/authority";

/** Prefixes of addresses in JSON-LD. */
const context = {
  dcat: "http://www.w3.org/ns/dcat#",
  dct: "http://purl.org/dc/terms/",
  foaf: "http://xmlns.com/foaf/0.1/",
  skos: "http://www.w3.org/2004/02/skos/core#",
  vcard: "http://www.w3.org/2006/vcard/ns#",
} as const;

const french = (text: string) => ({ "@value": text, "@language": "fr" });
const at = (address: string) => ({ "@id": address });
/** A value of one of the European lists, which has to say what it is. */
const typed = (address: string, type: string) => ({ "@id": address, "@type": type });

/** The catalogue of a commune's data: DCAT-AP 3.0, as JSON-LD. Source: https://semiceu.github.io/DCAT-AP/releases/3.0.0/ */
export function catalogue(
  { name, domain, contact }: PortalPlan["commune"],
  sets: readonly Dataset[],
): object {
  const here = (path: string) => `https://${domain}${path}`;
  const publisher = {
    "@id": `https://${domain}/`,
    "@type": "foaf:Agent",
    "foaf:name": french(`Ville ${ofPlace(name)}`),
  };
  const language = typed(`${authority}/language/FRA`, "dct:LinguisticSystem");
  const licence = typed(dataLicence.address, "dct:LicenseDocument");
  return {
    "@context": context,
    "@id": here(cataloguePath),
    "@type": "dcat:Catalog",
    "dct:title": french(`Données ouvertes ${ofPlace(name)}`),
    "dct:description": french(`Ce que la commune ${ofPlace(name)} déclare et fait tourner, en données.`),
    "dct:publisher": publisher,
    "dct:language": language,
    "dct:license": licence,
    "dcat:dataset": sets.map((set) => ({
      "@id": here(`/donnees#${set.id}`),
      "@type": "dcat:Dataset",
      "dct:title": french(`${set.title} (${name})`),
      "dct:description": french(set.description),
      "dct:publisher": at(publisher["@id"]),
      "dct:language": at(language["@id"]),
      "dcat:keyword": set.keywords.map(french),
      "dcat:theme": [
        {
          ...typed(`${authority}/data-theme/GOVE`, "skos:Concept"),
          "skos:prefLabel": french("Gouvernement et secteur public"),
        },
      ],
      "dct:accrualPeriodicity": typed(`${authority}/frequency/IRREG`, "dct:Frequency"),
      "dcat:contactPoint": {
        "@type": "vcard:Kind",
        "vcard:fn": `Ville ${ofPlace(name)}`,
        "vcard:hasEmail": at(`mailto:${contact}`),
      },
      "dcat:distribution": formatsOf(set).map((format) => ({
        "@id": here(pathOf(set, format)),
        "@type": "dcat:Distribution",
        "dct:title": french(`${set.title}, ${format.name}`),
        "dcat:accessURL": at(here(pathOf(set, format))),
        "dcat:downloadURL": at(here(pathOf(set, format))),
        "dct:license": at(licence["@id"]),
        "dct:format": typed(`${authority}/file-type/${format.name}`, "dct:MediaTypeOrExtent"),
      })),
    })),
  };
}
