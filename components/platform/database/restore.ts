import { initScript } from "./init-script.ts";

/** What a server is to go back to, as declared. */
export interface RestoreFrom {
  /** Who keeps the copies. */
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
  /** What is restored, beside what is there. */
  beside: "pgdata.restore",
  /** The log that it is brought forward with. */
  log: "restore-wal",
  /** One file for each restore: `<name>.ready`, then `<name>`, then `<name>.undone`. */
  marks: "restored",
} as const;

const { beside, marks } = restoreFolders;

/**
 * Puts what was restored in the place of what is there, which stays beside it, before the server starts. Two renames and
 * a mark: what the folder holds says how far it came, so that it can be cut at any point.
 */
export const takeRestoredScript = `${initScript}
if [ -e "${marks}/$NAME.undone" ]; then
  echo "The restore $NAME was undone. To go back again, name another time."
  exit 0
fi
if [ -e "${marks}/$NAME" ]; then
  echo "The server was restored to $NAME already."
  exit 0
fi
[ -e "${marks}/$NAME.ready" ] || fail "Nothing was restored to $NAME. Nothing was changed."
if [ -e pgdata ] && [ -e ${beside} ]; then mv pgdata "pgdata-before-$NAME"; fi
if ! [ -e pgdata ]; then mv ${beside} pgdata; fi
# It has the passwords of its moment: they are told anew.
rm -f superuser-password
mv "${marks}/$NAME.ready" "${marks}/$NAME"
sync
echo "The server is as it was at $NAME. What it was before is kept as pgdata-before-$NAME."
`;

/** The renames back. */
export const undoScript = `${initScript}
if [ -e "${marks}/$NAME.undone" ] || ! [ -e "${marks}/$NAME" ]; then
  echo "There is no restore $NAME to be undone."
  exit 0
fi
before=pgdata-before-$NAME
if [ -e "$before" ]; then
  if [ -e pgdata ]; then mv pgdata "pgdata-after-$NAME"; fi
  mv "$before" pgdata
fi
rm -f superuser-password
touch "${marks}/$NAME.undone"
sync
echo "The server is as it was before the restore $NAME, which is kept as pgdata-after-$NAME."
`;
