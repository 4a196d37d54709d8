import { common, isAlways, type Span } from "../../foundation/declaration/weekly-hours.ts";
import type { WhiteZone } from "../places/places.ts";
import type { ZoneLevel } from "../radio/levels.ts";
import { dBm, modelled, type Reach } from "../radio/propagation.ts";
import type { accessibilities } from "../spaces/declaration.ts";

/** A number as French writes it, to a tenth. */
function decimal(value: number): string {
  return (Math.round(value * 10) / 10).toString().replace(".", ",");
}

/** Returns the margin of a zone below its threshold at worst, rounded down. */
export function showMargin({ threshold, worst }: ZoneLevel): string {
  if (worst === undefined) return "aucune émission";
  return `${decimal(Math.floor((dBm(threshold) - dBm(worst.milliwatts)) * 10) / 10)} dB`;
}

const days = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
const day = 24 * 60;

function hour(minute: number): string {
  const minutes = minute % 60;
  return `${Math.floor(minute / 60)} h${minutes > 0 ? ` ${String(minutes).padStart(2, "0")}` : ""}`;
}

/** Hours of the week in French, days with the same hours together: `lundi à vendredi de 7 h à 21 h`. */
export function showHours(hours: { spans: readonly Span[] }): string {
  if (isAlways(hours)) return "jour et nuit, tous les jours";
  const byDay = days.map((_, index) => {
    const midnight = index * day;
    // Hours that go on over midnight are told on each day that they are in.
    return common(hours.spans, [{ from: midnight, to: midnight + day }])
      .map(({ from, to }) => `de ${hour(from - midnight)} à ${hour(to - midnight)}`)
      .join(" et ");
  });
  const groups: { first: number; last: number; text: string }[] = [];
  for (const [index, text] of byDay.entries()) {
    const before = groups.at(-1);
    if (before && before.text === text) before.last = index;
    else groups.push({ first: index, last: index, text });
  }
  return groups
    .filter(({ text }) => text !== "")
    .map(({ first, last, text }) => `${dayRange(first, last)} ${text}`)
    .join(" ; ");
}

function dayRange(first: number, last: number): string {
  if (first === 0 && last === 6) return "tous les jours";
  if (first === last) return days[first] ?? "";
  return `${days[first]} ${last - first === 1 ? "et" : "à"} ${days[last]}`;
}

/**
 * Returns the distance up to which a hotspot serves the street, in French. If that is nearer than the model was
 * measured, the text says so.
 */
export function showReach({ sure, modelled: holds }: Reach): string {
  const metres = `${sure.toFixed(0)} m`;
  return holds
    ? `jusqu’à ${metres} environ`
    : `à moins de ${modelled.from} m (${metres} en prolongeant le modèle)`;
}

/** Reasons for a zone, in French. */
export const reasonWords: Record<WhiteZone["reason"], string> = {
  residents: "demande d’habitants",
  creche: "crèche (loi 2015-136)",
  classroom: "salles de classe",
  hospital: "hôpital",
  "care-home": "résidence médicalisée",
  nature: "espace naturel",
};

/** Facilities of a space for people who need them, in French. */
export const accessWords: Record<(typeof accessibilities)[number], string> = {
  "step-free": "accès de plain-pied",
  "accessible-toilet": "toilettes accessibles",
  "hearing-loop": "boucle magnétique",
  "screen-reader": "lecteur d’écran",
  "large-screen": "grand écran",
  "adjustable-desk": "table réglable",
  "sign-language": "langue des signes",
};
