import { day } from "../../foundation/page/day.ts";
import type { TenantDeclaration } from "./declaration.ts";
import type { TenantPlan } from "./plan.ts";

/** What an association takes at a moment. Bytes, and thousandths of a core. */
export interface Usage {
  /** Of all its pods together. */
  memoryBytes: number;
  millicores: number;
  /** By the name of the application; nothing where no pod of it runs that has the volume. */
  files: Readonly<Record<string, number | undefined>>;
  databases: Readonly<Record<string, number>>;
  /** Memory of the database server that is its own, where it has one: beside its plan. */
  serverBytes?: number;
}

const mebibyte = 1024 ** 2;

function amount(bytes: number): string {
  const [value, unit] = bytes < 1024 * mebibyte ? [bytes / mebibyte, "Mio"] : [bytes / 1024 ** 3, "Gio"];
  return `${value.toLocaleString("fr-FR", { maximumFractionDigits: value < 10 ? 1 : 0 })} ${unit}`;
}

const cores = (millicores: number) =>
  `${(millicores / 1000).toLocaleString("fr-FR", { maximumFractionDigits: 2 })} cœur${millicores >= 2000 ? "s" : ""}`;

const sum = (values: Readonly<Record<string, number | undefined>>) =>
  Object.values(values).reduce<number>((total, value) => total + (value ?? 0), 0);

/** A table that an association reads: what it takes, of what its plan gives it. Markdown, in French. */
export function usageText(
  { name, plan, expires }: Pick<TenantDeclaration, "name" | "plan" | "expires">,
  {
    quota,
    dedicatedDatabase,
    suspendedSince,
  }: Pick<TenantPlan, "quota" | "dedicatedDatabase" | "suspendedSince">,
  { memoryBytes, millicores, files, databases, serverBytes }: Usage,
  today: string,
): string {
  const unknown = Object.values(files).includes(undefined);
  const parts = Object.entries(files).flatMap(([application, bytes]) =>
    bytes === undefined ? [] : [`${application} : ${amount(bytes)}`],
  );
  const rows = [
    ["Mémoire", amount(memoryBytes), amount(quota.memoryMiB * mebibyte)],
    ["Processeur, en ce moment", cores(millicores), cores(quota.millicores)],
    [
      "Fichiers",
      unknown
        ? "non mesuré : l’espace est suspendu"
        : [amount(sum(files)), ...(parts.length > 1 ? [`(${parts.join(", ")})`] : [])].join(" "),
      amount(quota.storageGiB * 1024 * mebibyte),
    ],
    ...(Object.keys(databases).length > 0
      ? [
          [
            "Base de données",
            amount(sum(databases)),
            dedicatedDatabase ? amount(dedicatedDatabase.storageGiB * 1024 * mebibyte) : "–",
          ],
        ]
      : []),
    ...(dedicatedDatabase && serverBytes !== undefined
      ? [
          [
            "Mémoire de son serveur de base de données",
            amount(serverBytes),
            amount(dedicatedDatabase.memoryMiB * mebibyte),
          ],
        ]
      : []),
  ];
  const status = suspendedSince
    ? `Suspendu depuis le ${day(suspendedSince)}.`
    : `Hébergé jusqu’au ${day(expires)}.`;
  return `## ${name}

Formule « ${plan} », le ${day(today)}. ${status}

| | utilisé | au plus |
|---|---|---|
${rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}
`;
}
