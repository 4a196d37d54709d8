import type { Server } from "node:http";
import {
  type Answer,
  neighboursLimits,
  programServer,
  type Question,
  serverLimits,
} from "../../components/foundation/program/server.ts";
import { incarnationName } from "../../components/recovery/incarnation.ts";
import { everyService, type Pass, readBasic } from "../../components/recovery/vault/access.ts";
import {
  fileTypes,
  onceName,
  type Repository,
  readOnce,
  readRepository,
  serviceOfOnce,
} from "../../components/recovery/vault/names.ts";
import type { VaultStatus } from "../../components/recovery/vault/settings.ts";
import type { Once } from "./once.ts";
import { rangeIn } from "./range.ts";
import { type Brought, folders, type Store, type StoredFile, stored } from "./store.ts";

/** A vault, as its server needs it. */
export interface Served {
  store: Store;
  once: Once;
  /** Returns what the password opens, decided by its signature; undefined if it does not count. */
  admits: (credentials: { user: string; password: string }) => Promise<Pass | undefined>;
  /** Whether something is taken from that site of the guest's. */
  takesFrom: (pass: Pass) => Promise<boolean>;
  /** Makes a repository if there is none, and computes until when it is kept. */
  begin: (repository: Repository, pass: Pass) => Promise<Brought | "not yet">;
  /** Keeps a small file under a name that is created once. */
  create: (name: string, bytes: Buffer) => Promise<Brought | "not yet" | "too far">;
  /** Returns the status of what a password opens. */
  status: (pass: Pass) => Promise<VaultStatus>;
  failed: (error: unknown) => void;
}

const dayMs = 24 * 3_600_000;

/**
 * Limits of the server: restic uploads and downloads five files of 16 MiB at a time, which takes as long as the line needs. A
 * connection on which nothing moves is closed. Whoever is not the guest is answered as soon as the headers are there.
 */
const vaultLimits = {
  ...serverLimits,
  connections: 64,
  requestMs: dayMs,
  exchangeMs: dayMs,
  stalledMs: 120_000,
} as const;

/** The longest of the files that are created once, bytes: a manifest of a restore point. */
const largestOnce = 256 * 1024;

/** The two forms of lists. Source: restic, doc/REST_backend.rst. */
const listForms = { v1: "application/vnd.x.restic.rest.v1", v2: "application/vnd.x.restic.rest.v2" };

const plain = (status: number, text: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body: `${text}\n`,
});

/** Answer without having read what was sent: the connection ends with it. */
const refused = (status: number, text: string, headers: Record<string, string> = {}) =>
  plain(status, text, { ...headers, connection: "close" });

const notFound = plain(404, "not found");
const ok = plain(200, "ok");

const answers: Readonly<Record<Brought | "not yet" | "too far", Answer>> = {
  kept: ok,
  taken: refused(403, "there is something else of this name, and nothing is replaced"),
  wrong: refused(400, "not what its name says"),
  "too large": refused(413, "too large"),
  "no space": refused(507, "this vault is full"),
  "no repository": refused(404, "this repository was not created"),
  "not yet": refused(400, "the period of this generation has not begun"),
  "too far": refused(400, "no point here has a number near this one"),
};

/**
 * Server for the guest: restic's REST protocol in its second version, but nothing is deleted or replaced; and the
 * vault's status.
 */
export function vaultServer(vault: Served): Server {
  return programServer(
    {
      answer: (question) => answer(question, vault),
      headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
      failed: vault.failed,
    },
    vaultLimits,
  );
}

async function answer(question: Question, vault: Served): Promise<Answer> {
  const { method, path, headers } = question;
  if (path === "/healthz" && method === "GET") return ok;
  const credentials = readBasic(headers.authorization);
  const pass = credentials && (await vault.admits(credentials));
  if (pass === undefined) {
    return refused(401, "only its guest", { "www-authenticate": 'Basic realm="vault"' });
  }
  const why = whyNot(question, pass);
  if (why !== undefined) return refused(403, why);
  if (brings(question) && !(await vault.takesFrom(pass))) {
    return refused(403, "a later site of its guest took over, and nothing is taken from this one");
  }
  if (path === "/status" && method === "GET") return json(await vault.status(pass));
  const [, name] = oncePath.exec(path) ?? [];
  if (name !== undefined) return onceAnswer(question, vault, { name, pass });
  const [, where = "", what = ""] = repositoryPath.exec(path) ?? [];
  const repository = readRepository(where);
  return repository === undefined ? notFound : inRepository(question, vault, { repository, what, pass });
}

const oncePath = /^\/once\/([^/]*)$/;
const repositoryPath = /^\/([^/]+\/[^/]+)\/(.*)$/;

/** Returns whether a question changes nothing. */
const isReading = ({ method }: Question) => method === "GET" || method === "HEAD";

/** Returns whether a question brings what stays. Locks do not count: a site that was left may read, and restic takes one. */
const brings = ({ method, path }: Question) => method === "POST" && !/^\/[^/]+\/[^/]+\/locks\//.test(path);

/** Whether a password opens what is a service's; undefined is the guest's as a whole. */
const opens = (pass: Pass, service: string | undefined) =>
  pass.service === everyService || pass.service === service;

/** Returns why a password does not allow a question; undefined if it does. */
function whyNot(question: Question, pass: Pass): string | undefined {
  const { method, path } = question;
  // Locks neither: one that restic cannot open stops every backup.
  if (pass.purpose === "read" && !isReading(question)) return "this password reads, and brings nothing";
  const other = `this password opens what is of ${pass.service} alone`;
  const [, name] = oncePath.exec(path) ?? [];
  if (name !== undefined && method === "POST") {
    // A name that says that a site took over is created by that site alone.
    const isAnotherSites = name.startsWith("incarnation-") && name !== incarnationName(pass.incarnation);
    if (isAnotherSites) return "another site of its guest creates this name";
    const read = readOnce(name);
    if (read?.is === "ended" && pass.service !== everyService)
      return "its guest's administrators alone say that nothing follows";
    return opens(pass, read?.service) ? undefined : other;
  }
  if (name !== undefined) return name === "" || reads(pass, name) ? undefined : other;
  const repository = readRepository(repositoryPath.exec(path)?.[1] ?? "");
  return repository === undefined || opens(pass, repository.service) ? undefined : other;
}

/** Whether a password may read a name: everybody who has one may learn which site is the latest. */
const reads = (pass: Pass, name: string) =>
  name.startsWith("incarnation-") || opens(pass, serviceOfOnce(name));

function json(value: unknown): Answer {
  return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

/** Answer about names that are created once: the second creator learns what is there, and changes nothing. */
async function onceAnswer(
  question: Question,
  vault: Served,
  { name, pass }: { name: string; pass: Pass },
): Promise<Answer> {
  if (name === "" && question.method === "GET") {
    return json((await vault.once.names(folders.once)).filter((each) => reads(pass, each)));
  }
  if (!onceName.test(name)) return notFound;
  return named(question, vault, `${folders.once}/${name}`, (bytes) => vault.create(name, bytes));
}

async function inRepository(
  question: Question,
  vault: Served,
  { repository, what, pass }: { repository: Repository; what: string; pass: Pass },
): Promise<Answer> {
  const { method, search } = question;
  const folder = `${repository.service}/${repository.generation}`;
  if (what === "") {
    if (method !== "POST") return refusal(method);
    return search === "?create=true"
      ? answers[await vault.begin(repository, pass)]
      : plain(400, "create=true");
  }
  const kept = (bytes: Buffer) => vault.once.put(`${folder}/${what}`, bytes);
  if (what === "config" || what === "complete") return named(question, vault, `${folder}/${what}`, kept);
  if (what === "until") {
    return method === "POST"
      ? refused(403, "until when it is kept is reckoned here")
      : named(question, vault, `${folder}/${what}`, kept);
  }
  const [, kind, name] = /^([a-z]+)\/([0-9a-f]{64})?$/.exec(what) ?? [];
  const type = fileTypes.find((each) => each === kind);
  if (type === undefined) return notFound;
  if (name === undefined) {
    return method === "GET" ? listed(question, await vault.store.list(repository, type)) : refusal(method);
  }
  switch (method) {
    case "GET":
    case "HEAD":
      return fileAnswer(question, await vault.store.find(repository, type, name));
    case "POST": {
      const length = lengthOf(question);
      if (length === undefined) return refused(411, "content-length");
      return answers[await vault.store.put(repository, type, { name, length, pieces: question.pieces() })];
    }
    case "DELETE":
      if (type !== "locks") return refused(403, "nothing is deleted here but locks");
      await vault.store.unlock(repository, name);
      return ok;
    default:
      return refusal(method);
  }
}

function refusal(method: string): Answer {
  return method === "DELETE" ? refused(403, "nothing is deleted here but locks") : refused(405, "method");
}

function lengthOf({ headers }: Question): number | undefined {
  const text = headers["content-length"] ?? "";
  return /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}

/** A small file that is created once. @param keep keeps what is brought. */
async function named(
  question: Question,
  { store }: Served,
  path: string,
  keep: (bytes: Buffer) => Promise<keyof typeof answers>,
): Promise<Answer> {
  switch (question.method) {
    case "GET":
    case "HEAD":
      return fileAnswer(question, await stored(store.path(path)));
    case "POST": {
      const bytes = await question.body(largestOnce);
      if (bytes === undefined) return answers["too large"];
      return answers[await keep(bytes)];
    }
    default:
      return refusal(question.method);
  }
}

function listed({ headers }: Question, files: { name: string; size: number }[] | undefined): Answer {
  if (files === undefined) return notFound;
  const isSecond = headers.accept === listForms.v2;
  return {
    status: 200,
    headers: { "content-type": isSecond ? listForms.v2 : listForms.v1 },
    body: JSON.stringify(isSecond ? files : files.map(({ name }) => name)),
  };
}

function fileAnswer({ headers }: Question, file: StoredFile | undefined): Answer {
  if (file === undefined) return notFound;
  const type = { "content-type": "application/octet-stream", "accept-ranges": "bytes" };
  const range = rangeIn(headers.range, file.length);
  if (range === "unsatisfiable") {
    return plain(416, "range", { "content-range": `bytes */${file.length}` });
  }
  if (file.length === 0) return { status: 200, headers: type, body: "" };
  const { start, end } = range ?? { start: 0, end: file.length - 1 };
  const part = range ? { "content-range": `bytes ${start}-${end}/${file.length}` } : {};
  return {
    status: range ? 206 : 200,
    headers: { ...type, ...part },
    body: { length: end - start + 1, open: () => file.open({ start, end }) },
  };
}

/** Metrics for the node and a Prometheus; a network policy admits nobody else. */
export function metricsServer(metrics: () => Promise<string>, failed: (error: unknown) => void): Server {
  const answer = async ({ method, path }: Question): Promise<Answer> => {
    if (method !== "GET") return refused(405, "method");
    if (path === "/healthz") return ok;
    return path === "/metrics" ? { status: 200, body: await metrics() } : notFound;
  };
  const headers = { "content-type": "text/plain; version=0.0.4; charset=utf-8" };
  return programServer({ answer, headers, failed }, neighboursLimits);
}
