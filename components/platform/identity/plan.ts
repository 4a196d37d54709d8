import type * as z from "zod";
import type { SecretLabel } from "../../foundation/seed/labels.ts";
import { loginHost } from "../login/plan.ts";
import { clientSecretLabel } from "../login/secrets.ts";
import type { identitySection } from "./declaration.ts";

/** How a service recognises people: as an OpenID Connect client of a provider. */
export interface Identity {
  /** Address of the provider. */
  issuer: string;
  clientId: string;
  /** What the button to log in says. */
  name: string;
  /** What the client's secret is derived from, where the provider is the commune's own; a given secret of the stack otherwise. */
  secret?: SecretLabel | undefined;
}

/** The stack's secret that holds the client's secret at somebody else's provider: `pulumi config set --secret commune:identity-client-secret`. */
export const identityClientSecret = "identity-client-secret";

/** What is read of a commune's declaration. */
export interface IdentitySubject {
  domain: string;
  identity?: z.output<typeof identitySection> | undefined;
}

/** Whether people log in at the commune's own login. */
export function hasOwnLogin({ identity }: Pick<IdentitySubject, "identity">): boolean {
  return identity !== undefined && identity.issuer === undefined;
}

/** Who a service asks, and as whom; nothing where it has its own accounts alone. */
export function identityOf(subject: IdentitySubject, service: string): Identity | undefined {
  const { identity } = subject;
  if (identity === undefined) return undefined;
  const { issuer, clientId, name } = identity;
  if (issuer !== undefined) return { issuer, clientId, name };
  return {
    ...{ issuer: `https://${loginHost(subject)}`, clientId: service, name },
    secret: clientSecretLabel(service),
  };
}

/** Where the provider describes itself. Source: OpenID Connect Discovery 1.0, section 4. */
export function discoveryAddress({ issuer }: Pick<Identity, "issuer">): string {
  return `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
}
