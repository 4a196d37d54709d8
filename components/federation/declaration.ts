import * as z from "zod";
import { address } from "../declaration/address.ts";
import { choice } from "../declaration/choice.ts";
import { duration } from "../declaration/duration.ts";
import { flag } from "../declaration/flag.ts";
import { communeId } from "../declaration/identifier.ts";
import { list } from "../declaration/list.ts";
import { named, section } from "../declaration/section.ts";
import { size } from "../declaration/size.ts";
import { linkedServices } from "./descriptor.ts";

const services = () => list(choice(linkedServices), { minimum: 1, noun: "services" });

/** The `federation:` section: with whom this commune links its services. A link opens when both sides declare it. */
export const federationSection = section({
  with: z
    .union([choice(["all"]), list(communeId(), { minimum: 1, maximum: 1000, noun: "members" })])
    .describe("Members of the metropolis (stacks/federation.yaml): `all`, or their ids."),
  except: list(communeId(), { maximum: 1000, noun: "members" })
    .prefault([])
    .describe("Members left out of `all`."),
  services: services()
    .optional()
    .describe(
      "What is linked: `documents` (Nextcloud: shares and the directory of colleagues), `microblog` (Mastodon: the communes' accounts follow each other), `video` (PeerTube: the servers follow each other). Every service that the commune has when absent.",
    ),
  only: named(communeId(), services(), "members")
    .prefault({})
    .describe("Fewer services with one member: `only: { bron: [documents] }`."),
  agenda: flag()
    .prefault(true)
    .describe("Whether calendars can be shared with people of other communes, where documents are linked."),
  redundancy: size({ minimum: "1 GiB", maximum: "64 TiB", example: "10 GiB" })
    .optional()
    .describe("Space for copies of the peers' most seen videos, on this commune's volume. None when absent."),
  relays: list(address({ example: "https://relais.example.fr/inbox" }), { maximum: 20, noun: "addresses" })
    .prefault([])
    .describe("Inboxes of ActivityPub relays that Mastodon exchanges public posts with."),
  period: duration({ minimum: "10 seconds", maximum: "1 hour", example: "5 minutes" })
    .prefault("5 minutes")
    .describe("How often what is linked is compared with what is declared."),
});

export type FederationDeclaration = z.output<typeof federationSection>;
