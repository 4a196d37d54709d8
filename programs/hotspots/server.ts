import { timingSafeEqual } from "node:crypto";
import type { Server } from "node:http";
import { type Answer, programServer, type Question } from "../../components/foundation/program/server.ts";
import { captivePortalPath, captivePortalType } from "../../components/places/hotspots/captive-portal.ts";
import type { Fleet } from "./fleet.ts";
import { readObservation } from "./observation.ts";

/**
 * Header that the agent requires in every answer: without it, it stops. Source: openwisp-config 1.2.1,
 * openwisp.agent.
 */
const controllerHeader = { "X-Openwisp-Controller": "true" };

/** Bytes of the largest form that an agent sends: a thousand bytes of log, percent-encoded. */
const largestForm = 16 * 1024;

const agentPath =
  /^\/controller\/(checksum|download-config|report-status|report-radios|update-info)\/([0-9a-f-]{36})\/?$/;

/** Pages of the server beside the agents' questions. */
export interface Pages {
  /** HTML for people. */
  information: string;
  /** JSON for devices that ask whether a portal holds them; undefined if none is told to ask. */
  captivePortal: string | undefined;
  statusToken: string;
}

/**
 * The agent protocol of openwisp-config 1.2 over plain HTTP, a page for people, and the state of the hotspots for
 * whoever has the token. Logs one line for each report, never a query: it holds the device's key.
 */
export function hotspotsServer(fleet: Fleet, pages: Pages, log: (line: object) => void): Server {
  return programServer({
    answer: (question) => answer(question, fleet, pages, log),
    headers: {
      ...controllerHeader,
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-store",
    },
    failed: (error) => log({ error: error instanceof Error ? error.message : String(error) }),
  });
}

async function answer(
  { method, path, search, headers, body }: Question,
  fleet: Fleet,
  pages: Pages,
  log: (line: object) => void,
): Promise<Answer> {
  const [, action, uuid] = agentPath.exec(path) ?? [];
  if (action !== undefined && uuid !== undefined) {
    const question = action === "checksum" || action === "download-config";
    if (method !== (question ? "GET" : "POST")) return { status: 405, body: "error: method" };
    // Nothing of a form is read for a device that is not known.
    if (!fleet.knows(uuid)) return unknownDevice;
    const form = question ? new URLSearchParams(search) : formOf(await body(largestForm));
    if (form === undefined) return { status: 413, body: "error: too large" };
    return agentAnswer(action, uuid, form, fleet, log);
  }
  // Points are declared and have their keys: 403 tells the agent not to ask again.
  if (path === "/controller/register/") return { status: 403, body: "error: points are declared" };
  if (method !== "GET") return { status: 405, body: "error: method" };
  switch (path) {
    case "/":
      return {
        status: 200,
        body: pages.information,
        headers: { "content-type": "text/html; charset=utf-8" },
      };
    case captivePortalPath:
      return pages.captivePortal === undefined
        ? { status: 404, body: "error: not found" }
        : { status: 200, body: pages.captivePortal, headers: { "content-type": captivePortalType } };
    case "/healthz":
      return { status: 200, body: "ok" };
    case "/status":
      return bears(headers.authorization, pages.statusToken)
        ? {
            status: 200,
            body: JSON.stringify(fleet.status()),
            headers: { "content-type": "application/json" },
          }
        : { status: 401, body: "error: token" };
    default:
      return { status: 404, body: "error: not found" };
  }
}

/** Answer for devices that were never known: an agent that gets 404 five times stops for ever. */
const unknownDevice: Answer = { status: 404, body: "error: unknown device" };

function agentAnswer(
  action: string,
  uuid: string,
  form: URLSearchParams,
  fleet: Fleet,
  log: (line: object) => void,
): Answer {
  const identity = fleet.identify(uuid, form.get("key") ?? "");
  if (identity === "unknown") return unknownDevice;
  if (identity === "refused") {
    log({ device: uuid, action, refused: "key" });
    return { status: 403, body: "error: key" };
  }
  switch (action) {
    case "checksum":
      return { status: 200, body: fleet.checksum(uuid) };
    case "download-config":
      log({ device: uuid, action });
      return { status: 200, body: fleet.archive(uuid), headers: { "content-type": "application/gzip" } };
    case "report-status": {
      const status = form.get("status");
      if (status !== "applied" && status !== "error") return { status: 400, body: "error: status" };
      const reason = withoutKeys(form.get("error_reason") ?? "");
      fleet.report(uuid, status, reason);
      log({ device: uuid, action, status, ...(reason === "" ? {} : { reason }) });
      return { status: 200, body: `report-result: success\ncurrent-status: ${status}\n` };
    }
    case "report-radios": {
      const observed = readObservation(form);
      if (observed === undefined) return { status: 400, body: "error: radios" };
      fleet.observe(uuid, observed);
      return { status: 200, body: "report-result: success\n" };
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

function bears(authorization: string | undefined, token: string): boolean {
  const given = Buffer.from(authorization ?? "");
  const expected = Buffer.from(`Bearer ${token}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function formOf(body: Buffer | undefined): URLSearchParams | undefined {
  return body && new URLSearchParams(body.toString("utf8"));
}
