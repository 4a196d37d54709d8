import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { ofPlace } from "../../components/foundation/page/of-place.ts";
import { senderBy } from "../../components/platform/mail/transport.ts";
import { commissionSchema } from "../../components/tenants/accounts/commission.ts";
import { AccountsKeys } from "../../components/tenants/accounts/keys.ts";
import {
  type AccountsSettings,
  accountsKeyFile,
  accountsPort,
  accountsSecretsFolder,
  accountsSettingsFile,
  agendaKeyFile,
  commissionWord,
  devicesProgramPort,
  directoryPasswordFile,
  relayPasswordFile,
} from "../../components/tenants/accounts/settings.ts";
import { agendasServer } from "./agendas.ts";
import { Directory } from "./directory.ts";
import { commission } from "./invitations.ts";
import { accountsServer } from "./server.ts";
import type { AccountsTools } from "./tools.ts";

const {
  ACCOUNTS_SETTINGS = accountsSettingsFile,
  ACCOUNTS_SECRETS = accountsSecretsFolder,
  ACCOUNTS_PORT = accountsPort,
  ACCOUNTS_DEVICES_PORT = devicesProgramPort,
} = process.env;

const settings = JSON.parse(readFileSync(ACCOUNTS_SETTINGS, "utf8")) as AccountsSettings;
const secret = (file: string) => {
  const path = join(ACCOUNTS_SECRETS, file);
  return existsSync(path) ? readFileSync(path, "utf8").trim() : undefined;
};
const log = (line: string) => console.log(`${new Date().toISOString()} ${line}`);

const { name, domain, contact, mail, look } = settings;
const password = secret(directoryPasswordFile) ?? "";
const send = senderBy({ ...mail, name: `Ville ${ofPlace(name)}` }, secret(relayPasswordFile));

const tools: AccountsTools = {
  settings,
  look: { name, look, origin: `https://${domain}` },
  keys: new AccountsKeys(secret(accountsKeyFile) ?? ""),
  directory: (work) => Directory.use(settings, password, work),
  post: (letter) => send({ ...letter, replyTo: contact }),
  now: Date.now,
  did: ({ actor, act, who = "-", group = "-" }) => log(`${act} by=${actor} who=${who} group=${group}`),
  // What a directory or a relay answers may quote a name or an address: the kind of it is enough.
  failed: (error) => log(`failed: ${error instanceof Error ? `${error.name} ${codeOf(error)}` : "unknown"}`),
};

const agendaKeys = settings.associations.flatMap(({ id }): [string, string][] => {
  const key = secret(agendaKeyFile(id));
  return key === undefined ? [] : [[id, key]];
});

function serve(): void {
  const servers = [
    accountsServer(tools).listen(Number(ACCOUNTS_PORT), "127.0.0.1"),
    agendasServer({ ...tools, agendaKeys: new Map(agendaKeys) }).listen(
      Number(ACCOUNTS_DEVICES_PORT),
      "127.0.0.1",
    ),
  ];
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, async () => {
      // The front goes on answering until the ingress controller has heard that this pod ends.
      await sleep(10_000);
      for (const server of servers) server.close();
      await sleep(3_000);
      for (const server of servers) server.closeAllConnections();
    });
  }
}

/** Writes the invitation of the standard input, in the commune's name. */
async function invite(): Promise<void> {
  try {
    await commission(tools, commissionSchema.parse(JSON.parse(readFileSync(0, "utf8"))));
  } catch (error) {
    console.error(error instanceof z.ZodError || !(error instanceof Error) ? "no invitation" : error.message);
    process.exitCode = 1;
  }
}

if (process.argv[2] === commissionWord) await invite();
else serve();

function codeOf(error: Error): string {
  const { code } = error as { code?: unknown };
  return ["string", "number"].includes(typeof code) ? String(code) : "";
}
