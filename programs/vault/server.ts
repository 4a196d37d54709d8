import type { Server } from "node:http";
import {
  type Answer,
  neighboursLimits,
  programServer,
  type Question,
  serverLimits,
} from "../../components/foundation/program/server.ts";
import { incarnationName } from "../../components/recovery/incarnation.ts";
import { type Issue, readBasic } from "../../components/recovery/vault/access.ts";
import {
  fileTypes,
  isDay,
  onceName,
  type Repository,
  readRepository,
} from "../../components/recovery/vault/names.ts";
import type { VaultStatus } from "../../components/recovery/vault/settings.ts";
import type { Once } from "./once.ts";
import { rangeIn } from "./range.ts";
import { type Brought, folders, type Store, type StoredFile, stored } from "./store.ts";

/** A vault, as its server needs it. */
export interface Served {
  store: Store;
  once: Once;
  /** Which of the guest's passwords it is, decided by its signature; nothing where it is none that counts. */
  admits: (credentials: { user: string; password: string }) => Promise<Issue | undefined>;
  /** Whether something is taken from that site of the guest's. */
  takesFrom: (issue: Issue) => Promise<boolean>;
  status: () => Promise<VaultStatus>;
  failed: (error: unknown) => void;
}

/** restic uploads and downloads five files at a time, and a pack of 16 MiB takes a while on a slow line. */
export const vaultLimits = {
  ...serverLimits,
  connections: 64,
  requestMs: serverLimits.exchangeMs,
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

/** What is answered without having read what was sent: the connection ends with it. */
const refused = (status: number, text: string, headers: Record<string, string> = {}) =>
  plain(status, text, { ...headers, connection: "close" });

const notFound = plain(404, "not found");
const ok = plain(200, "ok");

const answers: Readonly<Record<Brought, Answer>> = {
  kept: ok,
  taken: refused(403, "there is something else of this name, and nothing is replaced"),
  wrong: refused(400, "not what its name says"),
  "too large": refused(413, "too large"),
  "no space": refused(507, "this vault is full"),
  "no repository": refused(404, "this repository was not created"),
};

/** For the guest: restic's REST protocol in its second version, but that nothing is deleted or replaced; and its state. */
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
  const issue = credentials && (await vault.admits(credentials));
  if (issue === undefined) {
    return refused(401, "only its guest", { "www-authenticate": 'Basic realm="vault"' });
  }
  // Who reads takes a lock, and a site that was left may read.
  if (method === "POST" && !/^\/[^/]+\/[^/]+\/locks\//.test(path)) {
    if (!isOwn(path, issue)) return refused(403, "another site of its guest creates this name");
    if (!(await vault.takesFrom(issue))) {
      return refused(403, "a later site of its guest took over, and nothing is taken from this one");
    }
  }
  if (path === "/status" && method === "GET") return json(await vault.status());
  const [, name] = /^\/once\/([^/]*)$/.exec(path) ?? [];
  if (name !== undefined) return onceAnswer(question, vault, name);
  const [, where = "", what = ""] = /^\/([^/]+\/[^/]+)\/(.*)$/.exec(path) ?? [];
  const repository = readRepository(where);
  return repository === undefined ? notFound : inRepository(question, vault, repository, what);
}

/** A name that says that a site took over is created by that site alone. */
function isOwn(path: string, { incarnation }: Issue): boolean {
  const [, name = ""] = /^\/once\/(incarnation-.*)$/.exec(path) ?? [];
  return name === "" || name === incarnationName(incarnation);
}

function json(value: unknown): Answer {
  return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

/** Names that are created once: whoever is second learns what is there, and changes nothing. */
async function onceAnswer(question: Question, vault: Served, name: string): Promise<Answer> {
  if (name === "" && question.method === "GET") return json(await vault.once.names(folders.once));
  if (!onceName.test(name)) return notFound;
  return named(question, vault, `${folders.once}/${name}`);
}

async function inRepository(
  question: Question,
  vault: Served,
  repository: Repository,
  what: string,
): Promise<Answer> {
  const { method, search } = question;
  const folder = `${repository.service}/${repository.generation}`;
  if (what === "") {
    if (method !== "POST") return refusal(method);
    return search === "?create=true"
      ? answers[await vault.store.create(repository)]
      : plain(400, "create=true");
  }
  if (what === "config" || what === "complete") return named(question, vault, `${folder}/${what}`);
  if (what === "until") return named(question, vault, `${folder}/${what}`, isDay);
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

/** A small file that is created once, and that means something when `isMeant` says so. */
async function named(
  question: Question,
  { store, once }: Served,
  path: string,
  isMeant: (text: string) => boolean = () => true,
): Promise<Answer> {
  switch (question.method) {
    case "GET":
    case "HEAD":
      return fileAnswer(question, await stored(store.path(path)));
    case "POST": {
      const bytes = await question.body(largestOnce);
      if (bytes === undefined) return answers["too large"];
      if (!isMeant(bytes.toString("utf8"))) return answers.wrong;
      return answers[await once.put(path, bytes)];
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

/** For the node and a Prometheus, which network policy sees to. */
export function metricsServer(metrics: () => Promise<string>, failed: (error: unknown) => void): Server {
  const answer = async ({ method, path }: Question): Promise<Answer> => {
    if (method !== "GET") return refused(405, "method");
    if (path === "/healthz") return ok;
    return path === "/metrics" ? { status: 200, body: await metrics() } : notFound;
  };
  const headers = { "content-type": "text/plain; version=0.0.4; charset=utf-8" };
  return programServer({ answer, headers, failed }, neighboursLimits);
}
