import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { logHeadFolder, logHeadKey } from "../../components/federation/approvals.ts";
import { type Descriptor, peerHeader } from "../../components/federation/descriptor.ts";
import { drillsKey } from "../../components/federation/drills.ts";
import { reasonOf } from "../../components/federation/reason.ts";
import {
  type OwnService,
  publicationName,
  publicationPort,
  type ReconcilerSettings,
  reconcilerPort,
  secretsFolder,
  settingsFile,
  signingKeyFile,
  vaultsFile,
} from "../../components/federation/settings.ts";
import type { FederationStatus } from "../../components/federation/status.ts";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { ask } from "../../components/foundation/program/request.ts";
import type { VaultAccess } from "../../components/recovery/vault/access.ts";
import { linkedKinds, links } from "../../components/services/list.ts";
import { declarationChanges } from "./declared.ts";
import { Keeping } from "./keeping.ts";
import { kubernetesObjects } from "./kubernetes.ts";
import { OwnDescriptor } from "./own.ts";
import { nextWait } from "./pace.ts";
import { type PeerAnswer, Peers } from "./peers.ts";
import { OwnPoints } from "./points.ts";
import { Publisher } from "./publisher.ts";
import { Questions } from "./questions.ts";
import { reconcile } from "./reconcile.ts";
import { figuresServer } from "./server.ts";
import type { Service } from "./service.ts";

const {
  FEDERATION_SETTINGS = settingsFile,
  FEDERATION_SECRETS = secretsFolder,
  FEDERATION_LOG = logHeadFolder,
  FEDERATION_PORT = reconcilerPort,
} = process.env;

/** Milliseconds between two exchanges with the publisher. */
const exchangeEvery = 3_000;

const settings = JSON.parse(readFileSync(FEDERATION_SETTINGS, "utf8")) as ReconcilerSettings;

/** Read each time: a changed Secret reaches the files of a running pod. */
const secret = (file: string) => () => readFileSync(join(FEDERATION_SECRETS, file), "utf8").trim();

function servicesOf(own: OwnService): Service[] {
  const { redundancy } = settings;
  return links
    .filter(({ kind }) => kind === own.kind)
    .map(({ kind, noun, secretFile, driver }) => ({
      kind,
      noun,
      ...driver(own, { secret: secret(secretFile), redundancy }),
    }));
}

const stopping = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopping.abort());

/** Head of a log, read each time, as secrets are; undefined if the stack says nothing of it. */
function told<Head>(key: string): Head | undefined {
  try {
    return JSON.parse(readFileSync(join(FEDERATION_LOG, key), "utf8")) as Head;
  } catch {
    return undefined;
  }
}

const objects = kubernetesObjects(settings.namespace);
const log = (line: string) => console.log(`${new Date().toISOString()} ${line}`);
const signingKey = Buffer.from(secret(signingKeyFile)(), "base64url");
const vaults =
  settings.points === undefined
    ? {}
    : (JSON.parse(secret(vaultsFile)()) as Readonly<Record<string, VaultAccess>>);
const points = new OwnPoints(
  settings,
  { vaults, publicKey: publicKeyOf(signingKey) },
  {
    objects,
    log,
    fetch: (address, init) =>
      fetch(address, { ...init, redirect: "error", signal: AbortSignal.timeout(20_000) }),
  },
);
const descriptor = new OwnDescriptor(settings, signingKey, () => ({
  approvals: told<Descriptor["approvals"]>(logHeadKey),
  points: points.heads,
  drills: told<Descriptor["drills"]>(drillsKey),
}));
const asking = new Peers((address) => ask(address, { headers: { [peerHeader]: settings.id } }));
const keeping = new Keeping(settings, objects);
const peers = {
  async find(...sought: Parameters<Peers["find"]>): Promise<PeerAnswer> {
    const finding = await asking.find(...sought);
    if (finding.is === "peer") keeping.know(sought[0].peer, finding.descriptor);
    return finding;
  },
};
const questions = new Questions();
const services = settings.services.flatMap(servicesOf);
const run = { runs: 0, failures: 0, seconds: 0, succeeded: 0 };
let status: FederationStatus = {};
let complete = true;
let hasBegun = false;
let isShown = false;
let started = Date.now();
let rest = new AbortController();
let restEnds: NodeJS.Timeout | undefined;

/**
 * Has the next run start soon. Without it a peer that begins or returns is noticed after a period or more, and its
 * services ask ours in vain until then.
 */
function asked(peer: string): void {
  const now = Date.now();
  if (!questions.isWorthRun(status, peer, now)) return;
  asking.isThere(peer);
  restEnds ??= setTimeout(() => rest.abort(), Questions.waitAfter(started, now)).unref();
}

const server = figuresServer({
  status: () => status,
  own: () => ({ run, answers: keeping.answers, points: points.seen }),
  ready: () => isShown,
  failed: (error) => log(`a request failed: ${reasonOf(error)}`),
}).listen(Number(FEDERATION_PORT));

/** Makes the publisher show what is declared, and learns who asks for it, until the program ends. */
async function keepShown(publisher: Publisher): Promise<void> {
  let problem: string | undefined;
  while (!stopping.signal.aborted) {
    try {
      if (hasBegun) {
        for (const peer of await publisher.exchange(
          descriptor.text(new Date()),
          keeping.text,
          keeping.latestText,
        ))
          asked(peer);
        isShown = true;
      }
      problem = undefined;
    } catch (error) {
      const why = reasonOf(error);
      if (why !== problem) log(`the descriptor is not shown: ${why}; tried again`);
      problem = why;
    }
    await sleep(isShown ? exchangeEvery : 500, undefined, { signal: stopping.signal }).catch(() => undefined);
  }
}
void keepShown(new Publisher(`http://${publicationName}.${settings.namespace}.svc:${publicationPort}`));

const kept = keeping.run(stopping.signal, log);

/** JSON of the links that the last run has acted on. */
let acted: string | undefined;
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
      kinds: linkedKinds,
      now: () => new Date(),
      declared: (links) => {
        acted = JSON.stringify(links);
        descriptor.declare(links);
        keeping.declare(links);
        hasBegun = true;
      },
      log,
    }));
    descriptor.remember(status);
    await points.look();
    keeping.replaced(points.replacedBy);
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
  const resting = rest;
  const ended = AbortSignal.any([stopping.signal, resting.signal]);
  if (acted !== undefined) {
    void declarationChanges(() => objects.links(), acted, ended).then(() => resting.abort());
  }
  const wait = nextWait(status, settings.periodSeconds, {
    complete,
    unchanged: inARow,
    now: new Date(),
    chance: Math.random(),
  });
  await sleep(1000 * wait, undefined, { signal: ended }).catch(() => undefined);
  resting.abort();
}
server.close();
server.closeAllConnections();
await kept;
