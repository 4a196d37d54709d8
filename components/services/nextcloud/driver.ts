import { ask, StatusError } from "../../foundation/program/request.ts";
import { type DriverTools, type LinkDriver, nothing, type Observed, type OwnAddress } from "../link.ts";
import { reconcilerAccount } from "./reconciler-account.ts";

/** One line of Nextcloud's list of trusted servers. */
interface TrustedServer {
  id: number;
  url: string;
  /** 1 works, 2 pending, 3 failed, 4 revoked. Source: apps/federation/lib/TrustedServers.php of nextcloud/server. */
  status: number;
}

const path = "/ocs/v2.php/apps/federation/trusted-servers";

/** A host as the list knows it: without scheme and final slash. Source: apps/federation/lib/DbHandler.php. */
const plain = (url: string) => url.replace(/^https?:\/\//, "").replace(/\/+$/, "");

/**
 * Nextcloud: each server adds the other to its trusted servers; their background jobs exchange a secret, then
 * copy each other's directory. Nothing of it asks the other side's administrator.
 */
export function documentsDriver(
  own: OwnAddress,
  { secret: password }: Pick<DriverTools, "secret">,
): LinkDriver {
  const headers = () => ({
    host: new URL(own.url).host,
    authorization: `Basic ${Buffer.from(`${reconcilerAccount}:${password()}`).toString("base64")}`,
    "ocs-apirequest": "true",
    accept: "application/json",
  });
  const call = async (method: string, suffix = "", form?: Record<string, string>) => {
    const answer = await ask(`${own.inside}${path}${suffix}`, {
      method,
      headers: {
        ...headers(),
        ...(form ? { "content-type": "application/x-www-form-urlencoded" } : {}),
      },
      ...(form ? { body: new URLSearchParams(form).toString() } : {}),
      timeoutMs: 20_000,
    });
    return answer;
  };
  const list = async (): Promise<TrustedServer[]> => {
    const answer = await call("GET");
    if (answer.status !== 200) throw new StatusError(answer.status, path);
    return (JSON.parse(answer.body.toString("utf8")) as { ocs: { data: TrustedServer[] } }).ocs.data;
  };
  const remove = async (target: string) => {
    for (const { id, url } of await list()) {
      if (plain(url) !== target) continue;
      const { status } = await call("DELETE", `/${id}`);
      if (status !== 200 && status !== 404) throw new StatusError(status, path);
    }
  };
  return {
    targetOf: ({ url }) => new URL(url).host,
    async observe(targets) {
      const servers = new Map((await list()).map(({ url, status }) => [plain(url), status]));
      return new Map(targets.map((target) => [target, observedOf(servers.get(target))]));
    },
    async open(target, { outgoing }, stale) {
      if (outgoing === "retried" || (outgoing === "asked" && !stale)) return;
      // A server whose exchange has failed is not asked again by itself.
      if (outgoing !== "none") await remove(target);
      const { status } = await call("POST", "", { url: `https://${target}` });
      if (status === 404) throw new Error("its Nextcloud does not answer");
      if (status !== 200 && status !== 409) throw new StatusError(status, path);
    },
    keep: async () => {},
    close: remove,
  };
}

function observedOf(status: number | undefined): Observed {
  switch (status) {
    case undefined:
      return nothing;
    case 1:
      return { outgoing: "accepted", incoming: true };
    case 3:
      // Its directory could not be copied: the next background job tries again, with the secret that both have.
      return { outgoing: "retried", incoming: false, why: "its directory could not be copied yet" };
    case 4:
      return { outgoing: "rejected", incoming: false, why: "its Nextcloud no longer trusts ours" };
    default:
      return { outgoing: "asked", incoming: false };
  }
}
