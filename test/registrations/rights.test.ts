import { readFileSync } from "node:fs";
import { join } from "node:path";
import yaml from "js-yaml";
import { expect, test } from "vitest";
import * as z from "zod";
import { checkout } from "../../local/paths.ts";
import { example, registered } from "./declared.ts";
import { kubernetesObjects } from "./objects.ts";
import { rightsTables, unreasoned } from "./rights/page.ts";
import { rightsOf } from "./rights/rights.ts";

const text = z.record(z.string(), z.string());
const reasons = z
  .strictObject({ account: text, role: text, secret: text, port: text })
  .parse(yaml.load(readFileSync(join(import.meta.dirname, "rights", "reasons.yaml"), "utf8")));

const begin = "<!-- rights: begin -->";
const full = example("full.yaml");
const commune = full.declaration.id;
const objects = kubernetesObjects(await registered(full));
const rights = rightsOf(objects, commune, "traefik");

test("every right has a reason, and every reason a right", () => {
  expect(rights.length).toBeGreaterThan(100);
  expect(unreasoned(rights, reasons)).toEqual({ missing: [], idle: [] });
});

test("nothing has a right that nobody uses: an account, a rule, a key of a Secret", () => {
  const unused = rights.filter(({ kind, who }) => kind !== "port" && who === "");
  expect(unused.map(({ kind, space, what }) => `${kind} ${space} ${what}`)).toEqual([]);
});

test("a right that is new, idle or without a reason is told", () => {
  const secret = {
    ...{ apiVersion: "v1", kind: "Secret", metadata: { name: "spare", namespace: `${commune}-lists` } },
    stringData: { key: "" },
  };
  const more = rightsOf([...objects, secret], commune, "traefik");
  expect(more.filter(({ who, kind }) => kind === "secret" && who === "")).toEqual([
    { space: "lists", kind: "secret", what: "spare key", who: "" },
  ]);
  const idle = { ...reasons, port: { ...reasons.port, "lists: web 25": "once" } };
  expect(unreasoned(more, idle)).toEqual({
    missing: ["secret lists: spare key"],
    idle: ["port lists: web 25"],
  });
});

test("docs/rights.md has them as they are", async () => {
  const page = readFileSync(join(checkout, "docs", "rights.md"), "utf8");
  const [start = ""] = page.split(begin);
  const written = `${start}${begin}\n\n${rightsTables(rights, reasons)}\n`;
  await expect(written).toMatchFileSnapshot("../../docs/rights.md");
});
