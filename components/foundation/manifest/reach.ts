import { readTemplate } from "../template/template.ts";

/**
 * A function of sh, `patiently <command>`: runs a command, and again for two minutes at most while it fails by what passes by
 * itself. A pod may come before its name server, its network policy and the server that it asks, and what was open may close
 * once more while policies reach its node: so what connects is repeated, not a look at the port before it. Any other failure
 * fails at once. The command must begin nothing and read none of its input before it is connected.
 *
 * It says what is waited for each time that it is something else, and at the end why it was given up.
 */
export function patiently(): string {
  return readTemplate("foundation/manifest/pod/patiently.sh").trimEnd();
}

/**
 * A function of bash, `reach <host> <port>`: waits so until a port is open, before a program that does not wait itself. It
 * fails if the port stays closed: what would run after it would only say the same in other words.
 */
export function reach(): string {
  return readTemplate("foundation/manifest/pod/reach.bash", { PATIENTLY: patiently() }).trimEnd();
}
