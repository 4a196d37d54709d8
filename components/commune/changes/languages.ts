import { english } from "./english.ts";
import { french } from "./french.ts";
import type { Language } from "./sentences.ts";
import type { Tongue } from "./words.ts";

/** What changes are told in. */
export const languages: Readonly<Record<Tongue, Language>> = { en: english, fr: french };
