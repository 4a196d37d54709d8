import { Refusal, written } from "./written.ts";

/**
 * At most 30 characters, so that the longest namespace, `<commune>-t-<tenant>`, fits the 63 of an RFC 1123
 * label; a letter first, because Service names are RFC 1035 labels.
 */
export const longestIdentifier = 30;

/** Spelling of an identifier, beside the rules of `readIdentifier`. */
export const identifierPattern = new RegExp(`^[a-z]([a-z0-9-]{0,${longestIdentifier - 2}}[a-z0-9])?$`);

/** The nearest valid identifier to a name such as `Saint-Étienne`, or nothing. */
export function identifierFrom(name: string): string | undefined {
  const made = name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/œ/g, "oe")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "");
  return identifierPattern.test(made) && !made.includes("-t-") ? made : undefined;
}

/** The identifier in `text`, or why it is none. */
export function readIdentifier(text: string): string | Refusal {
  if (text.includes("-t-")) return new Refusal('contains "-t-", which separates a commune from its tenants');
  if (text.includes("--")) return new Refusal("has two hyphens in a row", identifierFrom(text));
  if (identifierPattern.test(text)) return text;
  const reason = "may only have letters a to z, digits and inner hyphens, a letter first";
  return new Refusal(reason, identifierFrom(text));
}

/** A short name that becomes part of resource names, such as `villeurbanne`. Never changes after the first boot. */
export function identifier({ noun = "an id", title = "id", example = "villeurbanne" } = {}) {
  return written<string>({
    title: `${title} of at most ${longestIdentifier} letters a to z, digits and inner hyphens`,
    noun,
    example,
    pattern: identifierPattern,
    maximumLength: longestIdentifier,
    read: readIdentifier,
  });
}

/** The id of a commune, also the name of its folder under stacks/ and of its Pulumi stack. */
export function communeId() {
  return identifier({ noun: "the id of a commune", title: "commune id", example: "villeurbanne" });
}

/** The name of an application, as charts are called: `wordpress`. */
export function applicationId() {
  return identifier({
    noun: "the name of an application",
    title: "name of an application",
    example: "wordpress",
  });
}

/** The id of a hosted association, unique in its commune. */
export function tenantId() {
  return identifier({ noun: "the id of a tenant", title: "tenant id", example: "chorale" });
}
