import { Refusal, written } from "./written.ts";

const pattern = /^(?=.)([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Bytes in base64 (RFC 4648, section 4) on one line, such as the public key of a mail signature. */
export function base64({ example }: { example: string }) {
  return written<string>({
    title: "base64 text",
    noun: "base64 text",
    example,
    pattern,
    maximumLength: 2000,
    read: (text) =>
      pattern.test(text)
        ? text
        : new Refusal("is not base64 (letters, digits, + and /, filled up with = to a multiple of four)"),
  });
}
