import childProcess from "node:child_process";
import dgram from "node:dgram";
import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";

/** From here on, whatever opens a connection, asks for a name or starts a process fails, and is remembered. */
export function forbidContact(): { attempts: string[]; restore(): void } {
  const attempts: string[] = [];
  const restores: (() => void)[] = [];
  function forbid(owner: object, name: string) {
    const original: unknown = Reflect.get(owner, name);
    Reflect.set(owner, name, () => {
      attempts.push(name);
      throw new Error(`${name} was called by code that must contact nothing.`);
    });
    restores.push(() => Reflect.set(owner, name, original));
  }
  forbid(net.Socket.prototype, "connect");
  forbid(dgram, "createSocket");
  for (const name of ["lookup", "resolve", "resolve4", "resolve6"]) forbid(dns, name);
  for (const name of ["lookup", "resolve"]) forbid(dns.promises, name);
  for (const name of ["spawn", "spawnSync", "execFile", "execFileSync", "exec", "execSync"])
    forbid(childProcess, name);
  syncBuiltinESMExports();
  return {
    attempts,
    restore() {
      for (const restore of restores) restore();
      syncBuiltinESMExports();
    },
  };
}
