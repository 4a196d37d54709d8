import yaml from "js-yaml";
import { applicationFile } from "../applications/load.ts";
import { applicationSchema } from "../applications/schema.ts";
import { valuesSchema, valuesText } from "../applications/values.ts";
import { applicationFrom, oneLine, serverConf } from "./application.ts";
import { chartOf, type PackageManifest } from "./manifest.ts";
import { listed, memoryFactor, type Wanted, wantedOf } from "./wanted.ts";

/** Something that a manifest cannot say and that whoever finishes the chart has to add, with its file. */
interface Todo {
  file: string;
  what: string;
}

/** A drafted chart: texts by path below its folder. */
export interface Draft {
  /** Name of the chart and of its folder. */
  chart: string;
  files: Record<string, string>;
  todos: readonly Todo[];
}

/** File of the front's directives, with the port of the application. */
const serverFile = "files/server.conf";

/**
 * Drafts a chart from a package of YunoHost: its manifest becomes application.yaml nearly field by field, and
 * everything that it cannot say becomes a TODO. Its scripts are not read: they depend on YunoHost. Pure.
 *
 * @param isFree whether the rules accept a licence, by its SPDX identifier.
 */
export function draftChart(manifest: PackageManifest, isFree: (licence: string) => boolean): Draft {
  const wanted = wantedOf(manifest);
  const { chart } = wanted;
  const todos = [
    ...licenceTodos(manifest, isFree),
    ...imageTodos(manifest),
    ...sizeTodos(manifest, wanted),
    ...dataTodos(wanted),
    ...loginTodos(manifest),
    ...addressTodos(manifest),
    ...settingTodos(wanted),
    ...otherTodos(manifest),
  ].map(({ file, what }) => ({ file, what: what.replaceAll(/[\s\p{C}]+/gu, " ") }));
  const application = applicationFrom(manifest, wanted);
  const named = { name: chart, ...applicationSchema.parse(application) };
  return {
    chart,
    todos,
    files: {
      "Chart.yaml": `${marked(todos, "Chart.yaml")}${chartText(manifest, wanted)}`,
      [applicationFile]: `${marked(todos, applicationFile)}${yaml.dump(application, { lineWidth: 110 })}`,
      "values.yaml": valuesText(named),
      "values.schema.json": `${JSON.stringify(valuesSchema(named), undefined, 2)}\n`,
      [serverFile]: `${marked(todos, serverFile)}${serverConf}`,
      [`templates/${chart}.yaml`]: '{{- include "app.application" (dict "root" .) }}\n',
      "TODO.md": todoText(manifest, todos),
    },
  };
}

/**
 * Returns the TODOs of a file as comments. The front's file is a template: no text of a manifest may begin an action
 * in it.
 */
const marked = (todos: readonly Todo[], file: string) =>
  todos
    .filter((todo) => todo.file === file)
    .map(({ what }) => `# TODO: ${what.replaceAll(/\{(?=\{)/g, "{ ")}\n`)
    .join("");

function licenceTodos({ upstream }: PackageManifest, isFree: (licence: string) => boolean): Todo[] {
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

function imageTodos({ resources, integration }: PackageManifest): Todo[] {
  const packages = listed(resources.apt?.packages);
  const languages = (["nodejs", "ruby", "go", "composer"] as const).filter((name) => resources[name]);
  const architectures = listed(integration.architectures);
  return [
    {
      file: applicationFile,
      what: `the image: the one that its authors publish, which runs as an ordinary user, or one that is built${packages.length > 0 ? ` with Debian's ${packages.join(", ")}` : ""}${languages.length > 0 ? ` and ${languages.join(", ")}` : ""}`,
    },
    ...(architectures.length === 0 || architectures.includes("all") || architectures.includes("amd64")
      ? []
      : [{ file: applicationFile, what: `the package is for ${architectures.join(", ")} alone` }]),
  ];
}

function sizeTodos({ integration }: PackageManifest, { memoryMiB }: Wanted): Todo[] {
  const file = applicationFile;
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

function dataTodos({ hasVolume, rows }: Wanted): Todo[] {
  const file = applicationFile;
  return [
    hasVolume
      ? {
          file,
          what: "where in the container the data is (volume: mount), and what of it is kept (restorePoint)",
        }
      : {
          file,
          what: "the manifest names no folder of data: is there none, such as uploads beside the code?",
        },
    ...(rows === undefined
      ? []
      : [{ file, what: "how the application gets its database, and the file with its password" }]),
    ...(rows === "postgresql"
      ? [
          {
            file,
            what: "which extensions must be in its PostgreSQL database before it starts (rows: extensions)",
          },
        ]
      : []),
    { file, what: "pod: install, what makes and upgrades its data, and may be called twice" },
    { file, what: "commands: backup, which writes a tar, and restore, which reads it" },
  ];
}

function loginTodos({ integration, resources }: PackageManifest): Todo[] {
  const { ldap, sso } = integration;
  const headers = Object.values(resources.permissions ?? {}).some(({ auth_header }) => auth_header === true);
  const ways = [
    ...(sso === true ? [headers ? "a header with the account's name" : "YunoHost's login"] : []),
    ...(ldap === true ? ["LDAP"] : []),
  ];
  return ways.length === 0
    ? []
    : [
        {
          file: applicationFile,
          what: `login: the package supports ${ways.join(" and ")}: which of it does the image support?`,
        },
      ];
}

function addressTodos({ resources }: PackageManifest): Todo[] {
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
      file: serverFile,
      what: `the port on 127.0.0.1 where the application answers${ports.length > 0 ? `; the package has ${ports.join(", ")}` : ""}`,
    },
    {
      file: applicationFile,
      what: "probe: a page that answers without a login and without a database of members",
    },
    ...(paths.length === 0
      ? []
      : [
          {
            file: serverFile,
            what: `who may open ${[...new Set(paths)].join(", ")}: these have permissions of their own in the package`,
          },
        ]),
  ];
}

function settingTodos({ settings }: Wanted): Todo[] {
  return Object.keys(settings).map((field) => ({
    file: applicationFile,
    what: `what the field ${field} does`,
  }));
}

function otherTodos({ integration, antifeatures = {} }: PackageManifest): Todo[] {
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
      what: `YunoHost marks it ${name}: ${oneLine(text, "en") ?? "no reason is given"}`,
    })),
    {
      file: "TODO.md",
      what: "its place in the catalogue, what personal data it keeps, and what leaves with an association (exit and guide.md; docs/charts.md)",
    },
  ];
}

function chartText({ description, name, upstream }: PackageManifest, { chart, version }: Wanted): string {
  return yaml.dump(
    {
      apiVersion: "v2",
      name: chart,
      description: oneLine(description, "fr") ?? name,
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

function todoText({ id, version }: PackageManifest, todos: readonly Todo[]): string {
  return [
    `# ${chartOf(id)}: what is left`,
    "",
    `Drafted from YunoHost's package ${id}, ${version}. Nothing of it was tried. Each line is something that a manifest cannot say.`,
    "",
    ...todos.map(({ file, what }) => `- [ ] ${file === "TODO.md" ? "" : `\`${file}\`: `}${what}`),
    "",
  ].join("\n");
}
