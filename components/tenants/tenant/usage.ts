import { day } from "../../foundation/page/day.ts";
import type { MeasuredRows } from "../../platform/mariadb/rows.ts";
import type { TenantDeclaration } from "./declaration.ts";
import type { TenantPlan } from "./plan.ts";

/** Resources that an association uses at a moment. Bytes, and thousandths of a core. */
export interface Usage {
  /** Sum over all its pods; undefined if none was measured yet. */
  memoryBytes: number | undefined;
  millicores: number | undefined;
  /** Bytes of files by the name of the application; undefined if none of its pods with the volume runs. */
  files: Readonly<Record<string, number | undefined>>;
  databases: Readonly<Record<string, number>>;
  /** Measured size of its databases on MariaDB; absent if it has none, or none was measured yet. */
  rows?: MeasuredRows;
  /** Memory of its own database servers, which is not part of its plan; absent if it has none, or not all were measured. */
  serverBytes?: number;
}

/** Returns an association's own database servers. */
export function ownServersOf({
  dedicatedDatabase,
  postgresql,
}: Pick<TenantPlan, "dedicatedDatabase" | "postgresql">) {
  return [dedicatedDatabase, postgresql].flatMap((server) => server ?? []);
}

const mebibyte = 1024 ** 2;

function amount(bytes: number): string {
  const [value, unit] = bytes < 1024 * mebibyte ? [bytes / mebibyte, "Mio"] : [bytes / 1024 ** 3, "Gio"];
  return `${value.toLocaleString("fr-FR", { maximumFractionDigits: value < 10 ? 1 : 0 })} ${unit}`;
}

const measured = (bytes: number | undefined) => (bytes === undefined ? "pas encore mesurée" : amount(bytes));

const cores = (millicores: number) =>
  `${(millicores / 1000).toLocaleString("fr-FR", { maximumFractionDigits: 2 })} cœur${millicores >= 2000 ? "s" : ""}`;

const sum = (values: Readonly<Record<string, number | undefined>>) =>
  Object.values(values).reduce<number>((total, value) => total + (value ?? 0), 0);

/** Sentences about an association's rows, before and after they exceed its share. */
const rowsNotice: Readonly<Record<MeasuredRows["state"], string>> = {
  room: "",
  soon: "\nLa base de données est bientôt pleine : supprimez ce qui ne sert plus, ou demandez une formule plus grande à la commune. Pleine, elle ne reçoit plus rien.\n",
  full: "\nLa base de données est pleine : rien ne s’y ajoute plus. Ce qui s’y trouve se lit et se supprime ; quand il y a de nouveau de la place, tout reprend de soi-même.\n",
  closed:
    "\nLa base de données est pleine : rien ne s’y ajoute ni ne s’y modifie plus. Ce qui s’y trouve se lit et se supprime ; quand il y a de nouveau de la place, tout reprend de soi-même.\n",
};

/** Writes a table for an association: its use of what its plan provides. Markdown, in French. */
export function usageText(
  { name, plan, expires }: Pick<TenantDeclaration, "name" | "plan" | "expires">,
  tenant: Pick<TenantPlan, "quota" | "rowsMiB" | "dedicatedDatabase" | "postgresql" | "suspendedSince">,
  { memoryBytes, millicores, files, databases, rows: measuredRows, serverBytes }: Usage,
  today: string,
): string {
  const { quota, suspendedSince } = tenant;
  const own = ownServersOf(tenant);
  const ofServers = (of: (server: (typeof own)[number]) => number, unit: number) =>
    amount(own.reduce((total, server) => total + of(server), 0) * unit);
  const unknown = Object.values(files).includes(undefined);
  const parts = Object.entries(files).flatMap(([application, bytes]) =>
    bytes === undefined ? [] : [`${application} : ${amount(bytes)}`],
  );
  const rows = [
    ["Mémoire", measured(memoryBytes), amount(quota.memoryMiB * mebibyte)],
    [
      "Processeur, en ce moment",
      millicores === undefined ? "pas encore mesuré" : cores(millicores),
      cores(quota.millicores),
    ],
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
            own.length > 0
              ? ofServers(({ storageGiB }) => storageGiB, 1024 * mebibyte)
              : tenant.rowsMiB === undefined
                ? "–"
                : amount(tenant.rowsMiB * mebibyte),
          ],
        ]
      : []),
    ...(own.length > 0
      ? [
          [
            own.length > 1
              ? "Mémoire de ses serveurs de base de données"
              : "Mémoire de son serveur de base de données",
            measured(serverBytes),
            ofServers(({ memoryMiB }) => memoryMiB, mebibyte),
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
${measuredRows ? rowsNotice[measuredRows.state] : ""}`;
}
