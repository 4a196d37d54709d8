import type { AfterRestore, PointContents } from "../../foundation/restore-point/contract.ts";
import { directoryUid } from "./configuration.ts";
import { copyFile } from "./copy.ts";
import { entriesCommand, entriesName } from "./entries.ts";
import { directoryVolume } from "./plan.ts";

/** Format that a restore point requires to be read: that of the text, and not a version of OpenLDAP. */
export const directoryForm = "LDIF 1";

/** A text of before has no groups of associations that came since, and the Job that made them is done. */
const declaredGroups: AfterRestore = {
  what: { en: "groups that were declared since are there", fr: "les groupes déclarés depuis sont là" },
  when: "while it serves",
  cronJob: entriesName,
  command: entriesCommand,
};

/** Contents of a restore point of the directory. The database beside the text is left where it is, and made again from it. */
export const directoryPoint: PointContents = {
  uid: directoryUid,
  volumes: [{ name: directoryVolume, paths: [copyFile], excluded: [] }],
  afterFiles: [declaredGroups],
  afterAll: [declaredGroups],
  afterPath: [],
  isReadAtStart: true,
};
