import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import yaml from "js-yaml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Application, TenantFacts } from "../../../components/tenants/applications/application.ts";
import {
  applicationsSection,
  catalogue,
  planApplications,
} from "../../../components/tenants/applications/list.ts";
import { readCatalogue } from "../../../components/tenants/applications/load.ts";
import { pagesOf } from "../../../components/tenants/applications/pages.ts";
import { valuesSchema, valuesText } from "../../../components/tenants/applications/values.ts";
import { manifestsOf } from "../../../components/tenants/chart/manifests.ts";
import { chartsFolder, renderChart } from "../../../components/tenants/chart/render.ts";
import { tenantSchemaFor } from "../../../components/tenants/tenant/declaration.ts";
import { applicationWorkload } from "../../../components/tenants/tenant/manifests.ts";
import { tenantText, withHelm } from "./stacks.ts";

/** The folder that somebody has written, as docs/charts.md says: no line of TypeScript is of it. */
const written = fileURLToPath(new URL("added-application/petitions", import.meta.url));

let helm = "";
let charts = "";
let all: readonly Application[] = [];
beforeAll(async () => {
  helm = await withHelm();
  charts = mkdtempSync(join(tmpdir(), "charts-"));
  cpSync(written, join(charts, "petitions"), { recursive: true });
  mkdirSync(join(charts, "petitions", "charts"));
  symlinkSync(join(chartsFolder, "app"), join(charts, "petitions", "charts", "app"));
  all = readCatalogue(charts);
  // As `npx commune schema` does.
  for (const { name, declared } of all) {
    writeFileSync(join(charts, name, "values.yaml"), valuesText({ name, ...declared }));
    writeFileSync(
      join(charts, name, "values.schema.json"),
      JSON.stringify(valuesSchema({ name, ...declared })),
    );
  }
}, 20 * 60_000);
afterAll(() => rmSync(charts, { recursive: true }));

const facts: TenantFacts = {
  ...{ commune: "bron", id: "chorale", name: "Chorale des Gratte-Ciel", service: "t-chorale" },
  ...{ contact: "bureau@chorale.test", domain: "chorale.assos-bron.test", databaseServer: "mariadb" },
  ...{ loginHost: undefined, hasAccounts: false },
};
const declared = (section: object) => {
  const text = tenantText("chorale", `applications: { petitions: ${JSON.stringify(section)} }\n`);
  return tenantSchemaFor(applicationsSection(all)).parse(yaml.load(text, { schema: yaml.CORE_SCHEMA }))
    .applications;
};
const planned = (section: object, more: Partial<TenantFacts> = {}) => {
  const [plan] = planApplications({ ...facts, ...more }, declared(section), pagesOf({}), all);
  return plan ?? expect.fail("no plan");
};
const rendered = (section: object, more: Partial<TenantFacts> = {}) => {
  const { release, values } = planned(section, more);
  return renderChart({ chart: "petitions", release, namespace: "bron-t-chorale", values }, charts);
};

describe("an application that is in no catalogue", () => {
  test("is a folder: an association declares it, with defaults and errors of its own fields", () => {
    expect(declared({})).toEqual({
      petitions: {
        ...{ access: "public", subdomain: "petitions", theme: "clair", goal: 100 },
        storage: expect.objectContaining({ text: "1 GiB" }),
      },
    });
    expect(() => declared({ theme: "rose" })).toThrow("clair or sombre");
    expect(() => declared({ access: "admins" })).toThrow("public or members");
  });

  test("has a plan: sizes, rows, secrets, account, volume, restore point and exit", () => {
    expect(planned({ storage: "3 GiB" })).toMatchObject({
      ...{ name: "petitions", host: "petitions.chorale.assos-bron.test", data: "accounts.contacts", pods: 1 },
      // Its own, and its front's.
      ...{ memoryMiB: 96 + 32, millicores: 200 + 100, timed: { memoryMiB: 32 } },
      volumes: [{ name: "t-chorale-petitions-signatures", sizeGiB: 3 }],
      account: { user: "bureau@chorale.test", label: { purpose: "petitions-admin", rotation: "never" } },
      database: { engine: "postgresql", extensions: ["pg_trgm"] },
      secrets: [{ secret: "t-chorale-petitions-ballots", label: { purpose: "petitions-ballots" } }],
      gate: undefined,
      exit: { files: { folder: "/var/lib/petitions", names: ["."], uid: 1000, hasTools: false } },
      restorePoint: { volumes: [{ excluded: ["cache"] }] },
    });
  });

  test("makes what every application makes, within what a chart may", () => {
    const plan = planned({ title: "L'été" });
    const tenant = { ...facts, applications: [] };
    const made = manifestsOf(
      rendered({ title: "L'été" }),
      applicationWorkload(tenant, plan),
      "bron-t-chorale",
    );
    expect(made.map(({ kind }) => kind)).toEqual([
      ...["ConfigMap", "PersistentVolumeClaim", "Deployment", "CronJob"],
    ]);
    const { data } = made[0] as { data: Record<string, string> };
    expect(data["petitions.ini"]).toContain("title = L'été\ntheme = clair\ngoal = 100\n");
    // A text is quoted as the file's own language has it.
    expect(data["install.sh"]).toContain(String.raw`--title 'L'\''été'`);
  });

  test("has its values as they are, also one that looks like a name, and a large number", () => {
    const [config] = yaml.loadAll(rendered({ title: "À @host@ et @admin.key@", goal: 1_000_000 })) as {
      data: Record<string, string>;
    }[];
    expect(config?.data["petitions.ini"]).toContain(
      "title = À @host@ et @admin.key@\ntheme = clair\ngoal = 1000000\n",
    );
  });

  test("has the commune's login before it where there is one", () => {
    const text = rendered({}, { loginHost: "connexion.bron.test" });
    expect(text).toContain("auth_request /_person;");
    expect(rendered({})).not.toContain("auth_request");
    expect(planned({}, { loginHost: "connexion.bron.test" }).gate).toMatchObject({ path: "/admin" });
  });

  test("passes helm lint --strict as it lies there", () => {
    const said = execFileSync(helm, ["lint", "--strict", join(charts, "petitions")], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    expect(said).toContain("0 chart(s) failed");
  });

  test("has a guide in an archive", () => {
    const [{ guide } = expect.fail("none")] = all;
    const of = { host: "x.test", title: "x", tenant: "chorale", isSuspended: false, isByLogin: true };
    expect(guide.contents(of)[0]).toBe(
      "`petitions/base.sql` : la base de données de vos pétitions, lisible par PostgreSQL.",
    );
    expect(guide.goOn(of)).toContain("`https://x.test/`");
    expect(guide.goOn(of)).toContain("Donnez un mot de passe à qui administre.");
  });
});

describe("an application.yaml that cannot be read", () => {
  const problems = (from: string | RegExp, to: string) => {
    const file = join(charts, "petitions", "application.yaml");
    const text = readFileSync(join(written, "application.yaml"), "utf8");
    expect(text).toMatch(from);
    writeFileSync(file, text.replace(from, to));
    try {
      readCatalogue(charts);
      return "";
    } catch (error) {
      return String(error);
    } finally {
      writeFileSync(file, text);
    }
  };

  test.each([
    [
      "a field that nobody knows",
      "neverRun: true",
      "neverRun: true\ncolour: red",
      /application\.yaml:7:1 .*colour/,
    ],
    [
      "another kind of field",
      "kind: choice",
      "kind: condition",
      /application\.yaml:\d+:\d+ fields\.theme.*kind/,
    ],
    ["a size without a unit", "memory: 96Mi", "memory: 96", /pod\.memory: 96 .*"224Mi"/],
    ["no access", / {2}access:\n(.*\n){4}/, "", /fields: has no access/],
    ["a title by another name", "title:\n    kind: title", "name:\n    kind: title", /is called title/],
    [
      "a field with the name of a value",
      "theme:",
      "database:",
      /fields\.database: "database" is a value that the toolkit gives/,
    ],
    ["a default that it does not offer", "default: clair", "default: rose", /fields\.theme\.default/],
    [
      "a file with the name of the front's own",
      "petitions.ini: /config",
      "nginx.conf: /config",
      /pod\.files\."nginx\.conf": .*own-nginx\.conf/,
    ],
    [
      "another kind of personal data",
      "[accounts, contacts]",
      "[accounts, photos]",
      /data\[1\]: "photos" .*contacts/,
    ],
    [
      "a command whose file is nowhere",
      "restore: [sh, /config/restore.sh]",
      "restore: [sh, /config/restor.sh]",
      /application\.yaml:\d+:\d+ commands\.restore: names \/config\/restor\.sh, where no file is/,
    ],
    ["a volume without restore points", /restorePoint:\n.*\n/, "", /needs the other/],
  ])("%s is told, with its line", (_, from, to, said) => {
    expect(problems(from, to)).toMatch(said);
  });
});

test("no application of the catalogue is named in what a commune runs", () => {
  const names = catalogue().map(({ name }) => name);
  const folders = ["components", "policies", "audit", "programs"];
  const found = execFileSync(
    "git",
    ["grep", "-nE", `["'](${names.join("|")})["']`, "--", ...folders.map((each) => `${each}/**/*.ts`)],
    {
      cwd: fileURLToPath(new URL("../../..", import.meta.url)),
      encoding: "utf8",
    },
  );
  const lines = found.split("\n").filter((line) => line !== "" && !/["']site["']|example: /.test(line));
  // The label of a secret that is derived already: what telephones are asked about (decision 0229).
  expect(lines.map((line) => line.split(":")[0])).toEqual(["components/tenants/applications/telephones.ts"]);
});
