import { secretLabel } from "../../foundation/seed/labels.ts";

/** The password of who may write every entry: the Job that makes groups. */
export const managerPassword = secretLabel(
  "directory",
  "manager-password",
  "by itself",
  "password of who may write every entry",
);

/** The password of the pages of accounts, which make entries and write groups of associations. */
export const clerkPassword = secretLabel(
  "directory",
  "accounts-password",
  "by itself",
  "password of the pages on which associations look after their members",
);

/** The password of services that look up addresses. */
export const addressesPassword = secretLabel(
  "directory",
  "addresses-password",
  "by itself",
  "password of the services that look up addresses",
);

/** The password of the login, which reads entries and sets people's passwords. */
export const readerPassword = secretLabel(
  "directory",
  "reader-password",
  "by itself",
  "password of the login that looks people up",
);
