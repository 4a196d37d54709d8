import { nearest } from "../foundation/declaration/choice.ts";
import { count } from "../foundation/declaration/count.ts";
import { named } from "../foundation/declaration/section.ts";
import { Refusal, written } from "../foundation/declaration/written.ts";
import { type SecretLabel, secretName } from "../foundation/seed/labels.ts";
import { externalPassword } from "../platform/database/external.ts";
import { copyingRole } from "../platform/database/replication.ts";
import { copyPassword, superuserPassword } from "../platform/database/secrets.ts";
import { identityClientSecret } from "../platform/identity/plan.ts";
import { mailPassword } from "../platform/mail/plan.ts";
import { mediaKeys, objectsKeys } from "../platform/media/plan.ts";
import { pointsKey } from "../recovery/points/secrets.ts";
import { isBucketKey } from "../recovery/vault/bucket/secrets.ts";
import { repositoryPassword } from "../recovery/vault/secrets.ts";
import { services } from "../services/index.ts";
import { parts, thingNamed } from "./parts.ts";

/** Every secret that a commune may derive from its seed, except the keys of single hotspots. */
export const secretLabels: readonly SecretLabel[] = [
  ...parts.flatMap(({ labels = [] }) => labels),
  ...parts.flatMap(({ servers = [] }) =>
    servers.flatMap((server) => [
      superuserPassword(server),
      copyPassword(server),
      repositoryPassword(server),
    ]),
  ),
  ...parts.flatMap(({ restorePoints = [] }) =>
    restorePoints.flatMap((name) => [repositoryPassword(name), pointsKey(name)]),
  ),
];

/** Names of every secret that somebody else may have given to a stack. */
export const givenNames: readonly string[] = [
  mailPassword,
  identityClientSecret,
  ...Object.values(mediaKeys),
  ...Object.values(objectsKeys),
  ...services.map(({ name }) => externalPassword(name)),
  externalPassword(copyingRole),
];

const rotating = [
  ...secretLabels.filter(({ rotation }) => rotation !== "never").map(secretName),
  ...givenNames,
];
const kept = secretLabels.filter(({ rotation }) => rotation === "never").map(secretName);

/**
 * Whether a secret belongs to an association or to a server of associations: their files decide which exist
 * (association-secrets.ts).
 */
export function isOfAssociations(name: string): boolean {
  const [owner = "", purpose] = name.split("/");
  return purpose !== undefined && thingNamed(owner)?.isOfAssociations === true;
}

/**
 * Returns the words of a name, sorted: those of `database/nextcloud-password` equal those of
 * `nextcloud/database-password`.
 */
const wordsIn = (name: string) => name.split(/[-/]+/).sort().join(" ");

/**
 * Returns the secret that was probably meant; undefined if none is near. A slash means a derived secret: no other has
 * one.
 */
export function meant(name: string, names: readonly string[]): string | undefined {
  const alike = name.includes("/") ? names.filter((each) => each.includes("/")) : names;
  return alike.find((each) => wordsIn(each) === wordsIn(name)) ?? nearest(name, alike);
}

/** The `secrets:` section: the secrets with another version than the first. */
export const secretsSection = named(
  written<string>({
    title: "name of a password or key",
    noun: "a name",
    example: "database/superuser-password",
    pattern: /^[a-z]+(-{1,2}[a-z0-9]+)*(\/[a-z]+(-[a-z]+)*)?$/,
    maximumLength: 100,
    read(text) {
      if (rotating.includes(text) || isOfAssociations(text) || isBucketKey(text)) return text;
      if (kept.includes(text)) {
        return new Refusal(
          "encrypts or signs what is kept, and what it protects would be lost: it has one version for ever (docs/seed.md)",
        );
      }
      return new Refusal("is no password or key that a commune has (docs/seed.md)", meant(text, rotating));
    },
  }),
  count({ minimum: 1, maximum: 1000, example: 2 }),
  "secrets",
);
