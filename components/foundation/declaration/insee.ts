import { Refusal, written } from "./written.ts";

/**
 * Departments 01 to 95 (Corsica is 2A and 2B since 1976, 20 is no longer used) with three digits, overseas
 * departments and collectivities 971 to 978, 984 and 986 to 989 with two
 * (https://www.insee.fr/fr/information/2560452).
 */
const pattern = /^((0[1-9]|1[0-9]|2[1-9AB]|[3-8][0-9]|9[0-5])[0-9]{3}|97[1-8][0-9]{2}|98[46789][0-9]{2})$/;

/** The official code of a French commune (not its postal code), such as `69266`: five characters. */
export function inseeCode() {
  return written<string>({
    title: "INSEE code of a commune",
    noun: "the INSEE code",
    example: "69266",
    pattern,
    maximumLength: 5,
    read(text) {
      if (/^2[ab][0-9]{3}$/.test(text))
        return new Refusal("has a small letter for Corsica", text.toUpperCase());
      if (/^20[0-9]{3}$/.test(text))
        return new Refusal("is a postal code: INSEE codes of Corsica start with 2A or 2B");
      if (/^(?:..000|9[78].00)$/.test(text)) return new Refusal("is not a commune but a whole department");
      return pattern.test(text) ? text : new Refusal("is not the INSEE code of a French commune");
    },
  });
}
