import type { Change } from "../../components/commune/changes/change.ts";
import { titleOf, wordFor } from "../../components/commune/changes/words.ts";
import { thingNamed } from "../../components/commune/parts.ts";
import type { Language, Translated } from "../../components/foundation/language/language.ts";
import { joined } from "../../components/foundation/language/numbers.ts";
import { dataWords } from "../../components/foundation/manifest/data-words.ts";
import { plannedServices, serviceNames } from "../../components/services/index.ts";
import { tenantOf, tenantService } from "../../components/tenants/tenant/declaration.ts";
import { dataOf } from "../compared.ts";
import type { Facts } from "../facts.ts";
import { of } from "./french.ts";

/** A text for each language. */
export function inEach(text: (language: Language) => string): Translated {
  return { en: text("en"), fr: text("fr") };
}

/** Name of what belongs to no service. */
export const itself: Translated = { fr: "la commune elle-même", en: "the commune itself" };

/** Names of what has none of its own. */
const kinds: Readonly<Partial<Record<Change["what"] | "domain", Translated>>> = {
  domain: { fr: "le domaine", en: "the domain" },
  place: { fr: "la carte et le Wi-Fi public", en: "the map and the public Wi-Fi" },
  news: { fr: "les actualités", en: "news" },
  site: { fr: "l’installation", en: "the installation" },
  seed: { fr: "la graine", en: "the seed" },
  software: { fr: "les logiciels de l’outillage", en: "the toolkit’s software" },
};

/** Names by which the people of a commune know what changes. */
export class Names {
  constructor(private readonly facts: Pick<Facts, "before" | "after">) {}

  /** Title of a service, a server or an association, which has the name that its file gives it. */
  title(name: string): Translated {
    if (name === "") return itself;
    const { owner, isOfAssociations } = thingNamed(name) ?? {};
    const declared = owner === undefined ? undefined : this.facts.after.declaration.associations[owner]?.name;
    return inEach((language) => {
      const title = titleOf(name, language);
      if (!isOfAssociations || owner === undefined || declared === undefined) return title;
      return title.replace(owner, declared);
    });
  }

  /** Name of what can be retired: a service, or the place of an association. */
  whatStops(name: string): Translated {
    const { fr, en } = this.title(name);
    return this.isAssociation(name) ? { fr: `l’espace ${of(fr)}`, en: `the place of ${en}` } : { fr, en };
  }

  /** Name of an application, as its authors begin it: with a capital. */
  tool(application: string): Translated {
    return this.plain(`${application.charAt(0).toUpperCase()}${application.slice(1)}`);
  }

  /** Several titles as in a sentence. */
  titles(names: readonly string[]): Translated {
    return inEach((language) =>
      joined([...new Set(names.map((name) => this.title(name)[language]))], language),
    );
  }

  /** Name of a commune that this one links with, or keeps copies at. */
  peer(id: string): string {
    const { links } = this.facts.after.plan.federation;
    return links.find(({ peer }) => peer === id)?.name ?? id;
  }

  /** Several communes as in a sentence. */
  peers(ids: readonly string[]): Translated {
    return inEach((language) =>
      joined(
        ids.map((id) => this.peer(id)),
        language,
      ),
    );
  }

  /** Name of the service, server or association that a change is of. */
  subject({ what, name }: Pick<Change, "what" | "name">): string {
    if (what === "tenant") return tenantService(name);
    const [, service] = /^database-(.+)-password$/.exec(name) ?? [];
    return service ?? this.owner(name.split("/")[0] ?? name);
  }

  /** Name of what a change is of, for a list: as people call it. */
  about(change: Pick<Change, "what" | "name">): Translated {
    const kind = kinds[change.name === "domain" ? "domain" : change.what];
    if (kind !== undefined) return kind;
    return change.what === "link" ? this.plain(this.peer(change.name)) : this.title(this.subject(change));
  }

  private plain(name: string): Translated {
    return { fr: name, en: name };
  }

  /** The service, association or server that a volume or a server of its own is there for. */
  owner(name: string): string {
    const object = this.facts.before?.objects.find(({ metadata }) => metadata.name === name);
    const labelled = object?.metadata.labels?.["commune.cloud/service"];
    const owner = labelled ?? (thingNamed(name) === undefined ? this.begins(name) : name);
    return thingNamed(owner)?.of ?? owner;
  }

  /** The service that an object is of, by its name in messages: `PersistentVolumeClaim bron-nextcloud/nextcloud-data`. */
  ownerOfObject(name: string): string {
    const [, namespace = "", own = name] = /^\S+ (?:([^/]+)\/)?(.+)$/.exec(name) ?? [];
    const { id } = this.facts.after.declaration;
    return namespace.startsWith(`${id}-`) ? namespace.slice(id.length + 1) : this.owner(own);
  }

  /** The service with whose name a name begins; the name itself if there is none. */
  private begins(name: string): string {
    return serviceNames.find((service) => name.startsWith(`${service}-`)) ?? name;
  }

  /** Whether a name is of an association. */
  isAssociation(name: string): boolean {
    return tenantOf(name) !== undefined;
  }

  /** Whether a name is of what people themselves use: a service, or what an association has. */
  isOfPeople(name: string): boolean {
    return this.isAssociation(name) || serviceNames.some((service) => service === name);
  }

  /** `les comptes et documents de ceux qui utilisaient Nextcloud`: what a service holds, and of whom. */
  dataOf(name: string): Translated {
    const kinds = [...(dataOf(this.facts.before?.objects ?? []).get(name) ?? [])];
    const title = this.title(name);
    const isService = serviceNames.some((service) => service === name);
    const isUsed = plannedServices(this.facts.after.plan).some(({ service }) => service === name);
    const whose = isService
      ? {
          fr: `de ceux qui ${isUsed ? "utilisent" : "utilisaient"} ${title.fr}`,
          en: `of those who ${isUsed ? "use" : "used"} ${title.en}`,
        }
      : { fr: of(title.fr), en: `of ${title.en}` };
    const words = (language: Language) =>
      joined(
        kinds.map((kind) => wordFor(dataWords, kind, language)),
        language,
      );
    return {
      fr: `${kinds.length === 0 ? "toutes les données" : `les ${words("fr")}`} ${whose.fr}`,
      en: `${kinds.length === 0 ? "all data" : `the ${words("en")}`} ${whose.en}`,
    };
  }
}
