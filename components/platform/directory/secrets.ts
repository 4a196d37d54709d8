import type { SecretLabel } from "../../foundation/seed/labels.ts";

/** The password of who may write every entry: the Job that makes groups. */
export const managerPassword: SecretLabel = {
  ...{ service: "directory", purpose: "manager-password", version: 1, rotation: "by itself" },
  description: "password of who may write every entry",
};

/** The password of the pages of accounts, which make entries and write groups of associations. */
export const clerkPassword: SecretLabel = {
  ...{ service: "directory", purpose: "accounts-password", version: 1, rotation: "by itself" },
  description: "password of the pages on which associations look after their members",
};

/** The password of services that look up addresses. */
export const addressesPassword: SecretLabel = {
  ...{ service: "directory", purpose: "addresses-password", version: 1, rotation: "by itself" },
  description: "password of the services that look up addresses",
};

/** The password of the login, which reads entries and sets people's passwords. */
export const readerPassword: SecretLabel = {
  ...{ service: "directory", purpose: "reader-password", version: 1, rotation: "by itself" },
  description: "password of the login that looks people up",
};
