import { Refusal, written } from "../../foundation/declaration/written.ts";

/**
 * Pattern of an RNA number: `W`, three characters of the prefecture's department (a letter for Corsica and overseas),
 * six more.
 */
const rnaPattern = /^W\d[0-9A-Z]\d{7}$/;

/**
 * Schema of the number of an association in the Répertoire national des associations, such as `W691234567`. It has no
 * check digit, and proves nothing alone: whoever approves a request looks at the receipt.
 * Source: https://www.data.gouv.fr/fr/datasets/repertoire-national-des-associations/
 */
export function rna() {
  return written<string>({
    title: "RNA number",
    noun: "an RNA number",
    example: "W691234567",
    pattern: rnaPattern,
    maximumLength: 20,
    read(text) {
      if (rnaPattern.test(text)) return text;
      const plain = text.replace(/[\s.-]/g, "").toUpperCase();
      return new Refusal(
        "is not an RNA number: W and nine digits, of which the second may be a letter",
        rnaPattern.test(plain) ? plain : undefined,
      );
    },
  });
}

/** Whether the last digit is the one that Luhn's formula requires (ISO/IEC 7812-1, annex B). */
export function hasLuhnKey(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/**
 * Schema of the number of an organisation in INSEE's SIRENE register, such as `732829320`: nine digits, of which the
 * last is a check digit.
 * Source: https://www.insee.fr/fr/metadonnees/definition/c2047
 */
export function siren() {
  return written<string>({
    title: "SIREN number",
    noun: "a SIREN number",
    example: "732829320",
    pattern: /^\d{9}$/,
    maximumLength: 20,
    read(text) {
      const plain = text.replace(/[\s.-]/g, "");
      if (/^\d{14}$/.test(plain))
        return new Refusal("is a SIRET, which is of one establishment", plain.slice(0, 9));
      if (!/^\d{9}$/.test(plain)) return new Refusal("is not a SIREN number: nine digits");
      if (!hasLuhnKey(plain))
        return new Refusal("is no SIREN number that INSEE gave: one of its digits is wrong");
      return plain === text ? text : new Refusal("has more than digits in it", plain);
    },
  });
}
