import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { captivePortalPath, captivePortalType } from "../../components/hotspots/captive-portal.ts";
import type { Fleet } from "./fleet.ts";

/** What the agent looks for in every answer: without it, it stops. Source: openwisp-config 1.2.1, openwisp.agent. */
const controllerHeader = { "X-Openwisp-Controller": "true" };

/** Bytes of the largest form that an agent sends: a thousand bytes of log, percent-encoded. */
const largestForm = 16 * 1024;

const path = /^\/controller\/(checksum|download-config|report-status|update-info)\/([0-9a-f-]{36})\/?$/;

/** What the server answers beside the agents' questions. */
export interface Pages {
  /** HTML for people. */
  information: string;
  /** JSON for devices that ask whether a portal holds them; absent where none is told to ask. */
  captivePortal: string | undefined;
  statusToken: string;
}

interface Answer {
  status: number;
  body: string | Buffer;
  type?: string;
}

/**
 * The agent protocol of openwisp-config 1.2 over plain HTTP, a page for people, and the state of the points for who
 * has the token. One line is logged per thing told, never a query: it holds the device's key.
 */
export function hotspotsServer(fleet: Fleet, pages: Pages, log: (line: object) => void): Server {
  return createServer((request, response) => {
    answer(request, fleet, pages, log)
      .catch((error: unknown): Answer => {
        log({ error: error instanceof Error ? error.message : String(error) });
        return { status: 500, body: "error" };
      })
      .then(({ status, body, type = "text/plain; charset=utf-8" }) => {
        response.writeHead(status, {
          ...controllerHeader,
          "Content-Type": type,
          "Content-Length": Buffer.byteLength(body),
          "Cache-Control": "no-store",
        });
        response.end(body);
      });
  });
}

async function answer(
  request: IncomingMessage,
  fleet: Fleet,
  pages: Pages,
  log: (line: object) => void,
): Promise<Answer> {
  const { method = "GET" } = request;
  const url = new URL(request.url ?? "/", "http://hotspots");
  const [, action, uuid] = path.exec(url.pathname) ?? [];
  if (action !== undefined && uuid !== undefined) {
    const question = action === "checksum" || action === "download-config";
    if (method !== (question ? "GET" : "POST")) return { status: 405, body: "error: method" };
    const form = question ? url.searchParams : await readForm(request);
    if (form === undefined) return { status: 413, body: "error: too large" };
    return agentAnswer(action, uuid, form, fleet, log);
  }
  // Points are declared and have their keys: 403 tells the agent not to ask again.
  if (url.pathname === "/controller/register/") return { status: 403, body: "error: points are declared" };
  if (method !== "GET") return { status: 405, body: "error: method" };
  switch (url.pathname) {
    case "/":
      return { status: 200, body: pages.information, type: "text/html; charset=utf-8" };
    case captivePortalPath:
      return pages.captivePortal === undefined
        ? { status: 404, body: "error: not found" }
        : { status: 200, body: pages.captivePortal, type: captivePortalType };
    case "/healthz":
      return { status: 200, body: "ok" };
    case "/status":
      return bears(request, pages.statusToken)
        ? { status: 200, body: JSON.stringify(fleet.status()), type: "application/json" }
        : { status: 401, body: "error: token" };
    default:
      return { status: 404, body: "error: not found" };
  }
}

function agentAnswer(
  action: string,
  uuid: string,
  form: URLSearchParams,
  fleet: Fleet,
  log: (line: object) => void,
): Answer {
  const identity = fleet.identify(uuid, form.get("key") ?? "");
  // An agent that is told 404 five times stops for ever: that is for devices that were never known.
  if (identity === "unknown") return { status: 404, body: "error: unknown device" };
  if (identity === "refused") {
    log({ device: uuid, action, refused: "key" });
    return { status: 403, body: "error: key" };
  }
  switch (action) {
    case "checksum":
      return { status: 200, body: fleet.checksum(uuid) };
    case "download-config":
      log({ device: uuid, action });
      return { status: 200, body: fleet.archive(uuid), type: "application/gzip" };
    case "report-status": {
      const status = form.get("status");
      if (status !== "applied" && status !== "error") return { status: 400, body: "error: status" };
      const reason = withoutKeys(form.get("error_reason") ?? "");
      fleet.report(uuid, status, reason);
      log({ device: uuid, action, status, ...(reason === "" ? {} : { reason }) });
      return { status: 200, body: `report-result: success\ncurrent-status: ${status}\n` };
    }
    default: {
      const told = (name: string) => (form.get(name) ?? "").slice(0, 200);
      const info = { model: told("model"), os: told("os"), system: told("system") };
      fleet.inform(uuid, info);
      log({ device: uuid, action, ...info });
      return { status: 200, body: "update-info: success\n" };
    }
  }
}

/** A device's log may hold the address that it asked, with its key. */
function withoutKeys(text: string): string {
  return text.replace(/key=[0-9a-zA-Z_-]+/g, "key=…");
}

function bears(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? "");
  const expected = Buffer.from(`Bearer ${token}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestForm) return undefined;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
}
