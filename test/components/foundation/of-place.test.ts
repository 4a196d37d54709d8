import { expect, test } from "vitest";
import { ofPlace } from "../../../components/foundation/page/of-place.ts";

test.each([
  ["Bron", "de Bron"],
  ["Albigny-sur-Saône", "d’Albigny-sur-Saône"],
  ["Écully", "d’Écully"],
  ["Oullins-Pierre-Bénite", "d’Oullins-Pierre-Bénite"],
  ["Le Tronquoy", "du Tronquoy"],
  ["Les Chères", "des Chères"],
  ["La Mulatière", "de La Mulatière"],
  ["Hauteville", "de Hauteville"],
])("of %s is %s", (name, told) => expect(ofPlace(name)).toBe(told));
