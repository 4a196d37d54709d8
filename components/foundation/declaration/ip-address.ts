import { isIP } from "node:net";
import { Refusal, written } from "./written.ts";

/** One IPv4 address such as `80.67.169.12`, or one IPv6 address in its short lower-case spelling. */
export function ipAddress({ example = "80.67.169.12" } = {}) {
  return written<string>({
    title: "IP address",
    noun: "an IP address",
    example,
    pattern: /^[0-9a-f.:]+$/,
    maximumLength: 45,
    read(text) {
      if (isIP(text) === 0) return new Refusal("is not an IP address");
      // An address has many spellings; URLs know the one of RFC 5952.
      const plain = isIP(text) === 6 ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text;
      return plain === text ? text : new Refusal("is not in its plain spelling", plain);
    },
  });
}
