import { declaredBy, together } from "./workloads.ts";

/** A commune as most are. */
export const villeurbanne = () =>
  declaredBy({ golden: ["villeurbanne"], commune: "villeurbanne", as: "matrix" });

/** A commune whose store, login, relay and database are servers outside. */
const lyon = () => declaredBy({ golden: ["lyon"], commune: "lyon", as: "matrix" });

/** Workloads of communes that have copies and keep others': who copies, who keeps, and who might want to reach them. */
const copied = () => [
  declaredBy({
    ...{
      golden: ["examples-full"],
      commune: "oullins-pierre-benite",
      as: "matrix-copied",
      called: "copied ",
    },
    only: [
      ...["nextcloud web", "nextcloud restore-point", "nextcloud-database server"],
      ...["nextcloud-database-keeper copier", "vault-lyon server"],
    ],
  }),
  declaredBy({
    ...{ golden: ["tenants/wordpress", "tenants/restore-points"], commune: "bron", as: "matrix-host" },
    ...{ called: "", only: ["t-chorale wordpress", "t-chorale restore-point-wordpress", "mariadb server"] },
  }),
  declaredBy({
    ...{ golden: ["albigny-sur-saone"], commune: "albigny-sur-saone", as: "matrix-neighbour" },
    ...{ called: "neighbour's ", only: ["nextcloud web"] },
  }),
];

/** Both, at the same time: their pods start together. */
export const servedAndCopied = () => together([lyon(), ...copied()]);

/** Names of the pods of {@link servedAndCopied} that stand in the table of copies. */
export const copiedNames = () => copied().flatMap(({ workloads }) => workloads.map(({ name }) => name));
