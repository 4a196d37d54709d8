import { everyImage } from "../../../components/commune/images.ts";
import { madeHere, repositoryOf } from "../../../components/foundation/image/catalogue.ts";
import { fullReference, parseReference } from "../../../components/foundation/image/reference.ts";
import { services } from "../../../components/services/index.ts";

/** Images that come from their registries together, or not at all: those of one service, or one alone. */
export interface Application {
  name: string;
  /** Fully qualified, with tags. */
  references: readonly string[];
}

/** Name of the application that an image belongs to: the service that has it, or the image's own name. */
export function applicationOf(reference: string): string {
  const repository = repositoryOf(fullReference(reference));
  const service = services.find(({ images }) =>
    images.some((image) => repositoryOf(image.reference) === repository),
  );
  return service?.name ?? parseReference(reference).repository.split("/").at(-1) ?? repository;
}

/** References by application, in the order in which they appear. */
export function applicationsOf(references: readonly string[]): Application[] {
  const found = new Map<string, Set<string>>();
  for (const reference of references) {
    const name = applicationOf(reference);
    found.set(name, (found.get(name) ?? new Set()).add(fullReference(reference)));
  }
  return [...found].map(([name, all]) => ({ name, references: [...all] }));
}

/** The registries that an application's images are in. */
export function registriesOf({ references }: Application): string[] {
  return [...new Set(references.map((reference) => parseReference(reference).registry))];
}

/** Whether nobody publishes an application's images: they are made here, whatever is asked for. */
export function isMadeHere(application: Application): boolean {
  return registriesOf(application).includes(madeHere);
}

/** Every registry that the catalogue has images of. */
export function everyRegistry(): readonly string[] {
  const references = [...everyImage].map(({ reference }) => reference);
  return registriesOf({ name: "all", references }).filter((registry) => registry !== madeHere);
}
