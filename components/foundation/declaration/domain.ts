import { domainToASCII, domainToUnicode } from "node:url";
import { show } from "./show.ts";
import { Refusal, written } from "./written.ts";

const label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
/** Spelling of a domain name, beside the rules of `readDomain`. */
export const domainPattern = new RegExp(`^${label}(\\.${label})+$`);

/**
 * The domain name in `text`, or why it is none. Lower case, at least two labels (RFC 1123), 253 characters at
 * most; international names in their ASCII form (RFC 5891), so that one name has one spelling.
 */
export function readDomain(text: string): string | Refusal {
  const ascii = domainToASCII(text.trim().replace(/\.$/, ""));
  const instead = ascii.length <= 253 && domainPattern.test(ascii) ? ascii : undefined;
  if (/[^\p{ASCII}]/u.test(text)) {
    return new Refusal("has letters that the domain name system spells otherwise", instead);
  }
  if (/^https?:/i.test(text)) return new Refusal("is an address, not a domain name");
  if (text.includes("*")) return new Refusal("has a wildcard, which is not a domain name");
  if (/^[0-9.]+$/.test(text) || text.includes(":")) return new Refusal("is not a domain name but a number");
  if (text !== text.toLowerCase()) return new Refusal("has capital letters", instead);
  if (text.endsWith(".")) return new Refusal("ends with a dot", instead);
  if (!text.includes(".")) return new Refusal("has no dot");
  if (text.split(".").some((part) => part.length > 63))
    return new Refusal("has a part longer than 63 characters");
  if (!domainPattern.test(text)) {
    return new Refusal(
      "is not a domain name (letters a to z, digits and inner hyphens, in parts with a dot between)",
    );
  }
  // A label that starts with xn-- must be what its Unicode form encodes to, else two spellings name one host.
  const back = domainToUnicode(text);
  if (text.includes("xn--") && (back === "" || domainToASCII(back) !== text)) {
    return new Refusal(`is not the ASCII form of an international name (it reads ${show(back)})`);
  }
  return text;
}

/** A domain name such as `villeurbanne.fr`. */
export function domain({ example = "villeurbanne.fr" } = {}) {
  return written<string>({
    title: "domain name",
    noun: "a domain name",
    example,
    pattern: domainPattern,
    maximumLength: 253,
    read: readDomain,
  });
}
