import { images } from "../../foundation/image/catalogue.ts";
import type { Part } from "../../foundation/part/part.ts";
import { directoryHolders } from "./manifests.ts";
import type { DirectoryPlan } from "./plan.ts";
import { addressesPassword, managerPassword, readerPassword } from "./secrets.ts";

/** People and their groups. */
export const directoryPart: Part<{ directory?: DirectoryPlan | undefined }> = {
  labels: [managerPassword, readerPassword, addressesPassword],
  holders: ({ directory }) => (directory ? [directoryHolders(directory)] : []),
  secrets: ({ directory }) =>
    directory
      ? [managerPassword, readerPassword, ...(directory.readers.length > 0 ? [addressesPassword] : [])]
      : [],
  software: ({ directory }) => (directory ? [{ name: "slapd", image: images.slapd }] : []),
};
