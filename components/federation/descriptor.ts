import * as z from "zod/mini";
import { domainPattern, readDomain } from "../foundation/declaration/domain.ts";
import {
  identifierPattern,
  longestIdentifier,
  readIdentifier,
} from "../foundation/declaration/identifier.ts";
import { plain } from "../foundation/declaration/show.ts";
import { Refusal } from "../foundation/declaration/written.ts";
import { mostBefore } from "./memory.ts";

/** Path of a commune's descriptor below its domain. */
export const descriptorPath = "/.well-known/commune.json";

/** Path of the descriptor's page for people. */
export const descriptorPagePath = "/.well-known/commune";

/** Header in which a commune that requests the descriptor gives its id. It is only a hint that the commune exists. */
export const peerHeader = "commune-peer";

export function descriptorAddress(domain: string): string {
  return `https://${domain}${descriptorPath}`;
}

/** Validity of a signed descriptor, hours: an older one may have been recorded and replayed. */
export const descriptorLifetimeHours = 24;

/** Most that is read of an answer, bytes: seventy peers, remembered for years, take half of it. */
export const largestDescriptor = 2 * 1024 * 1024;

/** Checks a text that is logged and shown: no invisible character, no line break. */
const text = (maximum: number) =>
  z.string().check(
    z.maxLength(maximum),
    z.refine((said) => plain(said) === said, "has a character that cannot be seen"),
  );
/** Checks a name as the vocabulary of declarations does. */
const declared = (maximum: number, pattern: RegExp, read: (text: string) => string | Refusal) =>
  text(maximum).check(
    z.regex(pattern),
    z.refine((said) => !(read(said) instanceof Refusal), "is none that could be declared"),
  );
const host = declared(253, domainPattern, readDomain);
const address = text(500).check(z.regex(/^https:\/\//));
const instant = z.iso.datetime();
const count = z.number().check(z.minimum(0));
const hash = text(71).check(z.regex(/^sha256:[0-9a-f]{64}$/));
const chainHead = z.object({ count, head: hash });
const heads = z
  .array(
    z.object({
      ...chainHead.shape,
      seen: z.optional(instant).check(z.describe("When this commune saw it first.")),
    }),
  )
  .check(z.maxLength(20));
const id = declared(longestIdentifier, identifierPattern, readIdentifier).check(
  z.describe("Short name of a commune: the same for all members of the metropolis."),
);

/** Kinds of services that communes can link: `documents`. A toolkit knows those of its own services. */
export type Kinds = readonly [string, ...string[]];

const serviceOf = (kinds: Kinds) =>
  z.object({
    kind: z
      .enum(kinds)
      .check(z.describe("What it is to people: documents, agenda and contacts; posts and answers; videos.")),
    software: text(50).check(z.describe("Name of the software, as its authors write it in lower case.")),
    version: text(50),
    url: address.check(z.describe("Where people open it.")),
    licence: text(100).check(z.describe("Licence of the software, an SPDX identifier.")),
    source: address.check(z.describe("Where the source code of the software is.")),
    account: z
      .optional(text(300).check(z.regex(/^[^@\s]+@[^@\s]+$/)))
      .check(z.describe("The account that other communes follow: mairie@social.bron.fr.")),
    feeds: z
      .optional(z.array(address).check(z.maxLength(10)))
      .check(z.describe("Feeds (RSS, Atom) that can be read without an account.")),
    endpoints: z
      .optional(z.record(text(50), address))
      .check(
        z.describe(
          "Where programs reach it, by protocol: webdav, caldav, carddav, ocm (Open Cloud Mesh), nodeinfo, api.",
        ),
      ),
    statistics: z
      .optional(z.record(text(50), count))
      .check(z.describe("What it counts in public: accounts, posts, videos.")),
  });

/**
 * Schema of `/.well-known/commune.json`, which a commune publishes about itself. Unknown members are ignored in
 * reading, but they are part of what is signed. Its JSON schema for others: docs/descriptor.schema.json.
 */
export const descriptorSchemaOf = (kinds: Kinds) =>
  z.object({
    version: z.literal(1).check(z.describe("Version of this format.")),
    id,
    name: text(100).check(z.describe("Name that people read.")),
    insee: text(5).check(z.describe("Official code of the commune (INSEE).")),
    domain: host.check(z.describe("Where this document is: below /.well-known/ of this domain.")),
    contact: text(300).check(z.describe("Mail address of the people in charge.")),
    population: count.check(z.describe("Inhabitants.")),
    location: z
      .optional(
        z.object({
          latitude: z.number().check(z.minimum(-90), z.maximum(90)),
          longitude: z.number().check(z.minimum(-180), z.maximum(180)),
        }),
      )
      .check(z.describe("Where the commune is, WGS 84, degrees.")),
    map: z
      .optional(address)
      .check(
        z.describe("The page that shows where its public Wi-Fi, its white zones and its digital spaces are."),
      ),
    hotspots: z
      .optional(z.object({ points: count, url: address }))
      .check(
        z.describe("Its public Wi-Fi: how many points it has, and the page about it. `map` says where."),
      ),
    schools: z
      .optional(
        z.object({
          url: address,
          libraries: z.array(z.object({ name: text(100), url: address })).check(z.maxLength(1000)),
        }),
      )
      .check(
        z.describe(
          "What its schools share without an account: the page, and each library, as others declare it as a source.",
        ),
      ),
    copies: z
      .optional(
        z.object({ of: z.array(id).check(z.maxLength(1000)), at: z.array(id).check(z.maxLength(100)) }),
      )
      .check(
        z.describe(
          "Room for encrypted copies, which only the commune that they are of can read: `of` whom it takes some, and `at` whom it may put its own.",
        ),
      ),
    approvals: z
      .optional(
        z.object({
          ...chainHead.shape,
          before: z
            .optional(z.array(hash).check(z.maxLength(mostBefore)))
            .check(
              z.describe(
                "Hashes of the lines right before the last one, in their order: peers see by them that it has only grown.",
              ),
            ),
        }),
      )
      .check(
        z.describe(
          "How long its log of approved changes is, and the hash of its last line: peers remember it.",
        ),
      ),
    points: z
      .optional(z.record(text(50), chainHead))
      .check(
        z.describe(
          "How many restore points of each of its services there have been, and the hash of the newest one's head: peers remember it.",
        ),
      ),
    drills: z
      .optional(
        z.object({
          ...chainHead.shape,
          last: z.object({
            at: instant,
            outcome: z.enum(["passed", "failed"]),
            rpoSeconds: count.check(z.describe("What would have been lost.")),
            rtoSeconds: z
              .optional(count)
              .check(z.describe("Until all services answered; absent where they did not.")),
          }),
        }),
      )
      .check(
        z.describe(
          "Its recovery drills: how many lines their log has, the hash of the last one, and what that says. Seconds.",
        ),
      ),
    issued: instant,
    expires: instant.check(
      z.describe("After this moment it says nothing any more: it may have been recorded."),
    ),
    services: z.array(serviceOf(kinds)).check(z.maxLength(20)),
    peers: z
      .array(
        z.object({
          id,
          domain: host,
          name: z.optional(text(100)).check(z.describe("Name that people read.")),
          services: z.array(z.enum(kinds)),
          open: z
            .optional(z.array(text(50)).check(z.maxLength(20)))
            .check(z.describe("Those of these services of which the link is open now.")),
          approvals: z
            .optional(heads)
            .check(z.describe("What this commune remembers of that one's log of approved changes.")),
          points: z
            .optional(z.record(text(50), heads))
            .check(z.describe("What this commune remembers of that one's restore points, by service.")),
        }),
      )
      .check(
        z.maxLength(1000),
        z.describe("Whom it federates with, and by which services: a link exists when both communes say so."),
      ),
  });

export type Descriptor = z.output<ReturnType<typeof descriptorSchemaOf>>;
export type DescribedService = Descriptor["services"][number];
