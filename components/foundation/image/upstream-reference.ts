import { Refusal, written } from "../declaration/written.ts";
import { fullReference, parseReference } from "./reference.ts";

const pattern = /^[a-z0-9.:-]+\/[a-z0-9._/-]+:[\w.-]+$/;

/** An image as its authors publish it: `docker.io/library/postgres:17.12-trixie`. */
export function upstreamReference() {
  return written<string>({
    title: "reference of an image",
    noun: "the reference of an image with its registry and tag",
    example: "docker.io/library/postgres:17.12-trixie",
    pattern,
    maximumLength: 300,
    read: (text) =>
      pattern.test(text) && fullReference(text) === text && parseReference(text).digest === undefined
        ? text
        : new Refusal("is not a reference with its registry and tag, and without a digest"),
  });
}
