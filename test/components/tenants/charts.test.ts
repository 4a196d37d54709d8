import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import yaml from "js-yaml";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { planCommune } from "../../../components/commune/plan.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";
import { guideNames } from "../../../components/tenants/applications/guide.ts";
import {
  applicationNames,
  applicationOf,
  applicationsSection,
  catalogue,
  referencesOf,
} from "../../../components/tenants/applications/list.ts";
import { ChartError, helmTemplate } from "../../../components/tenants/chart/helm.ts";
import { kindsOfCharts, manifestsOf } from "../../../components/tenants/chart/manifests.ts";
import { chartsFolder, levelFile, renderChart } from "../../../components/tenants/chart/render.ts";
import { knownLevel, warningOf } from "../../../components/tenants/levels/evidence.ts";
import {
  applicationWorkload,
  releaseFor,
  tenantHolders,
} from "../../../components/tenants/tenant/manifests.ts";
import { judgeObjects } from "../../../policies/judge.ts";
import { podRules } from "../../../policies/pod-rules.ts";
import { importManifestCommand } from "../../../scripts/tenant/import-manifest.ts";
import { filesOf } from "./fronts.ts";
import { communeText, tenantText, valid, withHelm } from "./stacks.ts";
import { yunohostManifest } from "./yunohost-manifest.ts";

let helm = "";
beforeAll(async () => {
  helm = await withHelm();
}, 20 * 60_000);
// Helm blocks the event loop, and vitest's messages fail after a minute without a turn of it.
afterEach(() => setImmediate());

/** Fields of applications whose files have to quote a text right. */
const withTexts: Readonly<Record<string, object>> = {
  wordpress: { subdomain: "blog", title: "L'été" },
  dokuwiki: { access: "members", title: "L'été \\ à deux: 100 %" },
  mediawiki: { access: "members", title: "L'été" },
  spip: { title: "L'été" },
  radicale: { access: "members" },
  etherpad: { access: "members", title: "L'été" },
  mobilizon: { title: "L'été \"#{1}" },
  foodsoft: { title: "L'été \"<%= 1 %>" },
};
/** Every application of the catalogue, so that a chart that somebody adds is tested as it is. */
const declared = `applications: ${JSON.stringify(
  Object.fromEntries(applicationNames().map((name) => [name, withTexts[name] ?? {}])),
)}\n`;
/** Room for all at once, which no association has. */
const roomForAll =
  "tenants: { domain: assos-bron.test, mariadb: {}, plans: { all: { storage: 50 GiB, memory: 6 GiB, cpu: 12 cores } } }\n";
const plan = () => {
  const files = { "tenants/chorale.yaml": tenantText("chorale", declared, "all") };
  const { declaration } = valid(files, communeText(roomForAll));
  const [tenant] = planCommune(declaration, siteOf(siteSchema.parse({}))).tenants ?? [];
  if (tenant === undefined) throw new Error("no tenant");
  return tenant;
};
const charts = readdirSync(chartsFolder);
const applications = charts.filter((chart) => chart !== "app");
const releases = () => plan().applications.map((application) => releaseFor(plan(), application));

test("there is a chart for every application, and the library", () => {
  expect(applications).toEqual(
    releases()
      .map(({ chart }) => chart)
      .sort(),
  );
  const lines = readdirSync(join(chartsFolder, "app", "templates")).flatMap((file) =>
    // The end of a file is no line.
    readFileSync(join(chartsFolder, "app", "templates", file), "utf8")
      .trimEnd()
      .split("\n"),
  );
  expect(lines.length).toBeLessThanOrEqual(650);
});

test("the list of applications with a database is theirs", () => {
  const has = plan().applications.map(({ name, database }) => [name, database?.engine]);
  expect(has).toEqual(catalogue().map(({ name, rows }) => [name, rows]));
});

const restoring = applications.filter((name) => existsSync(join(chartsFolder, name, "files/restore.sh")));

test.each(restoring)("what an association takes along of %s is what its own command restores", (name) => {
  const application = plan().applications.find((each) => each.name === name);
  if (application === undefined) throw new Error(name);
  const { files } = application.exit;
  const maps = yaml.loadAll(renderChart(releaseFor(plan(), application))) as {
    data?: Record<string, string>;
  }[];
  const script = maps.flatMap(({ data }) => data?.["restore.sh"] ?? [])[0];
  if (files === undefined || script === undefined) throw new Error(name);
  const work = mkdtempSync(join(tmpdir(), "restored-"));
  const there = join(work, "there");
  const here = join(work, "here");
  const names = files.names[0] === "." ? ["2026"] : files.names;
  for (const [folder, content] of [
    [there, "kept"],
    [here, "newer"],
  ] as const)
    for (const each of names) {
      mkdirSync(join(folder, each, "a"), { recursive: true });
      writeFileSync(join(folder, each, "a", "file"), content);
    }
  const tar = execFileSync("tar", ["-C", there, "-c", ...files.names]);
  execFileSync("sh", ["-c", script.replaceAll(files.folder, here)], { input: tar });
  for (const each of names) expect(readFileSync(join(here, each, "a", "file"), "utf8"), each).toBe("kept");
  expect(readdirSync(here)).not.toContain(".restored");
  rmSync(work, { recursive: true });
});

/** Whether this machine has a program. */
function isThere(program: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
}

describe.each(applicationNames())("the chart %s", (name) => {
  const release = () => {
    const found = releases().find(({ chart }) => chart === name);
    if (found === undefined) throw new Error(name);
    return { ...found, folder: join(chartsFolder, name), text: JSON.stringify(found.values) };
  };
  const rendered = (values = release().text, kubernetes?: string) =>
    helmTemplate({ ...release(), values }, kubernetes);

  test("gives the same text under two versions of Kubernetes, and another time", () => {
    const text = rendered();
    expect(text.length).toBeGreaterThan(1000);
    expect(rendered(undefined, "1.25.0")).toBe(text);
    expect(rendered(undefined, "1.40.0")).toBe(text);
    expect(renderChart(release())).toBe(text);
  });

  test("uses nothing that is another at the next time, or asks the cluster", () => {
    const files = readdirSync(join(chartsFolder, name), { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile(),
    );
    const forbidden =
      /\b(rand\w+|gen(CA|SignedCert|SelfSignedCert|PrivateKey)|uuidv4|now|lookup|htpasswd|bcrypt \.|env|expandenv|getHostByName)\b|IsInstall|IsUpgrade|Capabilities|helm\.sh\/hook/;
    const templates = files.filter(({ name: file }) => /\.(tpl|yaml)$/.test(file));
    expect(templates.length).toBeGreaterThan(1);
    for (const { parentPath, name: file } of templates) {
      const actions = readFileSync(join(parentPath, file), "utf8").match(/\{\{[\s\S]*?\}\}/g) ?? [];
      const found = actions
        .filter((action) => !action.startsWith("{{/*") && !action.startsWith("{{- /*"))
        .filter((action) => forbidden.test(action));
      expect(found, file).toEqual([]);
    }
  });

  test("makes allowed kinds in its namespace; beside an Ingress of its own eight at most", () => {
    const tenant = plan();
    const application = tenant.applications.find((each) => each.name === name);
    if (application === undefined) throw new Error(name);
    const made = manifestsOf(rendered(), applicationWorkload(tenant, application), "bron-t-chorale");
    for (const { kind, metadata } of made) {
      expect(kindsOfCharts).toContain(kind);
      expect(metadata.name.startsWith(application.release)).toBe(true);
      expect(metadata.labels).toMatchObject({
        "commune.cloud/tenant": "chorale",
        "app.kubernetes.io/managed-by": "pulumi",
      });
    }
    expect(judgeObjects(podRules, made as never[])).toEqual([]);
    const claims = made.flatMap((object) =>
      object.kind === "PersistentVolumeClaim" ? [[object.metadata.name, object.spec.resources]] : [],
    );
    const volumes = tenantHolders(tenant).volumes.filter(({ workload }) => workload.component === name);
    expect(claims).toEqual(
      volumes.map(({ name: own, sizeGiB }) => [own, { requests: { storage: `${sizeGiB}Gi` } }]),
    );
    const exposed = yaml.loadAll(
      rendered(JSON.stringify({ ...release().values, expose: { className: "nginx" } })),
    ) as { kind: string }[];
    expect(exposed.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["Service", "Ingress", "NetworkPolicy"]),
    );
  });

  test("renders with Helm alone, for somebody without this toolkit", () => {
    const text = execFileSync(helm, ["template", "own", release().folder], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const made = yaml.loadAll(text) as { kind: string }[];
    expect(made.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["ConfigMap", "Deployment"]));
    expect(text).not.toMatch(/@[a-z]+(\.[a-z]+)?@/i);
  });

  test("has files that their own languages take as they lie there", () => {
    const checks: Record<string, [string, ...string[]]> = {
      ...{ sh: ["sh", "-n"], php: ["php", "-l"], rb: ["ruby", "-c"] },
      py: ["python3", "-c", "import ast, sys; ast.parse(sys.stdin.read())"],
    };
    const folder = join(chartsFolder, name, "files");
    for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      const [program, ...words] = checks[path.split(".").at(-1) ?? ""] ?? [];
      if (program === undefined || !isThere(program)) continue;
      const input = readFileSync(join(folder, path));
      expect(() => execFileSync(program, words, { input, stdio: "pipe" }), path).not.toThrow();
    }
  });

  test("has a guide with names that something stands for", () => {
    const guide = join(chartsFolder, name, "guide.md");
    const text = existsSync(guide) ? readFileSync(guide, "utf8") : "";
    const names = [...text.matchAll(/@([A-Za-z]+)@/g)].map(([, each = ""]) => each);
    for (const each of names) expect(guideNames).toContain(each);
  });

  test("has scripts that a shell understands", () => {
    const maps = yaml.loadAll(rendered()) as { kind: string; data?: Record<string, string> }[];
    for (const { data = {} } of maps.filter(({ kind }) => kind === "ConfigMap"))
      for (const [file, text] of Object.entries(data).filter(([key]) => key.endsWith(".sh")))
        expect(() => execFileSync("sh", ["-n"], { input: text, stdio: "pipe" }), file).not.toThrow();
  });

  test("passes helm lint --strict as it lies there, with what an association has too, and refuses values that it does not know", () => {
    const lint = (...values: string[]) =>
      execFileSync(helm, ["lint", "--strict", release().folder, ...values], {
        input: release().text,
        encoding: "utf8",
        stdio: ["pipe", "pipe", "ignore"],
      });
    expect(lint()).toContain("0 chart(s) failed");
    expect(lint("--values", "-")).toContain("0 chart(s) failed");
    const more = JSON.stringify({ ...release().values, colour: "red" });
    expect(() => rendered(more)).toThrow(ChartError);
    expect(() => rendered(more)).toThrow("colour");
  });
});

describe("an application that nobody has run here says so", () => {
  const chartOf = (name: string) =>
    yaml.load(readFileSync(join(chartsFolder, name, "Chart.yaml"), "utf8")) as {
      version: string;
      description: string;
      annotations?: Record<string, string>;
    };
  const page = readFileSync(join(chartsFolder, "..", "docs", "charts.md"), "utf8");

  test.each(
    catalogue()
      .filter(({ isNeverRun }) => isNeverRun)
      .map(({ name }) => name),
  )("%s: in its chart, in the fields of a tenant, in a check's warning, on its page", (name) => {
    const { annotations, description, version } = chartOf(name);
    expect(annotations).toEqual({ "commune.cloud/never-run": "true" });
    expect(description).toContain("Never run");
    expect(version).toMatch(/^0\./);
    const { properties = {} } = z.toJSONSchema(applicationsSection(), { io: "input" });
    expect(properties[name]).toMatchObject({ description: expect.stringContaining("Never run") });
    expect(warningOf(knownLevel(join(chartsFolder, name), referencesOf(name)))).toContain(
      "nobody has run its image here",
    );
    expect(page).toContain(
      `| \`${name}\` | none that counts | it was never checked: nobody has run its image here`,
    );
  });

  test.each(applicationNames())("%s: as long as there is no evidence of it", (name) => {
    expect(existsSync(join(chartsFolder, name, levelFile))).toBe(!applicationOf(name).isNeverRun);
    expect(chartOf(name).annotations).toEqual(applicationOf(name).isNeverRun ? expect.anything() : undefined);
  });
});

test("no title of an association is one of Etherpad's passwords", () => {
  const found = releases().find(({ chart }) => chart === "etherpad");
  if (found === undefined) throw new Error("etherpad");
  const text = renderChart({ ...found, values: { ...found.values, title: `$${"{BOARD_PASSWORD}"}` } });
  const [config] = yaml.loadAll(text) as { data: Record<string, string> }[];
  const settings = JSON.parse(config?.data["settings.json"] ?? "") as { title: string; users: object };
  expect(settings.title).toBe("$ {BOARD_PASSWORD}");
  expect(Object.keys(settings.users)).toEqual(["bureau", "membres"]);
});

test.each(["galette", "dolibarr", "grr"])(
  "what Apache tells its own machine of others is refused to who comes by the front of %s",
  (name) => {
    expect(filesOf(`${name}: {}`)["apache.conf"]).toMatch(/<Location \/server-status>\s+Require all denied/);
  },
);

test("a text with quotes reaches PHP as it is", () => {
  const text = renderChart(
    releases().find(({ chart }) => chart === "dokuwiki") ?? {
      chart: "",
      release: "",
      namespace: "",
      values: {},
    },
  );
  const [config] = yaml.loadAll(text) as { data: Record<string, string> }[];
  expect(config?.data["local.protected.php"]).toContain(
    String.raw`$conf['title'] = 'L\'été \\ à deux: 100 %';`,
  );
});

// What the real ones did in November 2026, from their source on Debian's PHP (docs/charts.md, decision 0194).
test.each([
  ["grr", "install.php", "complete($server, $liste_settings ?? []);", "its releases have no such list"],
  ["grr", "install.php", "$niveauDossier = 2;\n  foreach", "else an upgrade finds no texts"],
  ["grr", "apache.conf", "SetEnv HTTPS on\n", "its redirection to https never ended"],
  ["grr", "apache.conf", "php_admin_flag allow_url_fopen Off", "its board's first page asks its authors"],
  ["grr", "apache.conf", "php_admin_value session.save_path /tmp", "nobody was in after logging in"],
  [
    "grr",
    "apache.conf",
    "AliasMatch ^/personnalisation/data/docresa/ /var/www/html/document.php\n",
    "strangers read documents",
  ],
  ["grr", "document.php", "if (!grr_resumeSession() ||", "strangers read documents"],
  ["grr", "nginx.conf", String.raw`location ~ ^/app\.php(/|$) {`, "it takes passwords there too"],
  ["dolibarr", "nginx.conf", String.raw`location ~ ^/index\.php(/|$) {`, "it takes passwords there too"],
  ["galette", "behavior.inc.php", "define('GALETTE_DISPLAY_VERSION', '');", "no page answered without it"],
  [
    "galette",
    "local_paths.inc.php",
    "'http://127.0.0.1:8080/no-newer-version'",
    "two errors a page in its log",
  ],
  ["galette", "nginx.conf", "location = /no-newer-version {", "two errors a page in its log"],
  ["galette", "apache.conf", "php_admin_flag allow_url_fopen Off", "its board's first page asks its authors"],
  ["galette", "apache.conf", "MaxRequestWorkers 2\n", "a page opens two of the six connections"],
  ["galette", "install.php", "set_exception_handler(", "it failed without a word"],
  ["galette", "install.php", "'pref_bool_selfsubscribe' => '0'", "strangers made accounts"],
  ["galette", "install.php", "'pref_nom' => 'Chorale", "it was called Galette"],
  ["dolibarr", "first.php", "$maker->admin = 1;", "who administers could log in and nothing else"],
  ["dolibarr", "first.php", "'MAIN_INFO_SOCIETE_NOM' => 'Chorale", "its first page asked for a name"],
  ["foodsoft", "app_config.yml", "\nf:\n", "no file could be read that somebody had attached"],
  [
    "foodsoft",
    "install.rb",
    "File.read('db/schema.rb')[/version: ([0-9_]+)/, 1]",
    "it refused its second start",
  ],
  [
    "foodsoft",
    "zz_commune.rb",
    "ActiveStorage::BaseController.before_action do\n    head :not_found unless",
    "strangers put files on its volume",
  ],
  ["foodsoft", "nginx.conf", "location = / { return 302 /f; }", "who was in was sent to the log-in"],
  [
    "foodsoft",
    "nginx.conf",
    "proxy_hide_header Strict-Transport-Security;",
    "it spoke for names below its own",
  ],
  ["foodsoft", "start.sh", "WEB_CONCURRENCY=0 ", "two took 480 MiB, and eight are its default"],
])("the chart %s has in its %s: %s, since %s", (name, key, text) => {
  const found = releases().find(({ chart }) => chart === name);
  if (found === undefined) throw new Error(name);
  const [config] = yaml.loadAll(renderChart(found)) as { data: Record<string, string> }[];
  expect(config?.data[key]).toContain(text);
});

test.each(["grr", "galette", "dolibarr"])(
  "%s says its errors, and no argument of what was called",
  (name) => {
    const found = releases().find(({ chart }) => chart === name);
    if (found === undefined) throw new Error(name);
    const [config] = yaml.loadAll(renderChart(found)) as { data: Record<string, string> }[];
    expect(config?.data["apache.conf"]).toContain("php_admin_flag log_errors On\n");
    expect(config?.data["apache.conf"]).toContain("php_admin_flag zend.exception_ignore_args On\n");
  },
);

describe("what a chart may not make is refused", () => {
  const workload = {
    commune: "bron",
    service: "t-a",
    component: "x",
    software: "x",
    data: "none",
    tenant: "a",
  };
  test.each([
    ["another kind", "apiVersion: v1\nkind: Secret\nmetadata: { name: x, namespace: bron-t-a }", "Secret x"],
    ["of the cluster", "apiVersion: v1\nkind: Namespace\nmetadata: { name: x }", "Namespace x"],
    [
      "elsewhere",
      "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x, namespace: bron-nextcloud }",
      "outside its namespace",
    ],
    [
      "a hook",
      "apiVersion: batch/v1\nkind: Job\nmetadata: { name: x, namespace: bron-t-a, annotations: { helm.sh/hook: pre-install } }",
      "as a hook",
    ],
  ])("%s", (_, text, message) => expect(() => manifestsOf(text, workload, "bron-t-a")).toThrow(message));
});

test("a chart that was drafted from a package of YunoHost is one that Helm and the toolkit take", async () => {
  const folder = mkdtempSync(join(tmpdir(), "drafted-"));
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    // The library is where the link of a chart in charts/ leads.
    symlinkSync(join(chartsFolder, "app"), join(folder, "app"));
    writeFileSync(join(folder, "manifest.toml"), yunohostManifest);
    await importManifestCommand(folder).parseAsync([join(folder, "manifest.toml")], { from: "user" });
    const chart = join(folder, "lending-desk");
    const drafted = yaml.load(readFileSync(join(chart, "values.yaml"), "utf8")) as object;
    const values = JSON.stringify({
      ...drafted,
      host: "outils.chorale.test",
      database: { host: "mariadb", port: 3306, name: "outils", secret: "outils-database", key: "password" },
      admin: { user: "admin", mail: "bureau@chorale.test", secret: "outils-admin", key: "password" },
    });
    const lint = execFileSync(helm, ["lint", "--strict", chart, "--values", "-"], {
      input: values,
      encoding: "utf8",
      stdio: ["pipe", "pipe", "ignore"],
    });
    expect(lint).toContain("0 chart(s) failed");
    const rendering = { folder: chart, release: "t-chorale-outils", namespace: "bron-t-chorale", values };
    const text = helmTemplate(rendering);
    expect(helmTemplate(rendering, "1.25.0")).toBe(text);
    const workload = {
      ...{ commune: "bron", service: "t-chorale", component: "outils", software: "lending-desk" },
      ...{ data: "none", tenant: "chorale" },
    };
    expect(manifestsOf(text, workload, "bron-t-chorale").map(({ kind }) => kind)).toEqual([
      "ConfigMap",
      "PersistentVolumeClaim",
      "Deployment",
    ]);
  } finally {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  }
});

test("without Helm the message says how to get it", () => {
  process.env.COMMUNE_HELM = "/nonexistent/helm";
  const release = { folder: join(chartsFolder, "site"), release: "x", namespace: "y", values: "{}" };
  expect(() => helmTemplate(release)).toThrow(
    /the program \/nonexistent\/helm does not exist\. Install Helm 3 .*export COMMUNE_HELM/,
  );
  process.env.COMMUNE_HELM = helm;
});
