import { Refusal, written } from "./written.ts";

/** One line of text for people, such as the name of a commune: any language, nothing hidden in it. */
export function line({ maximumLength = 100, example = "Villeurbanne", noun = "one line of text" } = {}) {
  return written<string>({
    title: `one line of at most ${maximumLength} characters`,
    noun,
    example,
    pattern: /^\S(.*\S)?$/,
    maximumLength,
    read(text) {
      if (/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u.test(text)) {
        return new Refusal("has a line break or a character that cannot be seen");
      }
      if (text !== text.trim()) return new Refusal("starts or ends with a space", text.trim() || undefined);
      if (text !== text.normalize("NFC"))
        return new Refusal("has accents in an unusual encoding", text.normalize("NFC"));
      return text;
    },
  });
}
