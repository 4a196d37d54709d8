import { ofPlace } from "../../foundation/page/of-place.ts";
import type { SettingTree } from "./settings.ts";
import type { PeertubeSpec } from "./spec.ts";

/** Source: PeerTube, initializers/constants.ts, VIDEO_CATEGORIES. */
const newsAndPolitics = 11;

/** Returns the texts about the commune on the pages, in French, and what people may do there. */
export function instanceConfiguration(spec: PeertubeSpec): SettingTree {
  const { name, contact, host, mail, signup, quotaBytes } = spec;
  return {
    instance: {
      name: `Vidéos ${ofPlace(name)}`,
      short_description: `Les vidéos publiques ${ofPlace(name)}, sans publicité et sans pistage.`,
      description: `Conseils municipaux, réunions publiques, vie locale : les vidéos publiées par ${name} et par ses associations. Tout se regarde sans compte, et se suit par flux RSS.`,
      terms: `Ce service public est tenu par ${name}. Les comptes sont réservés aux services et aux associations de la commune. Pour signaler un contenu ou exercer vos droits sur vos données : ${contact}.`,
      moderation_information: `La modération est assurée par ${name} : ${contact}.`,
      administrator: `${name}, ${contact}`,
      business_model: "Service public financé par la commune, sans publicité.",
      default_language: "fr",
      languages: ["fr"],
      categories: [newsAndPolitics],
      server_country: "France",
      default_nsfw_policy: "do_not_list",
      // Upstream's default sends those who find a hole to PeerTube's authors; a valid text needs an expiry date.
      securitytxt: "",
    },
    email: { body: { signature: `Vidéos ${ofPlace(name)}, https://${host}` } },
    admin: { email: contact },
    contact_form: { enabled: mail !== undefined },
    // Upstream's default names the author of PeerTube.
    services: { twitter: { username: "" } },
    signup: {
      enabled: signup,
      limit: -1,
      requires_approval: true,
      // PeerTube refuses to start when it must verify addresses and cannot write to them.
      requires_email_verification: signup && mail !== undefined,
    },
    user: {
      video_quota: quotaBytes,
      default_channel_name: "Chaîne de $1",
      // What people watch is theirs to record.
      history: { videos: { enabled: false } },
    },
    client: {
      // The commune's own videos first; those of peers are one click away.
      browse_videos: { default_scope: "local" },
      new_features_info: false,
      // They lead to the stores of private platforms.
      open_in_app: { android: { intent: { enabled: false } }, ios: { enabled: false } },
    },
    defaults: {
      p2p: { webapp: { enabled: spec.p2p }, embed: { enabled: spec.p2p } },
      player: { auto_play: false },
    },
  };
}
