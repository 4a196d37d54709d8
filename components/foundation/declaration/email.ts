import { readDomain } from "./domain.ts";
import { Refusal, written } from "./written.ts";

const mailbox = "[A-Za-z0-9]([A-Za-z0-9._%+-]{0,62}[A-Za-z0-9])?";

/** A mail address such as `numerique@villeurbanne.fr`: the plain ASCII part of RFC 5321, without quoting. */
export function email({ example = "numerique@villeurbanne.fr" } = {}) {
  return written<string>({
    title: "mail address",
    noun: "a mail address",
    example,
    pattern: new RegExp(`^${mailbox}@[a-z0-9.-]+$`),
    maximumLength: 254,
    read(text) {
      const parts = text.split("@");
      const [local = "", host = ""] = parts;
      if (parts.length !== 2) return new Refusal("is not a mail address: it needs exactly one @");
      if (!new RegExp(`^${mailbox}$`).test(local) || local.includes("..")) {
        return new Refusal(
          "is not a mail address: before the @ stand letters a to z, digits and . _ % + - between them",
        );
      }
      const read = readDomain(host);
      if (!(read instanceof Refusal)) return text;
      return new Refusal(
        `has a domain that ${read.reason}`,
        read.instead ? `${local}@${read.instead}` : undefined,
      );
    },
  });
}
