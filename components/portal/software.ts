import { day } from "../foundation/page/day.ts";
import { type Html, html } from "../foundation/page/html.ts";

/** Software that the commune runs, as its pages tell it. */
export interface UsedSoftware {
  name: string;
  version: string;
  /** SPDX identifier. */
  licence: string;
  /** Address of its source. */
  source: string;
  /** Its purpose, in French; undefined for what other software needs. */
  purpose: string | undefined;
  /** Its publisher, with the country of its seat (ISO 3166-1), as far as the catalogue knows. */
  publisher?: { name: string; country?: string | undefined } | undefined;
  /** Its numbers in the lists of the State and of local authorities, as far as the catalogue knows. */
  registers?: Registered | undefined;
}

interface Registered {
  sill?: number | undefined;
  comptoir?: number | undefined;
  /** Day on which they were read, and where. */
  read: string;
  from: string;
}

/** Returns the publisher, `Framasoft (France)`; empty if it is not known. */
export function publisherText({ publisher }: Pick<UsedSoftware, "publisher">): string {
  if (publisher === undefined) return "";
  const { name, country } = publisher;
  const land = country && new Intl.DisplayNames(["fr"], { type: "region" }).of(country);
  return land === undefined || land === "" ? name : `${name} (${land})`;
}

/** Returns the numbers in the lists, `SILL 93, Comptoir du Libre 117`; empty if there is none. */
export function registersText({ registers }: Pick<UsedSoftware, "registers">): string {
  return [
    ...(registers?.sill === undefined ? [] : [`SILL ${registers.sill}`]),
    ...(registers?.comptoir === undefined ? [] : [`Comptoir du Libre ${registers.comptoir}`]),
  ].join(", ");
}

/** Returns the line about the source of the numbers in the lists; undefined if there is none. */
export function registersSource(software: readonly UsedSoftware[]): Html | undefined {
  const sources = new Map(
    software.flatMap(({ registers }) => (registers ? [[registers.from, registers] as const] : [])),
  );
  if (sources.size === 0) return undefined;
  const links = [...sources.values()].map(
    ({ from, read }) => html`<a href="${from}">${nameOf(from)}</a>, le ${day(read)}`,
  );
  return html`<p class="soft">Numéros du socle interministériel de logiciels libres (SILL) et du Comptoir du Libre : tels que relevés dans ${links[0]}${links.slice(1).map((link) => html` ; ${link}`)}. Une case vide : nous ne le savons pas.</p>`;
}

/** `sill-2020.csv (github.com)`: what is behind an address. */
function nameOf(address: string): string {
  const { host, pathname } = new URL(address);
  const file = pathname.split("/").filter(Boolean).at(-1);
  return file === undefined ? host : `${file} (${host})`;
}
