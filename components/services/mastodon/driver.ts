import { domainToASCII } from "node:url";
import { type Ask, askJson, StatusError } from "../../foundation/program/request.ts";
import { type DriverTools, type LinkDriver, nothing, type Observed, type OwnAddress } from "../link.ts";

interface Relationship {
  id: string;
  following: boolean;
  requested: boolean;
  followed_by: boolean;
}

/** An account in one spelling: Mastodon shows international names in their own letters (`pretty_acct` of its Account). */
function spelling(account: string): string {
  const [user = "", host = ""] = account.split("@");
  return `${user}@${domainToASCII(host)}`.toLowerCase();
}

/**
 * Mastodon: the communes' own accounts follow each other, so that what one says reaches the other's server. There
 * is no list of servers to change: upstream's would suspend and delete accounts when a server is taken off it.
 */
export function microblogDriver(own: OwnAddress, { secret: token }: Pick<DriverTools, "secret">): LinkDriver {
  const call = (path: string, options: Ask = {}) =>
    askJson(`${own.inside}${path}`, {
      ...options,
      headers: { host: new URL(own.url).host, authorization: `Bearer ${token()}`, ...options.headers },
      timeoutMs: 30_000,
    });
  const known = async (account: string): Promise<string | undefined> => {
    try {
      const found = (await call(`/api/v1/accounts/lookup?acct=${encodeURIComponent(account)}`)) as {
        id: string;
      };
      return found.id;
    } catch (error) {
      if (error instanceof StatusError && error.status === 404) return undefined;
      throw error;
    }
  };
  const resolve = async (account: string): Promise<string> => {
    const query = new URLSearchParams({ q: `@${account}`, type: "accounts", resolve: "true", limit: "1" });
    const { accounts } = (await call(`/api/v2/search?${query}`)) as {
      accounts: { id: string; acct: string }[];
    };
    // A server may answer that the account is another one, of anybody.
    const id = accounts.find(({ acct }) => spelling(acct) === spelling(account))?.id;
    if (id === undefined) throw new Error(`its account @${account} cannot be found from here`);
    return id;
  };
  const act = (id: string, verb: string) => call(`/api/v1/accounts/${id}/${verb}`, { method: "POST" });
  return {
    targetOf: ({ account }) => account,
    async observe(targets) {
      const ids = new Map<string, string>();
      for (const target of targets) {
        const id = await known(target);
        if (id !== undefined) ids.set(target, id);
      }
      const relationships = await relationshipsOf([...ids.values()], call);
      return new Map(targets.map((target) => [target, observedOf(relationships.get(ids.get(target) ?? ""))]));
    },
    async open(target, { outgoing }, stale) {
      if (outgoing === "asked" && !stale) return;
      const id = (await known(target)) ?? (await resolve(target));
      // A request that stands is not sent again.
      if (outgoing === "asked") await act(id, "unfollow");
      await act(id, "follow");
    },
    keep: async () => {},
    async close(target, { outgoing, incoming }) {
      const id = await known(target);
      if (id === undefined) return;
      if (outgoing !== "none") await act(id, "unfollow");
      if (incoming) await act(id, "remove_from_followers");
    },
  };
}

/** Accounts in one request: their ids stand in the address. */
const batch = 40;

async function relationshipsOf(
  ids: readonly string[],
  call: (path: string) => Promise<unknown>,
): Promise<Map<string, Relationship>> {
  const found = new Map<string, Relationship>();
  for (let start = 0; start < ids.length; start += batch) {
    const query = ids
      .slice(start, start + batch)
      .map((id) => `id[]=${id}`)
      .join("&");
    const list = (await call(`/api/v1/accounts/relationships?${query}`)) as Relationship[];
    for (const relationship of list) found.set(relationship.id, relationship);
  }
  return found;
}

function observedOf(relationship: Relationship | undefined): Observed {
  if (relationship === undefined) return nothing;
  const { following, requested, followed_by: incoming } = relationship;
  return { outgoing: following ? "accepted" : requested ? "asked" : "none", incoming };
}
