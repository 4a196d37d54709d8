import type * as z from "zod";
import type { identitySection } from "./declaration.ts";

/** How services recognise people: an OpenID Connect client. Its secret is a given secret of the stack. */
export type Identity = z.output<typeof identitySection>;

/** The stack's secret that holds the client's secret: `pulumi config set --secret commune:identity-client-secret`. */
export const identityClientSecret = "identity-client-secret";

/** Where the provider describes itself. Source: OpenID Connect Discovery 1.0, section 4. */
export function discoveryAddress({ issuer }: Identity): string {
  return `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
}
