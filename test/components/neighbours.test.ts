import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { neighboursOf } from "../../components/commune/neighbours.ts";
import { federationSchema } from "../../components/federation/members.ts";

const stacks = mkdtempSync(join(tmpdir(), "neighbours-"));
afterAll(() => rmSync(stacks, { recursive: true }));

const member = (id: string, insee: string) => ({
  ...{ name: id, insee, domain: `${id}.test`, contact: `a@${id}.test` },
});
const metropolis = federationSchema.parse({
  name: "Métropole",
  members: {
    bron: member("bron", "69029"),
    lyon: member("lyon", "69123"),
    venissieux: member("venissieux", "69259"),
  },
});

function declare(id: string, insee: string, more: string) {
  mkdirSync(join(stacks, id), { recursive: true });
  const lines = [`id: ${id}`, `name: ${id}`, `insee: "${insee}"`, `domain: ${id}.test`, "population: 1000"];
  const text = [...lines, `contact: a@${id}.test`, "nextcloud: {}", more].join("\n");
  writeFileSync(join(stacks, id, "commune.yaml"), `${text}\n`);
}

test("of peers that are declared in the same checkout it is known with whom they link, as they are written now", () => {
  const asked = () => neighboursOf(stacks, ["lyon", "venissieux"], metropolis);
  expect(asked()).toEqual(new Map());
  declare("lyon", "69123", "federation: { with: all, except: [venissieux] }");
  declare("venissieux", "69259", "");
  expect(asked()).toEqual(
    new Map([
      ["lyon", ["bron"]],
      ["venissieux", []],
    ]),
  );
  declare("venissieux", "69259", "federation: { with: [bron] }");
  declare("lyon", "69123", "federation: { with: nobody }");
  expect(asked()).toEqual(new Map([["venissieux", ["bron"]]]));
  expect(neighboursOf(stacks, ["venissieux"], undefined)).toEqual(new Map());
});
