/** Restore of a server, as declared. */
export interface RestoreFrom {
  /** Id of the commune whose vault keeps the copies. */
  vault: string;
  /** A time of the server's clock, ISO 8601. */
  at: string;
  /** Whether what was before it is put back. */
  undo: boolean;
}

/** Name of a restore in folders and marks: `2026-11-26T203029Z`. */
export function restoreName({ at }: Pick<RestoreFrom, "at">): string {
  return at.replaceAll(":", "");
}

/** Folders on a server's volume. */
export const restoreFolders = {
  /** Restored databases, beside the present ones. */
  beside: "pgdata.restore",
  /** The log that it is brought forward with. */
  log: "restore-wal",
  /** One file for each restore: `<name>.ready`, then `<name>`, then `<name>.undone`. */
  marks: "restored",
} as const;
