import type { Position } from "geojson";
import { type Html, html } from "../../foundation/page/html.ts";
import { ofPlace } from "../../foundation/page/of-place.ts";
import type { Area } from "../places/area.ts";
import { type Hotspot, isRoundTheClock, type Places } from "../places/places.ts";
import type { RadioCheck } from "../radio/check.ts";
import { metresBetween } from "../radio/distance.ts";
import { reach } from "../radio/propagation.ts";
import { showMargin } from "./words.ts";

/** Width of the drawing in its own units, room around it, and the legend's height. */
const [width, room, legendHeight] = [1000, 30, 84];

interface Drawing {
  height: number;
  point(position: Position): [number, number];
  /** Units of the drawing in a metre. */
  scale: number;
}

/** The box of positions: west, south, east, north. */
function box(positions: readonly Position[]): [number, number, number, number] {
  const [xs, ys] = [positions.map(([x = 0]) => x), positions.map(([, y = 0]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** Fits all places into the drawing. Equirectangular: a commune is too small for a sphere to show. */
function drawingOf({ quarters, hotspots, spaces, zones }: Places): Drawing {
  const [west, south, east, north] = box([
    ...[...quarters, ...zones].flatMap(({ area }) => area.flat(2)),
    ...[...hotspots, ...spaces].map(({ position }) => position),
  ]);
  const wide = width - 2 * room;
  const middle = (south + north) / 2;
  const scale = wide / Math.max(1, metresBetween([west, middle], [east, middle]));
  const high = metresBetween([west, south], [west, north]) * scale;
  return {
    height: Math.ceil(high + 2 * room),
    scale,
    point: ([x = 0, y = 0]) => [
      room + ((x - west) / Math.max(1e-9, east - west)) * wide,
      room + ((north - y) / Math.max(1e-9, north - south)) * high,
    ],
  };
}

function outline(area: Area, { point }: Drawing): string {
  const ring = (corners: readonly Position[]) =>
    corners
      .map((corner) =>
        point(corner)
          .map((value) => value.toFixed(1))
          .join(" "),
      )
      .join("L");
  return area
    .flat()
    .map((corners) => `M${ring(corners)}Z`)
    .join("");
}

/** Returns the position of the margin of a zone: under its southern edge, in the middle. */
function under(area: Area, { point }: Drawing): { x: string; y: number } {
  const [west, south, east] = box(area.flat(2));
  const [x, y] = point([(west + east) / 2, south]);
  return { x: x.toFixed(1), y: Math.round(y) };
}

/** Half of what the name of a quarter takes. */
const halfName = 55;

/** Returns the position of the name of a quarter: below its northern outline, all along the name. */
function within(area: Area, { point }: Drawing): { x: string; y: number } {
  const rings = area.flat().map((ring) => ring.map(point));
  const [xs, ys] = [rings.flat().map(([x]) => x), rings.flat().map(([, y]) => y)];
  const middle = (Math.min(...xs) + Math.max(...xs)) / 2;
  const tops = [-halfName, 0, halfName].map((along) => {
    const x = middle + along;
    const crossings = rings.flatMap((ring) =>
      ring.slice(1).flatMap(([x1, y1], index) => {
        const [x0, y0] = ring[index] ?? [x1, y1];
        return x0 > x === x1 > x ? [] : [y0 + ((y1 - y0) * (x - x0)) / (x1 - x0)];
      }),
    );
    return Math.min(...crossings);
  });
  return { x: middle.toFixed(1), y: Math.round(Math.max(Math.min(...ys), ...tops.filter(Number.isFinite))) };
}

/** A drawing of a commune's places that prints well: shapes differ, not only colours. It refers to no other file. */
export function mapSvg(name: string, places: Places, { levels }: RadioCheck): Html {
  const drawing = drawingOf(places);
  const { height, scale } = drawing;
  const circle = ({ position }: Hotspot, radius: string) => {
    const [x = "", y = ""] = drawing.point(position).map((value) => value.toFixed(1));
    return html`<circle cx="${x}" cy="${y}" r="${radius}"/>
`;
  };
  const title = `Carte ${ofPlace(name)} : quartiers, points Wi-Fi, zones blanches et espaces numériques. La liste donne les mêmes renseignements.`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height + legendHeight}" role="img" aria-labelledby="carte-titre" font-family="system-ui, sans-serif">
<title id="carte-titre">${title}</title>
<defs><pattern id="hachures" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="7" height="7" fill="#fff"/><path d="M0 0V7" stroke="#7a1f5c" stroke-width="2.4"/></pattern></defs>
<rect width="${width}" height="${height + legendHeight}" fill="#fff"/>
${places.quarters.map(
  ({ area }) =>
    html`<path d="${outline(area, drawing)}" fill="#f1f1ec" fill-rule="evenodd" stroke="#6b6b63" stroke-width="1.5"/>
`,
)}<g fill="#9cc3f0" stroke="#2b6cb0" stroke-width="0.8">
${places.hotspots.map((hotspot) => circle(hotspot, (reach(hotspot).sure * scale).toFixed(1)))}</g>
${levels.map(
  ({ zone }) =>
    html`<path d="${outline(zone.area, drawing)}" fill="url(#hachures)" stroke="#7a1f5c" stroke-width="1.5"/>
`,
)}${places.quarters.map((quarter) => {
  const { x, y } = within(quarter.area, drawing);
  // Long names are of two places with a dash between: one line each.
  const lines = quarter.name.split(" - ");
  return html`<text text-anchor="middle" font-size="12.5" font-weight="600" fill="#3a3a34">${lines.map((line, index) => html`<tspan x="${x}" y="${y + 17 + 15 * index}">${line}</tspan>`)}</text>
`;
})}<g fill="#12365f" stroke="#12365f" stroke-width="1.6">
${places.hotspots.filter(isRoundTheClock).map((hotspot) => circle(hotspot, "2.8"))}</g>
<g fill="#fff" stroke="#12365f" stroke-width="1.6">
${places.hotspots.filter((hotspot) => !isRoundTheClock(hotspot)).map((hotspot) => circle(hotspot, "2.8"))}</g>
${places.spaces.map(({ position }) => {
  const [x = 0, y = 0] = drawing.point(position);
  return html`<path d="M${(x - 6).toFixed(1)} ${(y - 6).toFixed(1)}h12v12h-12Z" fill="#b45309" stroke="#fff" stroke-width="1.5"/>
`;
})}${levels.map((level) => {
  const { x, y } = under(level.zone.area, drawing);
  return html`<text x="${x}" y="${y + 12}" text-anchor="middle" font-size="11" font-weight="600" fill="#7a1f5c">${showMargin(level)}</text>
`;
})}${legend(height + 14, scale)}
</svg>`;
}

/** Lengths that a scale may show, in metres, and the most room that it takes. */
const [lengths, widestScale] = [[10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000], 160];

function legend(y: number, scale: number): Html {
  const metres = lengths.findLast((length) => length * scale <= widestScale) ?? 10;
  const long = metres * scale;
  return html`<g font-size="13" fill="#1b1b2f">
<circle cx="40" cy="${y + 10}" r="2.8" fill="#12365f" stroke="#12365f" stroke-width="1.6"/><text x="54" y="${y + 14}">ouvert jour et nuit</text>
<circle cx="240" cy="${y + 10}" r="2.8" fill="#fff" stroke="#12365f" stroke-width="1.6"/><text x="254" y="${y + 14}">ouvert à certaines heures</text>
<circle cx="490" cy="${y + 10}" r="9" fill="#9cc3f0" stroke="#2b6cb0" stroke-width="0.8"/><text x="506" y="${y + 14}">rue desservie, à l’échelle (estimation)</text>
<path d="M34 ${y + 32}h14v14h-14Z" fill="url(#hachures)" stroke="#7a1f5c" stroke-width="1.5"/><text x="54" y="${y + 44}">zone blanche, et sa marge dans le pire cas</text>
<path d="M484 ${y + 33}h12v12h-12Z" fill="#b45309"/><text x="506" y="${y + 44}">espace public numérique</text>
<path d="M${(960 - long).toFixed(1)} ${y + 40}v5h${long.toFixed(1)}v-5" fill="none" stroke="#1b1b2f" stroke-width="1.5"/><text x="${(960 - long / 2).toFixed(1)}" y="${y + 34}" text-anchor="middle">${metres < 1000 ? `${metres} m` : `${metres / 1000} km`}</text>
</g>`;
}
