import { createHash } from "node:crypto";
import { type Html, html } from "../../foundation/page/html.ts";
import { pageText } from "../../foundation/page/page.ts";
import { type Statement, statementLine } from "../../foundation/page/statement.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import type { Level } from "../levels.ts";
import { subjects } from "./declaration.ts";
import type { Lesson } from "./lesson.ts";

/** Levels as people read them. */
const levelNames: Record<Level, string> = {
  maternelle: "Maternelle",
  elementaire: "Élémentaire",
  college: "Collège",
  lycee: "Lycée",
};

/** A lesson as the catalogue shows it. */
export interface Listed extends Omit<Lesson, "thumbnail"> {
  /** Address of the archive, relative to the page. */
  address: string;
  /** Address of the picture of its first page, relative to the page. */
  picture: string | undefined;
  /** Library or school that shares it. */
  shelf: string | undefined;
}

/** The catalogue in HTML: a list that needs no script, with a search over it where there is one. */
export function cataloguePage(title: string, lessons: readonly Listed[], statement?: Statement): string {
  const sorted = [...lessons].sort((one, other) => one.title.localeCompare(other.title, "fr"));
  const used = <Value extends string>(
    names: Record<Value, string>,
    of: (lesson: Listed) => readonly Value[],
  ) =>
    (Object.entries(names) as [Value, string][]).filter(([value]) =>
      lessons.some((lesson) => of(lesson).includes(value)),
    );
  const integrity = `sha384-${createHash("sha384").update(catalogueScript()).digest("base64")}`;
  return pageText({
    title,
    lead: html`Des leçons pour OpenBoard, libres : chacun peut les utiliser, les modifier et les partager. Aucun compte n’est demandé.`,
    head: html`<script src="catalogue.js" integrity="${integrity}" defer></script>`,
    style,
    body: html`<div id="search" role="search" hidden>
<div><label for="words">Rechercher</label><input id="words" type="search" autocomplete="off"></div>
${select(
  "subject",
  "Matière",
  "Toutes",
  used(subjects, ({ subject }) => [subject]),
)}
${select(
  "level",
  "Niveau",
  "Tous",
  used(levelNames, ({ levels }) => levels),
)}
</div>
<p id="count" role="status">${counted(sorted.length)}</p>
${sorted.length === 0 ? undefined : html`<ul id="lessons">\n${sorted.map(item)}</ul>`}`,
    footer: html`<p>Cette page ne dépose aucun cookie et ne contacte aucun autre site.</p>
${statementLine(statement)}`,
  });
}

function counted(count: number): string {
  if (count === 0) return "Aucune leçon pour le moment.";
  return count === 1 ? "1 leçon" : `${count} leçons`;
}

function select(id: string, label: string, all: string, options: readonly [string, string][]): Html {
  const lines = options.map(([value, name]) => html`<option value="${value}">${name}</option>`);
  return html`<div><label for="${id}">${label}</label><select id="${id}"><option value="">${all}</option>${lines}</select></div>`;
}

function item(lesson: Listed): Html {
  const { title, author, licence, subject, levels, updated, pages, bytes, address, picture, shelf } = lesson;
  const facts: [string, Html | string | undefined][] = [
    ["Matière", subjects[subject]],
    ["Niveau", levels.map((level) => levelNames[level]).join(", ")],
    ["Auteur", author],
    ["Licence", html`<a href="${licence.address}" rel="license noreferrer">${licence.name}</a>`],
    ["Taille", `${pages === 1 ? "1 page" : `${pages} pages`}, ${frenchSize(bytes)}`],
    ["Mise à jour", updated && frenchDate(updated)],
    ["Partagée par", shelf],
  ];
  return html`<li data-subject="${subject}" data-levels="${levels.join(" ")}">
${picture && html`<img src="${picture}" alt="" width="160" height="120" loading="lazy">`}<h2>${title}</h2>
<dl>${facts.map(([name, value]) => value && html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<p><a href="${address}" download>Télécharger<span class="aside"> « ${title} » (.ubz)</span></a></p>
</li>
`;
}

/** Decimal units, as French readers and file managers count. */
export function frenchSize(bytes: number): string {
  const units = ["octets", "ko", "Mo", "Go"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  const digits = power === 0 || value >= 10 ? 0 : 1;
  return `${value.toLocaleString("fr-FR", { maximumFractionDigits: digits })}\u00a0${units[power]}`;
}

function frenchDate(date: string): Html {
  const [year, month, day] = date.split("-");
  return html`<time datetime="${date}">${day}/${month}/${year}</time>`;
}

const style = `
#search:not([hidden]){display:flex;flex-wrap:wrap;gap:1rem}
#search label{display:block}
#search input,#search select{font:inherit;color:inherit;background:var(--back);border:1px solid var(--soft);padding:.4rem;min-height:2.75rem}
ul{list-style:none;padding:0;display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,22rem),1fr))}
li{background:var(--panel);border:1px solid var(--line);border-radius:.3rem;padding:1rem;overflow-wrap:anywhere}
li[hidden]{display:none}
li img{float:right;width:8rem;height:auto;margin:0 0 .5rem .5rem;border:1px solid var(--line)}
li h2{font-size:1.2rem;margin:0 0 .5rem}
dl{margin:0}
dl div{display:flex;gap:.4rem}
dt::after{content:" :"}
dd{margin:0}
li a{display:inline-block;min-height:1.5rem}
.aside{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden;white-space:nowrap}`;

/** Narrows the list while somebody types. Accents and capitals do not count. */
export function catalogueScript(): string {
  return readTemplate("schools/lessons/browser.js");
}
