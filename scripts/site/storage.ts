import type { StorageFacts } from "./facts.ts";
import type { SiteFinding } from "./finding.ts";

/** The class that volumes are of when no setting names one; undefined if that is not clear. */
export function usedClass(classes: readonly StorageFacts[]): StorageFacts | undefined {
  const [first, ...others] = classes.filter(({ isDefault }) => isDefault);
  if (others.length > 0) return undefined;
  return first ?? (classes.length === 1 ? classes[0] : undefined);
}

/** Finding about volumes: where they are made, whether they grow, and what is left of one whose claim is deleted. */
export function storageFinding(classes: readonly StorageFacts[]): SiteFinding {
  const subject = "storage";
  const used = usedClass(classes);
  if (used === undefined) {
    const names = classes.map(({ name }) => name).join(", ");
    return {
      subject,
      level: "stops",
      said:
        classes.length === 0
          ? {
              en: "no storage class: volumes would wait for ever. Install one that makes volumes.",
              fr: "aucune classe de stockage : les volumes attendraient sans fin. Installez-en une qui fait des volumes.",
            }
          : {
              en: `which class is meant is not clear (${names}): say it with commune:storageClass`,
              fr: `la classe à prendre n’est pas claire (${names}) : dites-la par commune:storageClass`,
            },
    };
  }
  const settings = used.isDefault ? {} : { storageClass: used.name };
  const concerns = [
    ...(used.expands
      ? [{ en: "can grow volumes", fr: "sait agrandir un volume" }]
      : [
          {
            en: "cannot grow volumes: declare sizes that last (docs/platform.md)",
            fr: "ne sait pas agrandir un volume : déclarez des tailles qui durent (docs/platform.md)",
          },
        ]),
    ...(used.reclaim === "Retain"
      ? []
      : [
          {
            en: "deletes a volume with its claim: what Pulumi protects stays, what somebody deletes by hand is gone",
            fr: "efface le volume avec sa demande : ce que Pulumi protège reste, ce que quelqu’un efface à la main est perdu",
          },
        ]),
  ];
  const joined = (language: "en" | "fr") =>
    [used.name, ...concerns.map((concern) => concern[language])].join("; ");
  return {
    subject,
    level: used.expands ? "fits" : "care",
    said: { en: joined("en"), fr: joined("fr").replaceAll("; ", " ; ") },
    settings,
  };
}
