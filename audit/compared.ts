import { everyImage } from "../components/commune/images.ts";
import { catalogued, type Image } from "../components/foundation/image/catalogue.ts";
import { parseReference } from "../components/foundation/image/reference.ts";
import type { KubernetesObject } from "../components/foundation/manifest/object.ts";
import { containersOf, podOf } from "../policies/pods.ts";
import { type Opening, openingsOf, type PublicPlace, publicPlaces } from "./openings.ts";
import type { Sides } from "./side.ts";

/** Items that are only before, only after, and on both sides. */
export interface Compared<Item> {
  gone: Item[];
  come: Item[];
  kept: Item[];
}

function compare<Item>(
  before: readonly Item[],
  after: readonly Item[],
  key: (item: Item) => string,
): Compared<Item> {
  const [was, is] = [new Set(before.map(key)), new Set(after.map(key))];
  return {
    gone: before.filter((item) => !is.has(key(item))),
    come: after.filter((item) => !was.has(key(item))),
    kept: after.filter((item) => was.has(key(item))),
  };
}

const objectsBefore = ({ before }: Sides) => before?.objects ?? [];

/** A name that answers everybody, or a path below a name that does so before and after. */
export interface PublicAddress {
  /** `cloud.bron.fr`, `bron.fr/associations`. */
  address: string;
  service: string;
}

/** Names that answer everybody, and the paths that come and go below those that stay. */
export function addressesCompared(facts: Sides): Compared<PublicAddress> {
  const [before, after] = [publicPlaces(objectsBefore(facts)), publicPlaces(facts.after.objects)];
  const names = compare(onePerHost(before), onePerHost(after), ({ host }) => host);
  const stay = new Set(names.kept.map(({ host }) => host));
  const below = (places: PublicPlace[]) => places.filter(({ host }) => stay.has(host));
  const paths = compare(below(before), below(after), ({ host, path }) => host + path);
  const ofName = ({ host, service }: PublicPlace) => ({ address: host, service });
  const ofPath = ({ host, path, service }: PublicPlace) => ({ address: host + path, service });
  return {
    gone: [...names.gone.map(ofName), ...paths.gone.map(ofPath)],
    come: [...names.come.map(ofName), ...paths.come.map(ofPath)],
    kept: names.kept.map(ofName),
  };
}

function onePerHost(places: readonly PublicPlace[]): PublicPlace[] {
  return [...new Map(places.toReversed().map((place) => [place.host, place])).values()].toReversed();
}

/** Ways that network policies leave open. */
export function openingsCompared(facts: Sides): Compared<Opening> {
  return compare(openingsOf(objectsBefore(facts)), openingsOf(facts.after.objects), (opening) =>
    JSON.stringify(opening),
  );
}

/** A piece of software that runs, as the catalogue has it. */
export interface RunningSoftware {
  /** `docker.io/library/nextcloud:33.0.7-fpm`. */
  reference: string;
  licence: string;
  source: string;
  /** Whether the catalogue has it, which has free software alone. */
  isFree: boolean;
  /** Entry of the catalogue; undefined if it has none. */
  known: Image | undefined;
}

/** Software that objects run: each image once, sorted by reference. */
export function softwareIn(objects: readonly KubernetesObject[]): RunningSoftware[] {
  const references = objects.flatMap((object) => containersOf(podOf(object)).map(({ image }) => image));
  return [...new Set(references)].sort().map((reference) => {
    const known: Image | undefined = catalogued(reference, everyImage);
    return {
      reference,
      licence: known?.licence ?? "?",
      source: known?.source ?? "?",
      isFree: known !== undefined,
      known,
    };
  });
}

/** The software of both sides. */
export function softwareCompared(facts: Sides): Compared<RunningSoftware> {
  return compare(
    softwareIn(objectsBefore(facts)),
    softwareIn(facts.after.objects),
    ({ reference }) => reference,
  );
}

/** `nextcloud 33.0.7-fpm`, without registry and digest. */
export function shortName(reference: string): string {
  const { repository, tag } = parseReference(reference);
  return [repository.split("/").at(-1), tag].filter(Boolean).join(" ");
}

/** Categories of personal data that each service of a commune holds, by service. */
export function dataOf(objects: readonly KubernetesObject[]): Map<string, Set<string>> {
  const held = new Map<string, Set<string>>();
  for (const { metadata } of objects) {
    const service = metadata.labels?.["commune.cloud/service"];
    const label = metadata.labels?.["commune.cloud/data"] ?? "none";
    if (service === undefined || label === "none") continue;
    const own = held.get(service) ?? new Set();
    for (const category of label.split(".")) own.add(category);
    held.set(service, own);
  }
  return held;
}
