import { apiError, fields, routes, text } from "./kernel.ts";

/** Applications and their tokens. Source: config/initializers/doorkeeper.rb of v4.6.5. */
export const oauthRoutes = routes();

oauthRoutes.post("/api/v1/apps", async (c) => {
  const body = await fields(c);
  const name = text(body, "client_name");
  const redirect = text(body, "redirect_uris");
  if (!name || !redirect) {
    throw apiError(422, "Validation failed: Application name can't be blank, Redirect URI can't be blank");
  }
  const app = await c.get("site").tokens.register({
    name,
    redirect_uri: redirect,
    scopes: text(body, "scopes") ?? "read",
    website: text(body, "website") ?? null,
  });
  return c.json({
    id: app.id,
    name: app.name,
    website: app.website,
    scopes: app.scopes.split(" "),
    redirect_uri: app.redirect_uri,
    redirect_uris: app.redirect_uri.split("\n"),
    client_id: app.uid,
    client_secret: app.secret,
  });
});

const refused = (error: string, description: string) => ({ error, error_description: description });

oauthRoutes.post("/oauth/token", async (c) => {
  const body = await fields(c);
  const grant = text(body, "grant_type");
  if (grant === "authorization_code") {
    return c.json(
      refused("invalid_grant", "The double has no sign-in page, and so no authorization codes."),
      400,
    );
  }
  if (grant !== "client_credentials") {
    return c.json(
      refused(
        "unsupported_grant_type",
        "The authorization grant type is not supported by the authorization server.",
      ),
      400,
    );
  }
  const { tokens } = c.get("site");
  const app = await tokens.application(text(body, "client_id") ?? "", text(body, "client_secret") ?? "");
  if (!app) {
    const why =
      "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.";
    return c.json(refused("invalid_client", why), 401);
  }
  const scopes = text(body, "scope") ?? "read";
  const given = app.scopes.split(" ");
  if (!scopes.split(" ").every((each) => given.includes(each) || given.includes(each.replace(/:.*/, "")))) {
    return c.json(refused("invalid_scope", "The requested scope is invalid, unknown, or malformed."), 400);
  }
  const token = await tokens.issue(app.id, scopes);
  const created = Math.floor(Date.now() / 1000);
  return c.json({ access_token: token, token_type: "Bearer", scope: scopes, created_at: created });
});

oauthRoutes.get("/api/v1/apps/verify_credentials", (c) => {
  const bearer = c.get("bearer");
  if (!bearer) throw apiError(401, "The access token is invalid");
  return c.json({ scopes: bearer.scopes });
});
