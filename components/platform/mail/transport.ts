import { createTransport, type SendMailOptions } from "nodemailer";
import type { Mail } from "./plan.ts";

/** Sends a message by the commune's relay. Throws where the relay does not take it. */
export type Sender = (message: Omit<SendMailOptions, "from">) => Promise<void>;

/**
 * @param relay the commune's, and whose name its messages come under.
 * @param password of its account there, where it has one.
 */
export function senderBy(relay: Mail & { name: string }, password: string | undefined): Sender {
  const { user, name, from } = relay;
  const transport = createTransport({
    host: relay.host,
    port: relay.port,
    secure: relay.encryption === "tls",
    requireTLS: relay.encryption === "starttls",
    ignoreTLS: relay.encryption === "none",
    ...(user !== undefined && password !== undefined && { auth: { user, pass: password } }),
    connectionTimeout: 10_000,
    socketTimeout: 20_000,
    // Nothing of a message is read from a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return async (message) => {
    await transport.sendMail({ from: { name, address: from }, ...message });
  };
}

/** Returns the error of a message that was not sent, without its recipient: what a relay says quotes addresses. */
export function mailFailure(error: unknown): Error {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  return new Error(
    `a message did not go out: ${[code, responseCode].filter(Boolean).join(" ") || "unknown"}`,
  );
}
