import { accountEntity, relationshipEntities, statusEntities } from "../entities.ts";
import type { Account } from "../store/accounts.ts";
import { apiError, limitOf, type Request, requireAccount, requireReader, routes, yes } from "./kernel.ts";

/** Accounts, search and follows. */
export const accountRoutes = routes();

accountRoutes.get("/api/v1/accounts/verify_credentials", async (c) => {
  const account = requireAccount(c, "read:accounts");
  return c.json(await accountEntity(account, c.get("site")));
});

accountRoutes.get("/api/v1/accounts/lookup", async (c) => {
  requireReader(c, "read:accounts");
  const { accounts, services } = c.get("site");
  const [username = "", domain] = (c.req.query("acct") ?? "").replace(/^@/, "").split("@");
  const own = domain === undefined || domain.toLowerCase() === services.settings.localDomain;
  const account = await (own ? accounts.findLocal(username) : accounts.findRemote(username, domain));
  if (!account) throw apiError(404, "Record not found");
  return c.json(await accountEntity(account, c.get("site")));
});

accountRoutes.get("/api/v1/accounts/relationships", async (c) => {
  const account = requireAccount(c, "read:follows");
  const ids = [...(c.req.queries("id[]") ?? []), ...(c.req.queries("id") ?? [])].filter((id) =>
    /^\d+$/.test(id),
  );
  return c.json(await relationshipEntities(account.id, ids, c.get("site")));
});

/** The account that a path names. Throws 404. */
async function named(c: Request): Promise<Account> {
  const id = c.req.param("id") ?? "";
  const account = /^\d{1,18}$/.test(id) ? await c.get("site").accounts.find(id) : undefined;
  if (!account) throw apiError(404, "Record not found");
  return account;
}

accountRoutes.get("/api/v1/accounts/:id", async (c) => {
  requireReader(c, "read:accounts");
  return c.json(await accountEntity(await named(c), c.get("site")));
});

accountRoutes.get("/api/v1/accounts/:id/statuses", async (c) => {
  requireReader(c, "read:statuses");
  const site = c.get("site");
  const account = (await named(c)).id;
  const options = { account, limit: limitOf(c, 20, 40), maxId: c.req.query("max_id") };
  return c.json(await statusEntities(await site.statuses.timeline(options), site));
});

accountRoutes.post("/api/v1/accounts/:id/follow", async (c) => {
  const account = requireAccount(c, "write:follows");
  const target = await named(c);
  if (target.id === account.id) throw apiError(403, "This action is not allowed");
  await c.get("fediverse").follow(account, target);
  return c.json((await relationshipEntities(account.id, [target.id], c.get("site")))[0]);
});

accountRoutes.post("/api/v1/accounts/:id/unfollow", async (c) => {
  const account = requireAccount(c, "write:follows");
  const target = await named(c);
  await c.get("fediverse").unfollow(account, target);
  return c.json((await relationshipEntities(account.id, [target.id], c.get("site")))[0]);
});

accountRoutes.post("/api/v1/accounts/:id/remove_from_followers", async (c) => {
  const account = requireAccount(c, "write:follows");
  const follower = await named(c);
  await c.get("fediverse").removeFollower(account, follower);
  return c.json((await relationshipEntities(account.id, [follower.id], c.get("site")))[0]);
});

accountRoutes.get("/api/v2/search", async (c) => {
  const site = c.get("site");
  const query = (c.req.query("q") ?? "").trim();
  const resolve = yes(c.req.query("resolve"));
  if (resolve) requireAccount(c, "read:search");
  else requireReader(c, "read:search");
  const account = await c.get("fediverse").find(query, resolve);
  return c.json({
    accounts: account ? [await accountEntity(account, site)] : [],
    statuses: [],
    hashtags: [],
  });
});
