import type * as z from "zod";
import type { SecretLabel } from "../../foundation/seed/labels.ts";
import { loginHost } from "../login/plan.ts";
import { clientSecretLabel } from "../login/secrets.ts";
import type { identitySection } from "./declaration.ts";

/** Client of an OpenID Connect provider, by which a service recognises people. */
export interface Identity {
  /** Address of the provider. */
  issuer: string;
  clientId: string;
  /** Text on the button to log in. */
  name: string;
  /**
   * Label from which the client's secret is derived, if the provider is the commune's own; undefined if it is a given
   * secret of the stack.
   */
  secret?: SecretLabel | undefined;
}

/** The stack's secret that holds the client's secret at somebody else's provider: `pulumi config set --secret commune:identity-client-secret`. */
export const identityClientSecret = "identity-client-secret";

/** Fields of a commune's declaration that are read here. */
export interface IdentitySubject {
  domain: string;
  identity?: z.output<typeof identitySection> | undefined;
}

/** Whether people log in at the commune's own login. */
export function hasOwnLogin({ identity }: Pick<IdentitySubject, "identity">): boolean {
  return identity !== undefined && identity.issuer === undefined;
}

/** Returns the provider of a service and its name there; undefined if it has its own accounts alone. */
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

/** Returns the address at which the provider describes itself. Source: OpenID Connect Discovery 1.0, section 4. */
export function discoveryAddress({ issuer }: Pick<Identity, "issuer">): string {
  return `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
}
