import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { peerHeader } from "../../components/federation/descriptor.ts";
import { reasonOf } from "../../components/federation/reason.ts";
import {
  type OwnService,
  type ReconcilerSettings,
  reconcilerPort,
  secretFiles,
  secretsFolder,
  settingsFile,
} from "../../components/federation/settings.ts";
import type { FederationStatus } from "../../components/federation/status.ts";
import { mapFolder } from "../../components/map/published.ts";
import { documents } from "./documents.ts";
import { kubernetesObjects } from "./kubernetes.ts";
import { readMap } from "./map.ts";
import { microblog } from "./microblog.ts";
import { OwnDescriptor } from "./own.ts";
import { nextWait } from "./pace.ts";
import { Peers } from "./peers.ts";
import { Questions } from "./questions.ts";
import { reconcile } from "./reconcile.ts";
import { ask } from "./request.ts";
import { serve } from "./server.ts";
import type { Service } from "./service.ts";
import { video } from "./video.ts";

const settings = JSON.parse(readFileSync(settingsFile, "utf8")) as ReconcilerSettings;

/** Read each time: a changed Secret reaches the files of a running pod. */
const secret = (name: keyof typeof secretFiles) => () =>
  readFileSync(join(secretsFolder, secretFiles[name]), "utf8").trim();

function serviceOf(own: OwnService): Service {
  switch (own.kind) {
    case "documents":
      return documents(own, secret("documents"));
    case "microblog":
      return microblog(own, secret("microblog"));
    case "video":
      return video(own, secret("video"), settings.redundancy);
  }
}

const stopping = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopping.abort());

const descriptor = new OwnDescriptor(settings, Buffer.from(secret("signingKey")(), "base64url"));
const peers = new Peers((address) => ask(address, { headers: { [peerHeader]: settings.id } }));
const questions = new Questions();
const services = settings.services.map(serviceOf);
const objects = kubernetesObjects(settings.namespace);
const log = (line: string) => console.log(`${new Date().toISOString()} ${line}`);
const run = { runs: 0, failures: 0, seconds: 0, succeeded: 0 };
let status: FederationStatus = {};
let complete = true;
let hasBegun = false;
let started = Date.now();
let rest = new AbortController();
let restEnds: NodeJS.Timeout | undefined;

/** Without it a peer that begins or returns is noticed after a period or more, and its services ask ours in vain until then. */
function asked(peer: string): void {
  const now = Date.now();
  if (!questions.isWorthRun(status, peer, now)) return;
  peers.isThere(peer);
  restEnds ??= setTimeout(() => rest.abort(), Questions.waitAfter(started, now)).unref();
}

const server = serve(reconcilerPort, {
  descriptor,
  webfinger: settings.webfinger,
  map: readMap(mapFolder),
  status: () => status,
  run: () => run,
  ready: () => hasBegun,
  asked,
});

let inARow = 0;
while (!stopping.signal.aborted) {
  started = Date.now();
  rest = new AbortController();
  clearTimeout(restEnds);
  restEnds = undefined;
  run.runs += 1;
  try {
    const before = JSON.stringify(status);
    ({ status, complete } = await reconcile({
      id: settings.id,
      domain: settings.domain,
      objects,
      peers,
      services,
      now: () => new Date(),
      declared: (links) => {
        descriptor.declare(links);
        hasBegun = true;
      },
      log,
    }));
    await descriptor.count(new Date());
    run.succeeded = Date.now();
    inARow = JSON.stringify(status) === before ? inARow + 1 : 0;
  } catch (error) {
    run.failures += 1;
    complete = false;
    inARow += 1;
    log(`this run failed: ${reasonOf(error)}; tried again`);
  }
  run.seconds = (Date.now() - started) / 1000;
  await sleep(
    1000 *
      nextWait(status, settings.periodSeconds, {
        complete,
        unchanged: inARow,
        now: new Date(),
        chance: Math.random(),
      }),
    undefined,
    {
      signal: AbortSignal.any([stopping.signal, rest.signal]),
    },
  ).catch(() => undefined);
}
server.close();
server.closeAllConnections();
