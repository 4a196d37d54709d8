import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { importProblem } from "../../../components/foundation/image/imported.ts";
import { layoutOf } from "../../../local/cluster/layout.ts";

const digest = `sha256:${"a".repeat(64)}`;
const pretix = "docker.io/pretix/standalone:2026.8.0";
let state: string;
const kubeconfig = (cluster: string) => layoutOf(cluster, state).kubeconfig;

beforeEach(() => {
  state = join(mkdtempSync(join(tmpdir(), "imported-")), ".local");
  for (const cluster of ["commune", "second"]) {
    const { root, imported } = layoutOf(cluster, state);
    mkdirSync(root, { recursive: true });
    const names = ["docker.io/library/node:24", `docker.io/library/node@${digest}`];
    writeFileSync(imported, JSON.stringify(Object.fromEntries(names.map((name) => [name, digest]))));
  }
});
afterEach(() => rmSync(join(state, ".."), { recursive: true }));

test("a cluster of this machine that has the images, by tag or by digest, is no problem", () => {
  const images = ["node:24", "docker.io/library/node:24", `node:24@${digest}`];
  expect(importProblem("bron", images, kubeconfig("commune"))).toBeUndefined();
});

test("what it does not have is told with the command that brings it", () => {
  const images = ["node:24", pretix, pretix];
  const here = join(state, "..");
  expect(importProblem("bron", images, kubeconfig("commune"), here)).toBe(
    `bron runs ${pretix}, and the cluster of this machine, which asks no registry, does not have it. Bring it there first, built where that was not done yet: npx commune local up --also ${pretix}\nNothing was changed.`,
  );
  expect(importProblem("bron", [pretix, "mariadb:11"], kubeconfig("second"), here)).toContain(
    `: npx commune local up --cluster second --also ${pretix} mariadb:11\n`,
  );
  // In the copy of the tour, for one.
  expect(importProblem("bron", [pretix], kubeconfig("commune"), "/elsewhere")).toContain(
    `: cd ${here} && npx commune local up --also`,
  );
});

test("of any other cluster nothing is said", () => {
  expect(importProblem("bron", [pretix], undefined)).toBeUndefined();
  expect(importProblem("bron", [pretix], "/etc/kubernetes/admin.conf")).toBeUndefined();
  expect(
    importProblem("bron", [pretix], `${kubeconfig("commune")}:/etc/kubernetes/admin.conf`),
  ).toBeUndefined();
});
