import type { Output } from "@pulumi/pulumi";
import { labelText } from "../foundation/seed/derive.ts";
import type { Seed } from "../foundation/seed/index.ts";
import type { GivenSecrets } from "../foundation/site/config.ts";
import { type Identity, identityClientSecret } from "../platform/identity/plan.ts";
import { mailPassword } from "../platform/mail/plan.ts";
import { type BucketFiles, type Media, mediaKeys, objectsKeys } from "../platform/media/plan.ts";
import type { Outside } from "./service.ts";

/** Dependencies that may need a secret given from outside: a relay, a store, an identity provider. */
export interface NeedsGiven extends Partial<Pick<Outside, "mail" | "identity">> {
  media?: Media;
  /** A bucket of the service's own. */
  objects?: BucketFiles | undefined;
}

/** The names of the given secrets that are needed. */
export function givenNames({ mail, media, objects, identity }: NeedsGiven): string[] {
  return [
    ...(mail?.user === undefined ? [] : [mailPassword]),
    ...(media?.kind === "s3" ? Object.values(mediaKeys) : []),
    ...(objects === undefined ? [] : Object.values(objectsKeys)),
    ...(identity === undefined || identity.secret ? [] : [identityClientSecret]),
  ];
}

/** The label of what a service is known by at the commune's own login; nothing at somebody else's. */
export function loginLabels(seed: Seed, { identity }: Pick<NeedsGiven, "identity">): string[] {
  return identity?.secret ? [labelText(seed.current(identity.secret))] : [];
}

/** Returns the secret with which a service authenticates to the identity provider. */
export function clientSecretOf(
  { secret }: Identity,
  { seed, given }: { seed: Seed; given: GivenSecrets },
): Output<string> {
  return secret ? seed.secret(secret) : given(identityClientSecret);
}

/** Those of them whose version was raised, each with its version: what read the former one has to start again. */
export function raisedGiven(seed: Seed, needs: NeedsGiven): string[] {
  return givenNames(needs).flatMap((name) => {
    const label = seed.givenLabel(name);
    return label === name ? [] : [label];
  });
}
