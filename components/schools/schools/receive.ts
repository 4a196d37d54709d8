import { readTemplate } from "../../foundation/template/template.ts";
/** Where the volume is mounted; `current` in it is what the public sees. */
export const sharedFolder = "/srv/schools";

/** Publications that can be gone back to, the current one among them. */
const kept = 3;

/**
 * What `commune schools publish` runs in the pod (docs/schools.md, "Publishing"). Files are kept once, under their
 * SHA-256; a publication is a folder of hard links to them, and `current` points at one. Whatever is interrupted is
 * done again without sending what has arrived, and the public never sees half a publication.
 */
export function receiveScript(): string {
  return readTemplate("schools/schools/pod/receive.sh", { SHARED_FOLDER: sharedFolder, KEPT: kept });
}
