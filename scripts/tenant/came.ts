import { closeSync, openSync, readSync, statSync } from "node:fs";
import type { Brought } from "../../components/tenants/exit/archive.ts";
import type { Stream } from "../export/data.ts";
import { spoken } from "../language.ts";

/** A part of an archive, as it came. */
export type Streamed = Awaited<ReturnType<Stream>>;

/** Returns why the result is not what was sent; undefined if it is. */
export function cutOf({ exitCode, sha256, said }: Streamed): string | undefined {
  const sent = /^([0-9a-f]{64}) {2}-$/m.exec(said)?.[1];
  if (exitCode !== 0 || sent === undefined)
    return (
      said.slice(-600) ||
      spoken({ en: `kubectl ended with ${exitCode}`, fr: `kubectl a fini par ${exitCode}` })
    );
  return sent === sha256
    ? undefined
    : spoken({ en: "what came is not what was sent", fr: "ce qui est venu n’est pas ce qui a été envoyé" });
}

/**
 * Returns why a part of the archive is not what was sent: a dump also says itself whether it is whole. undefined if
 * it is.
 */
export function problemOf(streamed: Streamed, part: Brought, file: string): string | undefined {
  const isCut = part.from === "database" && !lastBytes(file).includes(lastLines[part.engine]);
  return (
    cutOf(streamed) ??
    (isCut ? spoken({ en: "the dump is cut", fr: "la copie de la base est coupée" }) : undefined)
  );
}

/** Last line of a dump that is whole. */
const lastLines = { mariadb: "-- Dump completed", postgresql: "-- PostgreSQL database dump complete" };

function lastBytes(file: string): string {
  const { size } = statSync(file);
  const buffer = Buffer.alloc(Math.min(200, size));
  const opened = openSync(file, "r");
  readSync(opened, buffer, 0, buffer.length, size - buffer.length);
  closeSync(opened);
  return buffer.toString();
}
