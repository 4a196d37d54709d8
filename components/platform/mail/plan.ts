import type * as z from "zod";
import type { mailSection } from "./declaration.ts";

/** Relay through which services send mail. Its password, if it has one, is a given secret of the stack. */
export interface Mail {
  /** Address in `From:`. */
  from: string;
  host: string;
  port: number;
  encryption: "starttls" | "tls" | "none";
  /** Account at the relay; no login when absent. */
  user: string | undefined;
}

/** The stack's secret that holds the relay's password: `pulumi config set --secret commune:mail-password`. */
export const mailPassword = "mail-password";

/** The mail settings of a commune; nothing is sent when it declares none. */
export function planMail(
  section: z.output<typeof mailSection> | undefined,
  domain: string,
): Mail | undefined {
  if (section === undefined) return undefined;
  const { relay, port, encryption, user, from } = section;
  return { from: from ?? `ne-pas-repondre@${domain}`, host: relay, port, encryption, user };
}
