import type { Translated } from "../../foundation/language/language.ts";
import { english } from "./english.ts";
import { french } from "./french.ts";
import type { Phrasing } from "./sentences.ts";

/** The sentences about changes, by language. */
export const phrasings: Translated<Phrasing> = { en: english, fr: french };
