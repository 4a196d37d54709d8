import { randomBytes } from "node:crypto";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CommuneDeclaration } from "../../../components/commune/declaration.ts";
import { loadCommune } from "../../../components/commune/load.ts";

export const [id, school] = ["bron", "jules-ferry"];

const declaration = `id: bron
name: Bron
insee: "69029"
domain: bron.test
population: 42000
contact: numerique@bron.test
nextcloud: {}
schools:
  libraries: { commune: { name: Ville de Bron, folder: library/commune } }
  establishments:
    jules-ferry:
      name: École Jules-Ferry
      levels: [elementaire]
      library: library/jules-ferry
      teachers: [Enseignants]
      bandwidth: 200000
`;

/** A drawing that can be told from the others on a screenshot. */
function drawing(colour: string, text: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="240" viewBox="0 0 320 240"><rect width="320" height="240" fill="${colour}"/><circle cx="160" cy="100" r="70" fill="white"/><text x="160" y="220" font-size="36" text-anchor="middle" fill="white">${text}</text></svg>\n`;
}

/** Writes a commune with a school and its libraries: drawings, and films of random bytes. */
export function writeCommune(stacks: string, films: number, filmBytes: number): CommuneDeclaration {
  const folder = join(stacks, id);
  write(join(folder, "commune.yaml"), declaration);
  const pictures: Record<string, [string, string]> = {
    "commune/pictures/carte-de-bron.svg": ["#0b6e4f", "Bron"],
    "commune/pictures/animaux/lion.svg": ["#c1440e", "Lion"],
    "jules-ferry/pictures/notre-école.svg": ["#0b3d91", "École"],
  };
  for (const [path, [colour, text]] of Object.entries(pictures)) {
    write(join(folder, "library", path), drawing(colour, text));
  }
  for (let film = 0; film < films; film += 1) writeFilm(folder, film, filmBytes);
  const loaded = loadCommune(stacks, id);
  if (!loaded.ok) throw loaded.error;
  return loaded.declaration;
}

/** A film that no other is like, written piece by piece. */
export function writeFilm(folder: string, film: number, bytes: number): void {
  const file = join(folder, "library/commune/videos", `film ${film}.mp4`);
  write(file, "");
  for (let left = bytes; left > 0; left -= 2 ** 22)
    appendFileSync(file, randomBytes(Math.min(left, 2 ** 22)));
}

function write(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
