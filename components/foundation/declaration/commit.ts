import { Refusal, written } from "./written.ts";

const pattern = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** A commit by its whole hash, as `git rev-parse` prints it: SHA-1, or SHA-256 where a repository uses that. */
export function commit() {
  return written<string>({
    title: "commit of git",
    noun: "a commit",
    example: "8f5e5c7d4f9a0b1c2d3e4f5a6b7c8d9e0f1a2b3c",
    pattern,
    maximumLength: 64,
    read: (text) => (pattern.test(text) ? text : new Refusal("is not the whole hash of a commit")),
  });
}
