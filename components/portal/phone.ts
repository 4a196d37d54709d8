import { Refusal, written } from "../foundation/declaration/written.ts";

/** A telephone number as it is dialled from anywhere: `+33 4 78 03 67 67`. Source: ITU-T E.123, E.164. */
export function phone() {
  return written<string>({
    title: "telephone number with the country's code",
    noun: "a telephone number",
    example: "+33 4 78 03 67 67",
    pattern: /^\+[1-9][0-9 ]{6,20}$/,
    maximumLength: 22,
    read(text) {
      const national = /^0([1-9])((?:[ .]?\d\d){4})$/.exec(text);
      if (national) {
        const [, first, rest = ""] = national;
        const pairs = rest.replaceAll(/\D/g, "").match(/\d\d/g) ?? [];
        return new Refusal("has no country's code", `+33 ${first} ${pairs.join(" ")}`);
      }
      const digits = text.replaceAll(/\D/g, "");
      if (!/^\+[1-9]\d*( \d+)*$/.test(text) || digits.length < 7 || digits.length > 15) {
        return new Refusal("is no telephone number");
      }
      return text;
    },
  });
}
