import { declaredLinks, federatedKinds, type Link, type Linkable } from "../federation/links.ts";
import type { Federation } from "../federation/members.ts";
import type { FederatedService } from "../federation/plan.ts";
import { guestsIn } from "../recovery/vault/plan.ts";
import { plannedServices, type ServicePlans, type ServiceSections, services } from "../services/index.ts";
import type { CommuneDeclaration } from "./declaration.ts";

/**
 * Returns the kinds of services that communes can link, each with the service that carries it and whether it is
 * declared.
 */
export function linkableIn(sections: ServiceSections): Linkable[] {
  return services.flatMap((service) =>
    service.link
      ? [
          {
            kind: service.link.of.kind,
            carrier: service.name,
            isHere: service.sectionIn(sections) !== undefined,
          },
        ]
      : [],
  );
}

/** Returns the kinds of services that a commune links with any peer. */
export function linkedKindsOf(declaration: ServiceSections & Parameters<typeof federatedKinds>[0]): string[] {
  return federatedKinds(declaration, linkableIn(declaration));
}

/** Returns the links that a commune declares; empty if it does not federate. */
export function linksOf(declaration: CommuneDeclaration, metropolis: Federation | undefined): Link[] {
  return metropolis === undefined ? [] : declaredLinks(declaration, linkableIn(declaration), metropolis);
}

/** Returns the services of a plan that others can link with, as they are published. */
export function federatedServices(plans: ServicePlans): FederatedService[] {
  return plannedServices(plans).flatMap(
    ({ service, plan: { version, host, handleDomain }, images: [image], link }) =>
      link && image
        ? [
            {
              service,
              host,
              handleDomain,
              kind: link.of.kind,
              version,
              licence: image.licence,
              source: image.source,
              ...link.published,
            },
          ]
        : [],
  );
}

/** Returns the communes whose keys a commune needs: those that it is linked with, and those whose copies it keeps. */
export function knownPeersOf(declaration: CommuneDeclaration, metropolis: Federation): string[] {
  const linked = linksOf(declaration, metropolis).map(({ peer }) => peer);
  return [...new Set([...linked, ...guestsIn(declaration)])];
}
