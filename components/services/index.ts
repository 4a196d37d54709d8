import type * as z from "zod";
import { atLeastOne } from "../foundation/declaration/at-least-one.ts";
import type { PlannedService } from "./define.ts";
import { list } from "./list.ts";
import type { ServiceSection } from "./service.ts";

/** The services of the list, with all that is written of them. */
export const services = await Promise.all(list.map((entry) => entry.load()));

/** The services, each as a part of a commune, in the order of the list. */
export const serviceParts = services.map(({ part }) => part);

/** A service of the list. */
export type ListedService = (typeof services)[number];

/** Sections of the services that were declared, by name. */
export type ServiceSections = {
  [Listed in ListedService as Listed["name"]]?: z.output<Listed["section"]> | undefined;
};

/** Plans of the services that were declared, by name. */
export type ServicePlans = {
  [Listed in ListedService as Listed["name"]]?: ReturnType<Listed["plan"]> | undefined;
};

/** Their names, in the same order. */
export const serviceNames = atLeastOne(services.map(({ name }) => name));

/** Kinds of links between communes, in the words of the reference of declarations. */
export const linkWords = services.flatMap(({ title, link }) =>
  link ? [{ title, kind: link.of.kind, meaning: link.of.meaning }] : [],
);

/** The section of a service among others, as far as all services have the same. */
export function sectionOf(sections: ServiceSections, service: ListedService): ServiceSection | undefined {
  return service.sectionIn(sections);
}

/** The services of a plan, in the order of the list. */
export function plannedServices(plans: ServicePlans): PlannedService[] {
  return services.flatMap((service) => service.plannedIn(plans) ?? []);
}
