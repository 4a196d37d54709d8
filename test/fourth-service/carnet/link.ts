import type { ServiceLink } from "../../../components/services/link.ts";
import { eventsDriver } from "./driver.ts";

export const carnetLink = {
  kind: "events",
  french: "Agenda public",
  title: "Carnet",
  frenchPurpose: "Ce qui se passe dans la commune, jour par jour.",
  meaning: "each server reads the other's calendar",
  noun: "calendar",
  secretFile: "events-token",
  driver: eventsDriver,
} as const satisfies ServiceLink;
