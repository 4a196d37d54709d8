import { readTemplate } from "../template/template.ts";

/**
 * Returns a function of sh, `patiently <command>`: it runs a command, and retries for two minutes at most while the
 * failure is a temporary one. A pod may start before its name server, its network policy and the server that it asks,
 * and an open connection may close once more while policies reach its node: so it retries what connects, instead of
 * probing the port first. Any other failure fails at once. The command must begin nothing and read none of its input
 * before it is connected.
 *
 * It prints what it waits for each time that this changes, and at the end why it gave up.
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
