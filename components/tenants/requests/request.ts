import { createHmac, hkdfSync, sign, timingSafeEqual, verify } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import canonicalize from "canonicalize";
import * as z from "zod";
import { email } from "../../foundation/declaration/email.ts";
import { applicationId, communeId, tenantId } from "../../foundation/declaration/identifier.ts";
import { instant } from "../../foundation/declaration/instant.ts";
import { line } from "../../foundation/declaration/line.ts";
import { publicKeyOf, readPublicKey } from "../../foundation/multikey/multikey.ts";
import { ed25519PrivateKey } from "../../foundation/seed/ed25519.ts";
import { isLinkLike, linkLikeFault } from "../../platform/mail/link-like.ts";
import { personFaults } from "../accounts/person.ts";
import { rna, siren } from "../tenant/registration.ts";

/** Services of the commune that a request can ask for, if the commune has them. */
export const askedServices = ["lists", "tickets", "mastodon", "peertube"] as const;
export type AskedService = (typeof askedServices)[number];

/** Most applications in one request. */
export const mostApplications = 30;

/** Longest purpose of an association, characters. */
export const longestPurpose = 600;

/** Fields about an association's administrator. */
export const administratorFields = ["givenName", "surname", "mail"] as const;

/** Schema of an association's administrator: the commune writes to them once everything is ready. */
const administratorSchema = z
  .strictObject({ givenName: z.string(), surname: z.string(), mail: email() })
  .refine((named) => Object.keys(personFaults(named, administratorFields)).length === 0);

/**
 * Schema of some lines of text, without directions of writing and invisible characters, which would make a text look
 * different.
 */
function purposeText() {
  return z
    .string()
    .min(1)
    .max(longestPurpose)
    .regex(/^([^\p{C}]|\n)*$/u, "has a character that cannot be seen");
}

/** Longest name of an association, characters. */
const longestName = 100;

/**
 * Pattern of a name: letters of French and its neighbours, digits and punctuation of names; nothing that looks like
 * another alphabet.
 */
const namePattern = /^[\p{Script=Latin}0-9²³ '’.,&()°!+«»"-]+$/u;

/**
 * Returns the mistake in the name of an association, in French; undefined if there is none. The name appears in
 * messages that the commune signs.
 */
export function associationNameFault(name: string): string | undefined {
  if (name === "") return "Écrivez le nom de votre association.";
  if (name.length > longestName)
    return `Ce nom a ${name.length} caractères. Il en faut ${longestName} au plus.`;
  if (isLinkLike(name)) return linkLikeFault;
  return namePattern.test(name) && /\p{L}/u.test(name)
    ? undefined
    : "Ce nom contient un signe que nous ne pouvons pas écrire. Gardez des lettres, des chiffres, des espaces et la ponctuation usuelle.";
}

/** Schema of a request, whose every field is judged. */
export const requestSchema = z.strictObject({
  version: z.literal(1),
  /** The commune that is asked. */
  commune: communeId(),
  id: tenantId(),
  name: line({ maximumLength: longestName }).refine(
    (name) => associationNameFault(name) === undefined,
    "is no name of an association, or one that a mail program would make a link of",
  ),
  rna: rna().optional(),
  siren: siren().optional(),
  contact: email(),
  /** The stack gives the form the names, and whoever reviews it knows them (review.ts). */
  applications: z.array(applicationId()).min(1).max(mostApplications),
  services: z.array(z.enum(askedServices)).min(1).max(askedServices.length).optional(),
  purpose: purposeText(),
  administrator: administratorSchema.optional(),
  /** Time at which the form was sent, and at which its mailbox confirmed it. */
  asked: instant(),
  confirmed: instant(),
});

export type TenantRequest = z.output<typeof requestSchema>;
/** A request before its mailbox has confirmed it. */
export type Unconfirmed = Omit<TenantRequest, "confirmed">;

/** The contents of a private link to an arrived request: only what its decision and its title need. */
export interface Followed extends Pick<TenantRequest, "commune" | "id" | "name" | "confirmed"> {
  /** Digest by which decisions name it. */
  digest: string;
}

/** A request as it reaches the commune: signed with the form's own key. */
export interface SignedRequest {
  request: TenantRequest;
  /** Ed25519 over the request in RFC 8785, base64url. */
  signature: string;
}

/** Largest file of a request that is read, bytes. */
export const largestRequest = 16 * 1024;

/** Validity of a link in a mail, milliseconds. */
export const linkLives = 48 * 3_600_000;

/** Prefix that separates links of different purposes: no body contains a line break. */
const following = "follow\n";

const context = "commune-cloud tenant request\n";
const textOf = (request: TenantRequest) => Buffer.from(context + (canonicalize(request) ?? ""));

/** Keys of the form, all derived from one secret of 32 bytes: one signs requests, one seals links. */
export class RequestKeys {
  readonly #signing: ReturnType<typeof ed25519PrivateKey>;
  readonly #sealing: Buffer;
  /** Key that verifies signatures, a Multikey. Public. */
  readonly publicKey: string;

  /** @param secret base64url, as the seed gives it. */
  constructor(secret: string) {
    const bytes = Buffer.from(secret, "base64url");
    this.#signing = ed25519PrivateKey(bytes);
    this.publicKey = publicKeyOf(bytes);
    this.#sealing = Buffer.from(hkdfSync("sha256", bytes, "", "commune-cloud request link", 32));
  }

  sign(request: TenantRequest): SignedRequest {
    return { request, signature: sign(null, textOf(request), this.#signing).toString("base64url") };
  }

  /** A request as it stands in a link: whoever holds the link reads it, and nobody can change it. */
  seal(request: Unconfirmed): string {
    const body = deflateRawSync(JSON.stringify(request)).toString("base64url");
    return `${body}.${this.#mac(body)}`;
  }

  /** The request of a link; why there is none otherwise. */
  open(link: string, now: Date): Unconfirmed | "unknown" | "expired" {
    const body = this.#opened(link, "");
    if (body === undefined) return "unknown";
    // Sealed here, so it is what was sealed; a bound all the same.
    const text = inflateRawSync(body, { maxOutputLength: largestRequest });
    const request = JSON.parse(text.toString("utf8")) as Unconfirmed;
    return now.getTime() - Date.parse(request.asked) > linkLives ? "expired" : request;
  }

  /** The private link of a request that has arrived. It serves as long as this key does. */
  follow(followed: Followed): string {
    const body = Buffer.from(JSON.stringify(followed)).toString("base64url");
    return `${body}.${this.#mac(following + body)}`;
  }

  /** Returns the request that a private link follows; undefined if this key has not made the link. */
  followed(link: string): Followed | undefined {
    const body = this.#opened(link, following);
    return body && (JSON.parse(body.toString("utf8")) as Followed);
  }

  /** Returns the body of a link that was made for a purpose; undefined if it was made for another. */
  #opened(link: string, purpose: string): Buffer | undefined {
    const [body = "", mac = "", ...more] = link.split(".");
    const own = Buffer.from(this.#mac(purpose + body));
    const given = Buffer.from(mac);
    if (more.length > 0 || own.length !== given.length || !timingSafeEqual(own, given)) return undefined;
    return Buffer.from(body, "base64url");
  }

  #mac(text: string): string {
    return createHmac("sha256", this.#sealing).update(text).digest("base64url");
  }
}

/**
 * Reads a request from the bytes of its file; returns the reason if it is none.
 *
 * @param publicKey of the commune's form, a Multikey.
 */
export function readRequest(
  bytes: Uint8Array,
  publicKey: string,
): { request: TenantRequest } | { problem: string } {
  if (bytes.length > largestRequest) return { problem: `is larger than ${largestRequest / 1024} KiB` };
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return { problem: "is no JSON in UTF-8" };
  }
  const read = z.strictObject({ request: z.unknown(), signature: z.string().max(100) }).safeParse(value);
  if (!read.success) return { problem: "is no signed request" };
  const request = requestSchema.safeParse(read.data.request);
  if (!request.success) {
    const [issue] = request.error.issues;
    return { problem: `cannot be read (${issue?.path.join(".")}: ${issue?.message})` };
  }
  const key = readPublicKey(publicKey);
  if (key === undefined) return { problem: "cannot be verified: the key of the form is no Multikey" };
  const holds = verify(null, textOf(request.data), key, Buffer.from(read.data.signature, "base64url"));
  return holds
    ? { request: request.data }
    : { problem: "is not signed by this commune's form, or was changed since" };
}
