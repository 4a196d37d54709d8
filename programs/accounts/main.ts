import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ofPlace } from "../../components/foundation/page/of-place.ts";
import { senderBy } from "../../components/platform/mail/transport.ts";
import { AccountsKeys } from "../../components/tenants/accounts/keys.ts";
import {
  type AccountsSettings,
  accountsKeyFile,
  accountsPort,
  accountsSecretsFolder,
  accountsSettingsFile,
  directoryPasswordFile,
  relayPasswordFile,
} from "../../components/tenants/accounts/settings.ts";
import { Directory } from "./directory.ts";
import { accountsServer } from "./server.ts";

const settings = JSON.parse(readFileSync(accountsSettingsFile, "utf8")) as AccountsSettings;
const secret = (file: string) => {
  const path = join(accountsSecretsFolder, file);
  return existsSync(path) ? readFileSync(path, "utf8").trim() : undefined;
};
const log = (line: string) => console.log(`${new Date().toISOString()} ${line}`);

const { name, domain, contact, mail, look } = settings;
const password = secret(directoryPasswordFile) ?? "";
const send = senderBy({ ...mail, name: `Ville ${ofPlace(name)}` }, secret(relayPasswordFile));

const server = accountsServer({
  settings,
  look: { name, look, origin: `https://${domain}` },
  keys: new AccountsKeys(secret(accountsKeyFile) ?? ""),
  directory: (work) => Directory.use(settings, password, work),
  post: (letter) => send({ ...letter, replyTo: contact }),
  now: Date.now,
  did: ({ actor, act, who = "-", group = "-" }) => log(`${act} by=${actor} who=${who} group=${group}`),
  // What a directory or a relay answers may quote a name or an address: the kind of it is enough.
  failed: (error) => log(`failed: ${error instanceof Error ? `${error.name} ${codeOf(error)}` : "unknown"}`),
}).listen(accountsPort, "127.0.0.1");

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, async () => {
    // The front goes on answering until the ingress controller has heard that this pod ends.
    await sleep(10_000);
    server.close();
    await sleep(3_000);
    server.closeAllConnections();
  });
}

function codeOf(error: Error): string {
  const { code } = error as { code?: unknown };
  return ["string", "number"].includes(typeof code) ? String(code) : "";
}
