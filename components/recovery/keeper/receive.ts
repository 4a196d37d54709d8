import { readTemplate } from "../../foundation/template/template.ts";
import { slotName, spoolFiles } from "./settings.ts";

/**
 * Receives the log into the folder that the program beside names, for ever: into another one as soon as it ends the
 * connection. A disk that was full leaves a file that is too short, in which nothing is, and with which it would not go on.
 * It is told by SPOOL and PASSWORD_FILE where they are.
 */
export function receiveScript(): string {
  return readTemplate("recovery/keeper/pod/receive.bash", {
    HOLD: spoolFiles.hold,
    RECEIVE: spoolFiles.receive,
    SLOT_NAME: slotName,
  });
}
