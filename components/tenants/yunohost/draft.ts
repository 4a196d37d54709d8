import yaml from "js-yaml";
import { images } from "../../foundation/image/catalogue.ts";
import { chartOf, type Manifest, type Question } from "./manifest.ts";
import { schemaOf } from "./schema.ts";
import { templateOf } from "./template.ts";
import { listed, memoryFactor, type Wanted, wantedOf } from "./wanted.ts";

/** What a manifest cannot say, and whoever finishes the chart has to: in which file, and what. */
export interface Todo {
  file: string;
  what: string;
}

/** A chart that was drafted: texts by path below its folder. */
export interface Draft {
  /** Name of the chart and of its folder. */
  chart: string;
  files: Record<string, string>;
  todos: readonly Todo[];
}

const english = (text: string | Record<string, string> | undefined) =>
  (typeof text === "string" ? text : (text?.fr ?? text?.en))?.replaceAll(/\s+/g, " ").trim();

/**
 * Drafts a chart from a package of YunoHost: what its manifest declares in the words of our charts, and everything that
 * it cannot say as a TODO. What its scripts do is not read: it is bound to YunoHost. Pure.
 *
 * @param isFree whether a licence, by its SPDX identifier, is one that the rules accept.
 */
export function draftChart(manifest: Manifest, isFree: (licence: string) => boolean): Draft {
  const wanted = wantedOf(manifest);
  const template = `templates/${wanted.chart}.yaml`;
  const todos = [
    ...licenceTodos(manifest, isFree),
    ...imageTodos(manifest),
    ...sizeTodos(manifest, wanted, template),
    ...dataTodos(wanted, template),
    ...loginTodos(manifest, template),
    ...addressTodos(manifest, template),
    ...settingTodos(wanted, template),
    ...otherTodos(manifest),
  ].map(({ file, what }) => ({ file, what: what.replaceAll(/[\s\p{C}]+/gu, " ") }));
  return {
    chart: wanted.chart,
    todos,
    files: {
      "Chart.yaml": `${marked(todos, "Chart.yaml")}${chartText(manifest, wanted)}`,
      "values.yaml": `${marked(todos, "values.yaml")}${yaml.dump(valuesOf(wanted), { lineWidth: 110 })}`,
      "values.schema.json": `${JSON.stringify(schemaOf(wanted), undefined, 2)}\n`,
      [template]: templateOf(
        wanted,
        todos.filter(({ file }) => file === template).map(({ what }) => what),
      ),
      "TODO.md": todoText(manifest, todos),
    },
  };
}

const marked = (todos: readonly Todo[], file: string) =>
  todos
    .filter((todo) => todo.file === file)
    .map(({ what }) => `# TODO: ${what}\n`)
    .join("");

function licenceTodos({ upstream }: Manifest, isFree: (licence: string) => boolean): Todo[] {
  const { license, code } = upstream;
  return [
    ...(isFree(license)
      ? []
      : [
          {
            file: "Chart.yaml",
            what: `the licence ${license} is not among those that the rule licence-is-free accepts: look it up before anything else`,
          },
        ]),
    ...(code === undefined ? [{ file: "Chart.yaml", what: "say where the source code is (sources)" }] : []),
  ];
}

function imageTodos({ resources, integration }: Manifest): Todo[] {
  const packages = listed(resources.apt?.packages);
  const languages = (["nodejs", "ruby", "go", "composer"] as const).filter((name) => resources[name]);
  const architectures = listed(integration.architectures);
  return [
    {
      file: "values.yaml",
      what: `the image: the one that its authors publish, which runs as an ordinary user, or one that is built${packages.length > 0 ? ` with Debian's ${packages.join(", ")}` : ""}${languages.length > 0 ? ` and ${languages.join(", ")}` : ""}`,
    },
    ...(architectures.length === 0 || architectures.includes("all") || architectures.includes("amd64")
      ? []
      : [{ file: "values.yaml", what: `the package is for ${architectures.join(", ")} alone` }]),
  ];
}

function sizeTodos({ integration }: Manifest, { memoryMiB }: Wanted, file: string): Todo[] {
  const { ram, disk } = integration;
  return [
    {
      file,
      what:
        ram?.runtime === undefined
          ? `memory: the manifest says nothing, ${memoryMiB} MiB is a guess`
          : `memory: the manifest says ${ram.runtime}, ${memoryFactor} times that is a guess`,
    },
    ...(disk === undefined
      ? []
      : [{ file, what: `disk: the package takes ${disk} of the node without its data` }]),
  ];
}

function dataTodos({ storage, database }: Wanted, file: string): Todo[] {
  return [
    storage === undefined
      ? {
          file,
          what: "the manifest names no folder of data: is there none, such as uploads beside the code?",
        }
      : { file, what: "where in the container the data is (mounts)" },
    ...(database === undefined
      ? []
      : [{ file, what: "how the application is told of its database, and of the file with its password" }]),
    ...(database === "postgresql"
      ? [{ file, what: "associations have databases on the commune's MariaDB alone: can it use that one?" }]
      : []),
    { file, what: "install: what makes and upgrades its data, and may be called twice" },
  ];
}

function loginTodos({ integration, resources }: Manifest, file: string): Todo[] {
  const { ldap, sso } = integration;
  const headers = Object.values(resources.permissions ?? {}).some(({ auth_header }) => auth_header === true);
  const ways = [
    ...(sso === true ? [headers ? "a header with the account's name" : "YunoHost's login"] : []),
    ...(ldap === true ? ["LDAP"] : []),
  ];
  return ways.length === 0
    ? []
    : [{ file, what: `login: the package knows ${ways.join(" and ")}: what does the image know of it?` }];
}

function addressTodos({ resources }: Manifest, file: string): Todo[] {
  const { main, ...others } = resources.permissions ?? {};
  const ports = Object.entries(resources.ports ?? {}).map(([name, { default: port }]) =>
    port === undefined ? name : `${name} (${port})`,
  );
  const paths = [
    ...(main?.additional_urls ?? []),
    ...Object.values(others).flatMap(({ url, additional_urls = [] }) => [
      ...(url === undefined ? [] : [url]),
      ...additional_urls,
    ]),
  ];
  return [
    {
      file,
      what: `the port on 127.0.0.1 where the application answers${ports.length > 0 ? `; the package has ${ports.join(", ")}` : ""}`,
    },
    { file, what: "probe: a page that answers without a login and without a database of members" },
    ...(paths.length === 0
      ? []
      : [
          {
            file,
            what: `who may open ${[...new Set(paths)].join(", ")}: these have permissions of their own in the package`,
          },
        ]),
  ];
}

function settingTodos({ settings }: Wanted, file: string): Todo[] {
  return Object.entries(settings).map(([key, { ask, choices }]) => {
    const chosen = choices === undefined ? [] : Array.isArray(choices) ? choices : Object.keys(choices);
    const meaning = [english(ask), chosen.join(" | ")].filter(Boolean).join(", ");
    return { file, what: `what the value ${key} does${meaning === "" ? "" : ` (${meaning})`}` };
  });
}

function otherTodos({ integration, antifeatures = {} }: Manifest): Todo[] {
  return [
    ...(integration.multi_instance === false
      ? [
          {
            file: "TODO.md",
            what: "the package is for one instance a machine: find out why before two associations have it",
          },
        ]
      : []),
    ...Object.entries(antifeatures).map(([name, text]) => ({
      file: "TODO.md",
      what: `YunoHost marks it ${name}: ${english(text) ?? "no reason is given"}`,
    })),
    {
      file: "TODO.md",
      what: "its section and its plan in components/tenants/applications/, its image in the catalogue (docs/charts.md)",
    },
  ];
}

function chartText({ description, name, upstream }: Manifest, { chart, version }: Wanted): string {
  return yaml.dump(
    {
      apiVersion: "v2",
      name: chart,
      description: english(description) ?? name,
      type: "application",
      version: "0.1.0",
      appVersion: version,
      ...(upstream.website === undefined ? {} : { home: upstream.website }),
      ...(upstream.code === undefined ? {} : { sources: [upstream.code] }),
      annotations: { licence: upstream.license },
      dependencies: [{ name: "app", version: "1.0.0" }],
    },
    { lineWidth: 110 },
  );
}

function valuesOf({ chart, title, version, access, storage, database, hasAdmin, settings }: Wanted): object {
  const secret = { secret: "", key: "password" };
  return {
    host: "",
    title,
    access,
    image: `todo.invalid/${chart}:${version.replaceAll(/[^\w.-]/g, "-")}`,
    frontImage: images.nginx.reference,
    ...(storage === undefined ? {} : { storage }),
    ...(database === undefined ? {} : { database: { host: "", name: "", ...secret } }),
    ...(hasAdmin ? { admin: { user: "admin", mail: "", ...secret } } : {}),
    ...Object.fromEntries(Object.entries(settings).map(([key, asked]) => [key, defaultOf(asked)])),
    expose: {},
  };
}

function defaultOf({ type, default: given, choices }: Question): string | number | boolean {
  if (type === "boolean") return given === true || given === 1 || given === "1";
  if (type === "number" || type === "range") return typeof given === "number" ? given : 0;
  const [first = ""] = choices === undefined ? [] : Array.isArray(choices) ? choices : Object.keys(choices);
  return given === undefined ? first : String(given);
}

function todoText({ id, version }: Manifest, todos: readonly Todo[]): string {
  return [
    `# ${chartOf(id)}: what is left`,
    "",
    `Drafted from YunoHost's package ${id}, ${version}. Nothing of it was tried. Each line is something that a manifest cannot say.`,
    "",
    ...todos.map(({ file, what }) => `- [ ] ${file === "TODO.md" ? "" : `\`${file}\`: `}${what}`),
    "",
  ].join("\n");
}
