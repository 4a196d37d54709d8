import { readDomain } from "./domain.ts";
import { Refusal, written } from "./written.ts";

/**
 * An `https://` address without query or fragment, such as `https://s3.example.fr`. The host is a domain name; a
 * port is allowed. A final slash is not: one address has one spelling.
 */
export function address({ example }: { example: string }) {
  return written<string>({
    title: "https address",
    noun: "an address",
    example,
    pattern: /^https:\/\/[a-z0-9.-]+(:[1-9][0-9]{0,4})?(\/[A-Za-z0-9._~/-]*[A-Za-z0-9._~-])?$/,
    maximumLength: 500,
    read(text) {
      if (!text.startsWith("https://")) return new Refusal("does not start with https://");
      if (text.endsWith("/")) return new Refusal("ends with a slash", text.replace(/\/+$/, ""));
      const url = URL.canParse(text) ? new URL(text) : undefined;
      if (url === undefined || url.username || url.password || url.search || url.hash) {
        return new Refusal("is not an address of a host and a path alone");
      }
      const host = readDomain(url.hostname);
      if (host instanceof Refusal) return new Refusal(`names a host that ${host.reason}`);
      if (url.href.replace(/\/$/, "") !== text) {
        return new Refusal("is not in its plain spelling", url.href.replace(/\/$/, ""));
      }
      return text;
    },
  });
}
