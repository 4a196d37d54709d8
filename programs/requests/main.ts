import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { mailFailure } from "../../components/platform/mail/transport.ts";
import { letterSchema, letterWord } from "../../components/tenants/requests/letter.ts";
import { RequestKeys } from "../../components/tenants/requests/request.ts";
import {
  type Decided,
  decidedFile,
  decisionsFolder,
  type RequestsSettings,
  relayPasswordFile,
  requestsKeyFile,
  requestsPort,
  requestsSecretsFolder,
  requestsSettingsFile,
} from "../../components/tenants/requests/settings.ts";
import { postBy } from "./post.ts";
import { requestsServer } from "./server.ts";

const {
  REQUESTS_SETTINGS = requestsSettingsFile,
  REQUESTS_SECRETS = requestsSecretsFolder,
  REQUESTS_DECISIONS = decisionsFolder,
  REQUESTS_PORT = requestsPort,
} = process.env;

const settings = JSON.parse(readFileSync(REQUESTS_SETTINGS, "utf8")) as RequestsSettings;
const secret = (file: string) => {
  const path = join(REQUESTS_SECRETS, file);
  return existsSync(path) ? readFileSync(path, "utf8").trim() : undefined;
};

const post = postBy(settings, () => secret(relayPasswordFile));

function serve(): void {
  const server = requestsServer({
    settings,
    keys: new RequestKeys(secret(requestsKeyFile) ?? ""),
    post,
    decided: () => JSON.parse(readFileSync(join(REQUESTS_DECISIONS, decidedFile), "utf8")) as Decided,
    now: Date.now,
    failed: (error) =>
      console.log(`${new Date().toISOString()} ${error instanceof Error ? error.message : String(error)}`),
  }).listen(Number(REQUESTS_PORT));
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, async () => {
      // Until the ingress controller has heard that this pod ends.
      await sleep(2_000);
      server.close();
      await sleep(5_000);
      server.closeAllConnections();
    });
  }
}

/** Sends the letter on standard input. A relay's messages quote addresses: only its code is reported. */
async function send(): Promise<void> {
  try {
    await post.letter(letterSchema.parse(JSON.parse(readFileSync(0, "utf8"))));
  } catch (error) {
    console.error(mailFailure(error).message);
    process.exitCode = 1;
  }
}

if (process.argv[2] === letterWord) await send();
else serve();
