import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recipesOf } from "../../local/images/recipe.ts";
import { checkout } from "../../local/paths.ts";
import { recipes } from "../../local/recipes.ts";
import { communeLines, neighbourLines, withStack } from "../../scripts/demo/tour/declared.ts";
import { tourAssociations } from "../../scripts/demo/tour.ts";
import { demoNeeds } from "../../scripts/demo.ts";
import { referencesOf } from "../../scripts/local-images.ts";
import { objectsOf } from "../../scripts/objects.ts";
import { tenantText, withHelm } from "../components/tenants/stacks.ts";
import { withoutSourceMaps } from "./recorder.ts";

/** Images of two communes with documents, posts and videos: none for lists, tickets, logins or associations' applications. */
const demo = [
  "docker.io/chocobozzz/peertube:v8.3.1-trixie",
  "docker.io/library/nextcloud:33.0.7-fpm",
  "docker.io/library/node:24.21.0-trixie-slim",
  "docker.io/library/postgres:17.12-trixie",
  "docker.io/nginxinc/nginx-unprivileged:1.26.3-bookworm",
  "docker.io/valkey/valkey:8.1.1",
  "ghcr.io/mastodon/mastodon-streaming:v4.6.5",
  "ghcr.io/mastodon/mastodon:v4.6.5",
];
const [commune, neighbour] = demoNeeds(false).communes as [string, string];
let stacks: string;

/** The names under which the images are built that a demo needs, with the declarations of a folder. */
async function built(folder: string, tour: boolean): Promise<(string | undefined)[]> {
  const { communes, also } = demoNeeds(tour);
  const references = await withoutSourceMaps(() => referencesOf(folder, communes, also, objectsOf));
  return recipesOf(references, recipes)
    .map(({ names }) => names[0])
    .sort();
}

beforeAll(async () => {
  await withHelm();
  stacks = join(mkdtempSync(join(tmpdir(), "demo-images-")), "stacks");
  cpSync(join(checkout, "stacks"), stacks, { recursive: true });
});
afterAll(() => rmSync(join(stacks, ".."), { recursive: true }));

test("the demo has what its two communes declare, and no other image", async () => {
  expect(await built(join(checkout, "stacks"), false)).toEqual(demo);
});

test("the tour has from the start what it declares on its way, and no other image", async () => {
  const before = await built(stacks, true);
  expect(before).toEqual([...demo, "docker.io/restic/restic:0.18.0"].sort());
  const pair = { commune, neighbour, associations: tourAssociations(commune) };
  appendFileSync(join(stacks, commune, "commune.yaml"), communeLines(pair));
  appendFileSync(join(stacks, neighbour, "commune.yaml"), neighbourLines(pair));
  const members = join(stacks, "federation.yaml");
  writeFileSync(members, withStack(readFileSync(members, "utf8"), commune));
  const id = "chorale-gratte-ciel";
  mkdirSync(join(stacks, commune, "tenants"));
  writeFileSync(
    join(stacks, commune, "tenants", `${id}.yaml`),
    tenantText(id, "applications: { site: {} }\n"),
  );
  expect(await built(stacks, false)).toEqual(before);
});

test("tickets that somebody declares bring their image, with the next command that asks for images", async () => {
  appendFileSync(join(stacks, commune, "commune.yaml"), "tickets: {}\n");
  expect(await built(stacks, false)).toContain("docker.io/pretix/standalone:2026.8.0");
});
