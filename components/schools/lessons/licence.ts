import { Refusal, written } from "../../foundation/declaration/written.ts";

/** A licence by which anybody may use, change and pass on a lesson. */
export interface Licence {
  /** SPDX identifier. */
  id: string;
  /** Name that people read. */
  name: string;
  /** Text of the licence. */
  address: string;
}

/** Free licences of cultural works. Source: https://freedomdefined.org/Licenses and https://spdx.org/licenses. */
const licences: readonly Licence[] = [
  creativeCommons("CC-BY-4.0", "CC BY 4.0", "by/4.0"),
  creativeCommons("CC-BY-SA-4.0", "CC BY-SA 4.0", "by-sa/4.0"),
  creativeCommons("CC-BY-3.0", "CC BY 3.0", "by/3.0"),
  creativeCommons("CC-BY-SA-3.0", "CC BY-SA 3.0", "by-sa/3.0"),
  {
    id: "CC0-1.0",
    name: "CC0 1.0 (domaine public)",
    address: "https://creativecommons.org/publicdomain/zero/1.0/deed.fr",
  },
  {
    id: "etalab-2.0",
    name: "Licence ouverte 2.0",
    address: "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
  },
  { id: "LAL-1.3", name: "Licence Art libre 1.3", address: "https://artlibre.org/licence/lal/" },
  {
    id: "GFDL-1.3-or-later",
    name: "GNU FDL 1.3 ou ultérieure",
    address: "https://www.gnu.org/licenses/fdl-1.3.html",
  },
];

function creativeCommons(id: string, name: string, path: string): Licence {
  return { id, name, address: `https://creativecommons.org/licenses/${path}/deed.fr` };
}

/** The free licence of that SPDX identifier. */
function licenceOf(id: string): Licence | undefined {
  return licences.find((known) => known.id === id);
}

/** The SPDX identifier of a free licence. */
export function licence() {
  return written<Licence>({
    title: "free licence",
    noun: "a free licence",
    example: "CC-BY-SA-4.0",
    pattern: new RegExp(`^(${licences.map(({ id }) => id.replaceAll(".", "\\.")).join("|")})$`),
    maximumLength: 40,
    read(text) {
      const known = licenceOf(text);
      if (known) return known;
      const same = licences.find(({ id }) => id.toLowerCase() === text.toLowerCase().replace(/\s+/g, "-"));
      if (same) return new Refusal("is not the usual spelling", same.id);
      if (/(^|[^a-z])(nc|nd)([^a-z]|$)/i.test(text)) {
        return new Refusal("is not a free licence: it forbids commercial use, or changes, to somebody");
      }
      return new Refusal(
        `is no free licence that is known here (${licences.map(({ id }) => id).join(", ")})`,
      );
    },
  });
}
