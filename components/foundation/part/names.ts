import type { Path } from "../declaration/position.ts";
import type { Translated } from "../language/language.ts";

/** A thing named in what a stack publishes and in messages: a namespace, a server, a volume. */
export interface NamedThing {
  /** Kind of its part, or of what is beside it. */
  kind: string;
  /** Its owner, if there are several: a commune, an association. */
  owner?: string;
  /** Name of the thing that it serves and stays with; undefined if it stands alone. */
  of?: string;
  /** Its name for people; `%` is its owner, or the title of the thing that it serves. */
  title: Translated;
  /** Field in which its retirement is declared; undefined if it goes with something else. */
  retirement?: Path;
  /** Section that an error is about once nothing declares it any more; the first of `retirement` when absent. */
  goneFrom?: string;
  /** Name of what takes its protection away with its own; nothing else does when absent. */
  goesWith?: string;
  /** Whether it is an association's, or there for associations: what it is called follows from their files. */
  isOfAssociations?: boolean;
}

/** Names that are made of an owner's, each read as it is made. */
export interface OwnedNames {
  of(owner: string): string;
  /** Returns the owner in a name; undefined for a name of anything else. */
  ownerOf(name: string): string | undefined;
}

/** Names of owners with something before them or after them. */
export function ownedNames(before: string, after = ""): OwnedNames {
  return {
    of: (owner) => `${before}${owner}${after}`,
    ownerOf(name) {
      const owner = name.slice(before.length, name.length - after.length);
      return owner !== "" && name === `${before}${owner}${after}` ? owner : undefined;
    },
  };
}
