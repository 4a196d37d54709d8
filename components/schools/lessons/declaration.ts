import { choice } from "../../foundation/declaration/choice.ts";
import { line } from "../../foundation/declaration/line.ts";
import { list } from "../../foundation/declaration/list.ts";
import { section } from "../../foundation/declaration/section.ts";
import { levels } from "../levels.ts";
import { licence } from "./licence.ts";

/** Subjects, with the name that the catalogue shows. Source: programmes of the cycles 1 to 4, éduscol. */
export const subjects = {
  francais: "Français",
  mathematiques: "Mathématiques",
  "histoire-geographie": "Histoire et géographie",
  sciences: "Sciences et technologie",
  langues: "Langues vivantes",
  arts: "Arts plastiques",
  musique: "Éducation musicale",
  eps: "Éducation physique et sportive",
  emc: "Enseignement moral et civique",
  monde: "Questionner le monde",
  autre: "Autre",
} as const;

export type Subject = keyof typeof subjects;

/** `<lesson>.yaml`, beside `<lesson>.ubz`: what OpenBoard does not keep of a lesson. */
export const noticeSchema = section({
  title: line({ maximumLength: 150, example: "Les fractions" })
    .optional()
    .describe("Title that people read. The one that the lesson has in OpenBoard when absent."),
  author: line({ maximumLength: 150, example: "Claire Dupont" }).describe(
    "Who made it, under the name that they want to be known by.",
  ),
  licence: licence().describe("The free licence that the author chose."),
  subject: choice(Object.keys(subjects) as [Subject, ...Subject[]]).describe("What it is about."),
  levels: list(choice(levels), { minimum: 1, noun: "levels" }).describe("Who it is for."),
});
