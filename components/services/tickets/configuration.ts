import type { CacheConnection } from "../../platform/cache/contract.ts";
import type { DatabaseConnection } from "../../platform/database/contract.ts";
import { discoveryAddress, type Identity } from "../../platform/identity/plan.ts";
import type { Mail } from "../../platform/mail/plan.ts";
import type { TicketsPlan } from "./plan.ts";

/** Folder of the toolkit's programs and configuration in the pods. */
export const programFolder = "/opt/tickets";

/** Folder of passwords. */
export const secretsFolder = "/run/secrets/tickets";

/** Mount path of the volume. */
export const dataFolder = "/data";

/** Authorities of the system, in the official image as in the local one. */
const systemAuthorities = "/etc/ssl/certs/ca-certificates.crt";

/** Ways to pay that send people to somebody else's company, and a plugin for telephones that is no longer kept up. */
const excludedPlugins = ["stripe", "paypal", "paypal2", "pretixdroid"].map(
  (name) => `pretix.plugins.${name}`,
);

/** Plugins of each new event: letters, figures, lists at the door, tickets as PDF, and payment by transfer or on the spot. */
const defaultPlugins = [
  ...["sendmail", "statistics", "checkinlists", "ticketoutputpdf"],
  ...["banktransfer", "manualpayment"],
].map((name) => `pretix.plugins.${name}`);

/** Values from which its configuration is made. */
export interface ConfigurationSubject {
  plan: Pick<TicketsPlan, "name" | "host">;
  database: DatabaseConnection;
  cache: CacheConnection;
  mail: Mail | undefined;
  identity: Identity | undefined;
  /** Path of the site's own certificate authority; undefined if it has none. */
  authority: string | undefined;
}

/** A value in one line. */
const inLine = (text: string) => text.replace(/\s+/g, " ").trim();

/**
 * `pretix.cfg`. Passwords are files, which its environment names. Its own accounts are there without the commune's login
 * alone; nobody makes one by themselves. What it would ask of the Internet (versions, rates of currencies) it does not.
 * Source: https://docs.pretix.eu/self-hosting/config/ and src/pretix/settings.py of v2026.8.0.
 */
export function pretixConfiguration({
  plan,
  database,
  cache,
  mail,
  identity,
  authority,
}: ConfigurationSubject): string {
  const sections: Record<string, Record<string, string | number>> = {
    pretix: {
      instance_name: inLine(`Billetterie, ${plan.name}`),
      url: `https://${plan.host}`,
      datadir: dataFolder,
      logdir: "/tmp/logs",
      cachedir: "/tmp/cache",
      // Nothing below: names of people would stand there.
      loglevel: "WARNING",
      currency: "EUR",
      ecb_rates: "off",
      registration: "off",
      // By a letter, as people were invited by one.
      password_reset: identity ? "off" : "on",
      long_sessions: "off",
      plugins_default: defaultPlugins.join(","),
      // What an event has of it counts where its organiser has it too.
      plugins_organizer_default: "pretix.plugins.banktransfer",
      plugins_exclude: excludedPlugins.join(","),
      auth_backends: identity ? "commune_login.CommuneLogin" : "pretix.base.auth.NativeAuthBackend",
      trust_x_forwarded_for: "on",
      trust_x_forwarded_proto: "on",
    },
    locale: { default: "fr", timezone: "Europe/Paris" },
    database: {
      ...{ backend: "postgresql", name: database.database, user: database.database },
      ...{ host: database.host, port: database.port },
      ...(database.sslMode !== "disable" && {
        sslmode: database.sslMode,
        // It asks for this file also where who answers needs not prove itself.
        sslrootcert: authority ?? systemAuthorities,
      }),
    },
    redis: { location: `redis://${cache.host}:${cache.port}/0` },
    ...(mail && { mail: mailSettings(mail) }),
    ...(identity && {
      commune: { title: identity.name, discovery: discoveryAddress(identity), client: identity.clientId },
    }),
  };
  return Object.entries(sections)
    .map(([name, settings]) =>
      [`[${name}]`, ...Object.entries(settings).map(([key, value]) => `${key}=${value}`), ""].join("\n"),
    )
    .join("\n");
}

function mailSettings({ from, host, port, encryption, user }: Mail): Record<string, string | number> {
  return {
    ...{ from, host, port },
    tls: encryption === "starttls" ? "on" : "off",
    ssl: encryption === "tls" ? "on" : "off",
    ...(user !== undefined && { user }),
  };
}

/** `organisers.json`: who sells, for the program that keeps organisers, and for the log-in. */
export function organisersFile({ organisers, contact }: Pick<TicketsPlan, "organisers" | "contact">): string {
  const known = organisers.map(({ tenant, name, contact: mailbox, admins, isClosed }) => ({
    ...{ slug: tenant, name: inLine(name), contact: mailbox, admins, closed: isClosed },
  }));
  return `${JSON.stringify({ contact, organisers: known }, undefined, 1)}\n`;
}
