import type { ServiceLink } from "../link.ts";
import { documentsDriver } from "./driver.ts";

/** Links of Nextcloud. */
export const nextcloudLink = {
  kind: "documents",
  french: "Documents, agenda et contacts",
  title: "Nextcloud",
  frenchPurpose: "Écrire à plusieurs, ranger et partager des documents, tenir un agenda.",
  meaning: "shares and the directory of colleagues",
  noun: "documents",
  secretFile: "documents-password",
  driver: documentsDriver,
} as const satisfies ServiceLink;
