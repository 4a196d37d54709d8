import { line } from "../../foundation/declaration/line.ts";
import type { WrittenApplication } from "../applications/schema.ts";
import type { PackageManifest, Question } from "./manifest.ts";
import type { Wanted } from "./wanted.ts";

/** Returns a text of a manifest on one line, in the requested language or in the other; undefined if there is none. */
export function oneLine(
  text: string | Record<string, string> | undefined,
  language: "en" | "fr",
): string | undefined {
  const other = ({ en: "fr", fr: "en" } as const)[language];
  const said = typeof text === "string" ? text : (text?.[language] ?? text?.[other]);
  return said?.replaceAll(/[\s\p{C}]+/gu, " ").trim() || undefined;
}

/** Returns the part of a text that fits; another text if nothing fits. */
function fitting(text: string | undefined, longest: number, otherwise: string): string {
  const read = line({ maximumLength: longest }).safeParse(text?.slice(0, longest).trim());
  return read.success ? read.data : otherwise;
}

/** Placeholder for an address that an application needs and a manifest lacks. */
const unknown = "https://todo.invalid/";

/** The front's directives in a draft. */
export const serverConf = `location / {
  {{- include "app.proxy" 8081 | nindent 2 }}
  proxy_read_timeout 60s;
}
`;

/** Returns a package of YunoHost as an application.yaml. */
export function applicationFrom(
  { name, description, upstream }: PackageManifest,
  wanted: Wanted,
): WrittenApplication {
  const { chart, version, memoryMiB, hasVolume, rows, access, hasAdmin, settings } = wanted;
  const { license, code = unknown } = upstream;
  const title = fitting(name, 80, chart);
  return {
    place: 1000,
    description: {
      en: fitting(oneLine(description, "en"), 160, title),
      fr: fitting(oneLine(description, "fr"), 160, title),
    },
    neverRun: true,
    image: {
      name: title,
      image: `todo.invalid/${chart}:${version.replaceAll(/[^\w.-]/g, "-")}`,
      licence: /^[A-Za-z0-9][A-Za-z0-9.+-]{0,59}$/.test(license) ? license : "LicenseRef-unknown",
      source: code,
    },
    fields: {
      access: { kind: "access", default: access, meaning: "Who may read it: public, members or admins." },
      title: { kind: "title", example: title, meaning: "Its name. The association's name when absent." },
      subdomain: {
        ...{ kind: "subdomain", example: chart, default: chart },
        meaning: "Public address below the tenant's domain.",
      },
      ...(hasVolume && { storage: { kind: "storage", meaning: "Volume for its data. It cannot shrink." } }),
      ...Object.fromEntries(Object.entries(settings).map(([field, question]) => [field, fieldOf(question)])),
    },
    data: ["accounts"],
    pod: {
      ...{ uid: 33, request: `${Math.ceil(memoryMiB / 3)}Mi`, memory: `${memoryMiB}Mi`, cpu: "500m" },
      ...{ disk: "256Mi", scratch: "64Mi", tmp: ["/tmp"], probe: "/", largestRequest: "16m", files: {} },
    },
    ...(hasVolume && { volume: { name: "data", mount: "/data" }, restorePoint: {} }),
    ...(rows && { rows: { engine: rows, description: `password of ${chart}'s user` } }),
    ...(hasAdmin && {
      account: {
        user: "admin",
        rotation: "never",
        description: `first password of who administers ${chart}`,
      },
    }),
    exit: {
      ...(hasVolume && { names: ["."] }),
      contents: {
        ...(rows && { "base.sql": "la base de données." }),
        ...(hasVolume && { "fichiers.tar": "les fichiers." }),
      },
    },
  };
}

/** Returns a question of an installation as a field. */
function fieldOf({ type, ask, default: given, choices }: Question): WrittenApplication["fields"][string] {
  const meaning = (oneLine(ask, "en") ?? "TODO").slice(0, 600);
  const of = (choices === undefined ? [] : Array.isArray(choices) ? choices : Object.keys(choices)).filter(
    (word) => fitting(word, 80, "") === word,
  );
  const usual = String(given ?? "");
  if (of[0] !== undefined)
    return { kind: "choice", of, default: of.includes(usual) ? usual : of[0], meaning };
  if (type === "boolean")
    return { kind: "flag", default: given === true || given === 1 || given === "1", meaning };
  if (
    (type === "number" || type === "range") &&
    typeof given === "number" &&
    Number.isInteger(given) &&
    given >= 0
  )
    return { kind: "count", maximum: Math.max(given, 1_000_000), default: given, meaning };
  return { kind: "line", longest: 500, example: fitting(usual, 80, "texte"), meaning };
}
