import { type Ask, askJson, StatusError } from "../../foundation/program/request.ts";
import { type DriverTools, type LinkDriver, nothing, type Observed, type OwnAddress } from "../link.ts";

/** A server as PeerTube lists it. */
interface Server {
  host: string;
  name: string;
  hostRedundancyAllowed: boolean;
}

interface Follow {
  follower: Server;
  following: Server;
  state: "pending" | "accepted" | "rejected";
}

const api = "/api/v1";

/** The account by which a server itself follows, and is followed. */
const serverAccount = "peertube";

/** An administrator may also follow single channels and accounts of a peer. */
const isServer = ({ name }: Server) => name === serverAccount;

/**
 * PeerTube: the two servers follow each other. Its answer to a follow says nothing: the list of follows does, and
 * an unreachable server never gets there, so it is asked again. Tried on 6.3.0, November 2026.
 */
export function videoDriver(own: OwnAddress, { secret: password, redundancy }: DriverTools): LinkDriver {
  const host = new URL(own.url).host;
  const call = (path: string, options: Ask = {}) =>
    askJson(`${own.inside}${api}${path}`, {
      ...options,
      headers: { host, ...options.headers },
      timeoutMs: 30_000,
    });
  let token: string | undefined;
  /** One try a run: PeerTube locks an address out after a few. */
  let refusal: Error | undefined;
  const logIn = async (): Promise<string> => {
    const client = (await call("/oauth-clients/local")) as { client_id: string; client_secret: string };
    const form = { ...client, grant_type: "password", username: "root", password: password() };
    try {
      const answer = (await call("/users/token", {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams(form).toString(),
      })) as { access_token: string };
      return answer.access_token;
    } catch (error) {
      // Another password, or a second factor.
      if (!(error instanceof StatusError) || (error.status !== 400 && error.status !== 401)) throw error;
      refusal = new Error(
        "our own PeerTube does not let root in with its first password: give it back (docs/peertube.md, Root's password)",
      );
      throw refusal;
    }
  };
  const asRoot = async (method: string, path: string, body?: object): Promise<void> => {
    const once = async () => {
      if (refusal !== undefined) throw refusal;
      token ??= await logIn();
      await call(path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body ? { "content-type": "application/json" } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
    };
    try {
      await once();
    } catch (error) {
      if (!(error instanceof StatusError) || error.status !== 401) throw error;
      token = undefined;
      await once();
    }
  };
  const goneIsFine = (error: unknown) => {
    if (!(error instanceof StatusError) || error.status !== 404) throw error;
  };
  const follows = (list: "following" | "followers") => allOf((query) => call(`/server/${list}?${query}`));
  let allowed = new Set<string>();
  const unfollow = (target: string) => asRoot("DELETE", `/server/following/${target}`).catch(goneIsFine);
  return {
    targetOf: ({ url }) => new URL(url).host,
    async observe(targets) {
      refusal = undefined;
      const [following, followers] = [await follows("following"), await follows("followers")];
      allowed = new Set(
        following
          .filter((one) => isServer(one.following) && one.following.hostRedundancyAllowed)
          .map((one) => one.following.host),
      );
      return new Map(
        targets.map((target) => [
          target,
          observedOf(
            following.find((one) => one.following.host === target && isServer(one.following)),
            followers.find(({ follower }) => follower.host === target && isServer(follower)),
          ),
        ]),
      );
    },
    async open(target, { outgoing }) {
      // A rejected follow stays so, whatever is sent.
      if (outgoing === "rejected") await unfollow(target);
      await asRoot("POST", "/server/following", { hosts: [target] });
    },
    async keep(target) {
      if (redundancy === allowed.has(target)) return;
      await asRoot("PUT", `/server/redundancy/${target}`, { redundancyAllowed: redundancy });
    },
    async close(target, { outgoing, incoming }) {
      if (outgoing !== "none") await unfollow(target);
      if (!incoming) return;
      await asRoot("DELETE", `/server/followers/${serverAccount}@${target}`).catch(goneIsFine);
    },
  };
}

/** Every follow of a list, page by page. */
async function allOf(page: (query: string) => Promise<unknown>): Promise<Follow[]> {
  const found: Follow[] = [];
  for (;;) {
    const { data, total } = (await page(`start=${found.length}&count=100`)) as {
      data: Follow[];
      total: number;
    };
    found.push(...data);
    if (data.length === 0 || found.length >= total) return found;
  }
}

function observedOf(following: Follow | undefined, follower: Follow | undefined): Observed {
  const incoming = follower !== undefined && follower.state === "accepted";
  if (following === undefined) return incoming ? { outgoing: "none", incoming } : nothing;
  const outgoing = following.state === "pending" ? "asked" : following.state;
  return {
    outgoing,
    incoming,
    ...(outgoing === "rejected" ? { why: "its PeerTube rejected ours" } : {}),
  };
}
