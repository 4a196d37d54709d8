import { Refusal, written } from "./written.ts";

const pattern = /^https:\/\/\S+$/;

/** A page of the Web where something is read: a source may have a query. */
export function webPage({ example = "https://github.com/valkey-io/valkey" } = {}) {
  return written<string>({
    title: "https address",
    noun: "an https address",
    example,
    pattern,
    maximumLength: 300,
    read: (text) => (pattern.test(text) && URL.canParse(text) ? text : new Refusal("is no https address")),
  });
}
