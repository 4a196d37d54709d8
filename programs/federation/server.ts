import type { Server } from "node:http";
import type { FederationStatus } from "../../components/federation/status.ts";
import {
  type Answer,
  neighboursLimits,
  programServer,
  type Question,
} from "../../components/foundation/program/server.ts";
import { metricsText, type OwnFigures } from "./metrics.ts";

/** Figures that the server reports, read again for every request. */
export interface Told {
  status: () => FederationStatus;
  own: () => OwnFigures;
  /** Whether the declared links are known, and the publisher has shown them. */
  ready: () => boolean;
  failed: (error: unknown) => void;
}

/**
 * Server for the node, which asks whether the reconciler is well, and for a Prometheus that the site names: nobody
 * else.
 */
export function figuresServer({ status, own, ready, failed }: Told): Server {
  const answer = ({ method, path }: Question): Answer => {
    if (method !== "GET") return { status: 405, headers: { allow: "GET" }, body: "GET\n" };
    if (path === "/metrics") return { status: 200, body: metricsText(status(), own()) };
    if (path !== "/healthz") return { status: 404, body: "not found\n" };
    return ready() ? { status: 200, body: "ok\n" } : { status: 503, body: "not shown yet\n" };
  };
  const headers = { "content-type": "text/plain; version=0.0.4; charset=utf-8" };
  return programServer({ answer, headers, failed }, neighboursLimits);
}
