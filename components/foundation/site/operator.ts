/** Version of CloudNativePG's operator that the objects here were read against. */
const operatorVersion = "1.30.0";

/** Address of the manifest that installs it. Source: cloudnative-pg.io/documentation/1.30/installation_upgrade */
export const operatorManifest = `https://raw.githubusercontent.com/cloudnative-pg/cloudnative-pg/release-${operatorVersion.replace(/\.\d+$/, "")}/releases/cnpg-${operatorVersion}.yaml`;

/** Group of the kinds that the operator brings to a cluster's API. */
export const operatorGroup = "postgresql.cnpg.io";

/** Namespace that this manifest makes. */
export const usualOperatorNamespace = "cnpg-system";

/** A kind that came with this version of it. */
export const operatorMark = `databaseroles.${operatorGroup}`;
