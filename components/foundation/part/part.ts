import type { Image } from "../image/catalogue.ts";
import type { SecretLabel } from "../seed/labels.ts";
import type { DataHolders } from "../site/data-holders.ts";

/**
 * Something that a commune can have, as far as others must know of it: whoever has to know every part reads the list of them
 * (`components/commune/parts.ts`), and names none. Pure, and without Pulumi.
 *
 * @typeParam Plans what it reads of a plan: of what runs, and of what was retired.
 */
export interface Part<Plans> {
  /** What holds its data, as its component makes it. */
  holders?(plans: Plans): readonly DataHolders[];
  /** The secrets that it derives. */
  secrets?(plans: Plans): readonly SecretLabel[];
  /** Every secret that it may derive, whatever is planned; not those whose names follow from associations' files. */
  labels?: readonly SecretLabel[];
  /** Software that comes with the toolkit and that it runs; another part may run the same. */
  software?(plans: Plans): readonly Software[];
}

/** Software that comes with the toolkit. */
export interface Software {
  /** What its version is published under, for later versions to be compared with: another major is another one. */
  name: string;
  image: Image;
}
