import { expect, test } from "vitest";
import { askedLanguage, readersLanguage } from "../../../components/foundation/language/reader.ts";

test.each([
  [{}, "en"],
  [{ LANG: "fr_FR.UTF-8" }, "fr"],
  [{ LANG: "en_US.UTF-8", LC_MESSAGES: "fr_FR" }, "fr"],
  [{ LANG: "fr_FR.UTF-8", LC_MESSAGES: "fr_FR", LC_ALL: "C.UTF-8" }, "en"],
  [{ LANG: "fr", LC_ALL: "" }, "fr"],
  [{ LANG: "fr@euro" }, "fr"],
  [{ LANG: "frp_FR.UTF-8" }, "en"],
  [{ LANG: "de_DE.UTF-8" }, "en"],
  [{ COMMUNE_LANG: "fr", LANG: "en_US.UTF-8" }, "fr"],
  [{ COMMUNE_LANG: "en", LC_ALL: "fr_FR.UTF-8" }, "en"],
  [{ COMMUNE_LANG: "FR" }, "fr"],
  [{ COMMUNE_LANG: "fr_FR.UTF-8" }, "fr"],
  [{ COMMUNE_LANG: "", LC_ALL: "fr_FR.UTF-8" }, "fr"],
] as const)("%o is read in %s", (environment, language) => {
  expect(readersLanguage(environment, "en")).toBe(language);
});

test("a language that nothing is written in is refused by name, and none is asked for when it is not set", () => {
  expect(() => readersLanguage({ COMMUNE_LANG: "de" }, "en")).toThrow(
    'COMMUNE_LANG is "de". Write one of: en, fr.',
  );
  expect(askedLanguage({ LANG: "fr_FR.UTF-8" })).toBeUndefined();
});
