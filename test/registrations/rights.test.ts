import { readFileSync } from "node:fs";
import { join } from "node:path";
import yaml from "js-yaml";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { checkout } from "../../local/paths.ts";
import { communeText, tenantText, valid, withHelm } from "../components/tenants/stacks.ts";
import { example, registered, registeredNow } from "./declared.ts";
import { kubernetesObjects } from "./objects.ts";
import { rightsTables, unreasoned } from "./rights/page.ts";
import { type Right, rightsOf, together } from "./rights/rights.ts";

const text = z.record(z.string(), z.string());
const reasons = z
  .strictObject({ account: text, role: text, secret: text, port: text })
  .parse(yaml.load(readFileSync(join(import.meta.dirname, "rights", "reasons.yaml"), "utf8")));

const begin = "<!-- rights: begin -->";
const full = example("full.yaml");
const commune = full.declaration.id;
const objects = kubernetesObjects(await registered(full));

/** A commune with what that example has not: a login of its own, accounts, and an association with copies at a vault. */
const hosting = valid(
  {
    "../federation.yaml": `name: Métropole
members:
  lyon: { name: Lyon, insee: "69123", domain: lyon.test, contact: a@lyon.test }
  bron: { name: Bron, insee: "69029", domain: bron.test, contact: a@bron.test }
`,
    "tenants/chorale.yaml": tenantText(
      "chorale",
      "applications: { wordpress: {}, radicale: { access: members } }\n",
    ),
  },
  communeText(`tenants: { domain: assos-bron.test, mariadb: {} }
directory: {}
identity: {}
mail: { relay: smtp.bron.test, user: nuage }
recovery: { vaults: [lyon] }
`),
);

let rights: Right[];
beforeAll(async () => {
  await withHelm();
  const { declaration, federation } = hosting;
  const more = await registeredNow({ declaration, metropolis: federation, places: undefined });
  rights = together([
    ...rightsOf(objects, commune, "traefik"),
    ...rightsOf(kubernetesObjects(more), declaration.id, "traefik"),
  ]);
}, 20 * 60_000);

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
  const more = together([...rights, ...rightsOf([secret], commune, "traefik")]);
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
