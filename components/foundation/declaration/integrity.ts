import { Refusal, written } from "./written.ts";

const pattern = /^sha512-[A-Za-z0-9+/]{86}==$/;

/** The checksum of a package's archive, as the npm registry publishes it: Subresource Integrity with SHA-512. */
export function integrity() {
  return written<string>({
    title: "checksum of a package's archive",
    noun: "a checksum",
    example:
      "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
    pattern,
    maximumLength: 95,
    read: (text) =>
      pattern.test(text)
        ? text
        : new Refusal(
            'is not "sha512-" and 88 characters, as npm view <name>@<version> dist.integrity prints',
          ),
  });
}
