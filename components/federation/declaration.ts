import * as z from "zod";
import { address } from "../foundation/declaration/address.ts";
import { atLeastOne } from "../foundation/declaration/at-least-one.ts";
import { choice } from "../foundation/declaration/choice.ts";
import { duration } from "../foundation/declaration/duration.ts";
import { flag } from "../foundation/declaration/flag.ts";
import { communeId } from "../foundation/declaration/identifier.ts";
import { list } from "../foundation/declaration/list.ts";
import { named, section } from "../foundation/declaration/section.ts";
import { size } from "../foundation/declaration/size.ts";
import type { LinkedKind } from "../foundation/part/part.ts";
import type { Kinds } from "./descriptor.ts";
import { mostLinked } from "./groups.ts";

/** The most members that are linked beside a group. */
const mostAlso = 10;

/**
 * Returns the `federation:` section: the communes with which this one links its services. A link opens once both sides
 * declare it.
 *
 * @param links kinds of services that can be linked.
 */
export function federationSection(links: readonly LinkedKind[]) {
  const kinds: Kinds = atLeastOne(links.map(({ kind }) => kind));
  const services = () => list(choice(kinds), { minimum: 1, noun: "services" });
  return section({
    with: z
      .union([choice(["all"]), list(communeId(), { minimum: 1, maximum: 1000, noun: "members" })])
      .describe(
        `Members of the metropolis (stacks/federation.yaml), at most ${mostLinked}: \`all\`, or their ids. Where there are groups, \`all\` is the commune's own.`,
      ),
    except: list(communeId(), { maximum: 1000, noun: "members" })
      .prefault([])
      .describe("Members left out of `all`."),
    also: list(communeId(), { maximum: mostAlso, noun: "members" })
      .prefault([])
      .describe("Members of other groups that are linked beside `all`."),
    services: services()
      .optional()
      .describe(
        `What is linked: ${links.map(({ kind, title, meaning }) => `\`${kind}\` (${title}: ${meaning})`).join(", ")}. Every service that the commune has when absent.`,
      ),
    only: named(communeId(), services(), "members")
      .prefault({})
      .describe("Fewer services with one member: `only: { bron: [documents] }`."),
    agenda: flag()
      .prefault(true)
      .describe("Whether calendars can be shared with people of other communes, where documents are linked."),
    redundancy: size({ minimum: "1 GiB", maximum: "64 TiB", example: "10 GiB" })
      .optional()
      .describe(
        "Space for copies of the peers' most seen videos, on this commune's volume. None when absent.",
      ),
    relays: list(address({ example: "https://relais.example.fr/inbox" }), { maximum: 20, noun: "addresses" })
      .prefault([])
      .describe(
        "Inboxes of ActivityPub relays that Mastodon exchanges public posts with, beside that of the commune's group.",
      ),
    videoIndex: address({ example: "https://recherche.example.fr" })
      .optional()
      .describe(
        "Address of a PeerTube search index, which PeerTube offers beside its own search: what is searched for there is told to it. That of the commune's group when absent.",
      ),
    period: duration({ minimum: "10 seconds", maximum: "1 hour", example: "5 minutes" })
      .prefault("5 minutes")
      .describe("Interval at which the open links are compared with the declared ones."),
  });
}

export type FederationDeclaration = z.output<ReturnType<typeof federationSection>>;
