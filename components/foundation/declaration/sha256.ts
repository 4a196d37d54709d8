import { Refusal, written } from "./written.ts";

/** The SHA-256 checksum of a file, as `sha256sum` prints it: 64 digits from 0 to f, in lower case. */
export function sha256() {
  return written<string>({
    title: "SHA-256 checksum",
    noun: "a checksum",
    example: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    pattern: /^[0-9a-f]{64}$/,
    maximumLength: 64,
    read(text) {
      if (/^[0-9a-f]{64}$/.test(text)) return text;
      if (/^[0-9a-fA-F]{64}$/.test(text)) return new Refusal("has capital letters", text.toLowerCase());
      return new Refusal("is not 64 digits from 0 to f, as sha256sum prints them");
    },
  });
}
