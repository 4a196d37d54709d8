import { createPublicKey, createVerify, type JsonWebKey } from "node:crypto";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { Kubectl } from "../../../scripts/kubectl.ts";
import { mailOf } from "../letters/directory.ts";
import { passwordOf } from "./people.ts";
import { Recorder } from "./recorder.ts";
import type { PeopleTown } from "./town.ts";
import { said } from "./visitor.ts";

/** A service as the login knows it. */
interface Client {
  client: string;
  redirect: string;
  secret: string;
}

const askedBy = ({ portal }: PeopleTown, { client, redirect }: Client) =>
  `${portal}/oauth2/authorize?${new URLSearchParams({
    ...{ response_type: "code", client_id: client, redirect_uri: redirect },
    ...{ scope: "openid profile email groups", state: "s", nonce: "n" },
  })}`;

/** Somebody who logs in to a service, and what the service gets for the code that they come back with. */
async function entered(town: PeopleTown, who: string, of: Client) {
  const visitor = town.browser();
  const { location } = await visitor.logIn(who, passwordOf(who), askedBy(town, of));
  const back = new URL(location ?? "");
  expect(back.href.startsWith(of.redirect)).toBe(true);
  const tokens = (password: string) =>
    town.browser().get(`${town.portal}/oauth2/token`, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        authorization: `Basic ${Buffer.from(`${of.client}:${password}`).toString("base64")}`,
      },
      body: new URLSearchParams({
        ...{ grant_type: "authorization_code", redirect_uri: of.redirect },
        code: back.searchParams.get("code") ?? "",
      }).toString(),
    });
  return { visitor, tokens };
}

/** Returns what a token says, once its signature is the login's. */
async function signed(town: PeopleTown, token: string): Promise<Record<string, unknown>> {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const published = await town.browser().get(`${town.portal}/oauth2/jwks`);
  const [key] = (JSON.parse(published.text) as { keys: JsonWebKey[] }).keys;
  if (key === undefined) return expect.fail("no key is published");
  const isSigned = createVerify("sha256")
    .update(`${header}.${payload}`)
    .verify(createPublicKey({ format: "jwk", key }), Buffer.from(signature, "base64url"));
  expect(isSigned).toBe(true);
  return JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
}

/** A service that lets people in by OpenID Connect, in the place of Mastodon. */
export function openId(town: PeopleTown): void {
  const { commune, portal } = town;
  const kubectl = (words: readonly string[]) => town.kubectl(words);

  describe("a service that asks by OpenID Connect", () => {
    const inMastodon = ["-n", `${commune}-mastodon`];

    /** Returns what Mastodon was told. */
    async function told() {
      const config = await kubectl(["get", "configmap", ...inMastodon, "mastodon-env", "--output=json"]);
      const { data } = JSON.parse(config.said) as { data: Record<string, string> };
      const value = (name: string) => data[name] ?? expect.fail(`no ${name}`);
      return {
        issuer: value("OIDC_ISSUER"),
        client: value("OIDC_CLIENT_ID"),
        redirect: value("OIDC_REDIRECT_URI"),
        secret: await town.secret(`${commune}-mastodon`, "mastodon-env", "OIDC_CLIENT_SECRET"),
      };
    }

    test("reaches the provider from its own pod, and is the client that the provider knows", async () => {
      const { issuer, client } = await told();
      expect([issuer, client]).toEqual([portal, "mastodon"]);
      const script = `fetch(process.env.OIDC_ISSUER + "/.well-known/openid-configuration").then((r) => r.json()).then((j) => console.log(j.issuer))`;
      const words = [
        "exec",
        ...inMastodon,
        "deployment/mastodon-web",
        "-c",
        "puma",
        "--",
        "node",
        "-e",
        script,
      ];
      expect((await kubectl(words)).said).toBe(portal);
    });

    test("is told who an agent is, signed, once for each code; nobody else gets one", async () => {
      const client = await told();
      const camille = await entered(town, "camille", client);
      expect((await camille.tokens("wrong")).status).toBeGreaterThanOrEqual(400);
      const { id_token: token } = JSON.parse((await camille.tokens(client.secret)).text) as {
        id_token: string;
      };
      expect(await signed(town, token)).toMatchObject({
        ...{ iss: portal, aud: ["mastodon"], sub: "camille", preferred_username: "camille", nonce: "n" },
        ...{ email: mailOf("camille"), groups: ["agents"] },
      });
      expect((await camille.tokens(client.secret)).status).toBeGreaterThanOrEqual(400);

      const refused = await town.browser().logIn("alix", passwordOf("alix"), askedBy(town, client));
      expect(refused.location ?? "").not.toContain("code=");
      expect(refused.text).toContain("ce service est réservé à d’autres personnes");
    });
  });
}

/** Tests of what the login tells Nextcloud when somebody logs out; a program is in its place at that path. */
export function loggingOut(town: PeopleTown): void {
  const { commune, domain, portal } = town;

  describe("who logs out", () => {
    const told = "/index.php/apps/user_oidc/backchannel-logout/commune";
    const host = `cloud.${domain}`;
    let recorder: Recorder;

    /** Somebody who has opened Nextcloud, and the name that their session has there. */
    async function inNextcloud() {
      const secret = await town.secret(`${commune}-nextcloud`, "nextcloud", "identity-client-secret");
      const client = { client: "nextcloud", redirect: `https://${host}/apps/user_oidc/code`, secret };
      const { visitor, tokens } = await entered(town, "camille", client);
      const { id_token: token } = JSON.parse((await tokens(secret)).text) as { id_token: string };
      return { visitor, session: (await signed(town, token)).sid };
    }

    beforeAll(async () => {
      recorder = new Recorder(new Kubectl(town.project.environment), town.letters);
      await recorder.open(host, told);
      // The ingress controller may hear of it a moment later; Nextcloud's own answer there is no 200.
      await vi.waitFor(
        async () => expect((await town.browser().get(`https://${host}${told}`)).status).toBe(200),
        { timeout: 60_000, interval: 500 },
      );
    });

    test("is logged out of Nextcloud, which the login tells so itself", async () => {
      const [here, elsewhere] = [await inNextcloud(), await inNextcloud()];
      const left = await here.visitor.get(`${portal}/?logout=1`);
      expect(said(left)).toBe("Vous êtes déconnecté.");
      const [posted, ...more] = await recorder.posted();
      expect(more).toEqual([]);
      expect(await signed(town, posted?.get("logout_token") ?? "")).toMatchObject({
        ...{ iss: portal, aud: ["nextcloud"], sub: "camille", sid: here.session },
        events: { "http://schemas.openid.net/event/backchannel-logout": {} },
      });
      expect((await elsewhere.visitor.get(`${portal}/`)).text).toContain("<h1>Ce qui vous est ouvert</h1>");
      await elsewhere.visitor.get(`${portal}/?logout=1`);
    });

    test("everywhere, is logged out of every browser and of what each has opened", async () => {
      const [here, elsewhere] = [await inNextcloud(), await inNextcloud()];
      const before = (await recorder.posted()).length;
      await here.visitor.get(`${portal}/?logout=1&everywhere=1`);
      const posted = (await recorder.posted()).slice(before);
      const sessions = await Promise.all(
        posted.map(async (each) => (await signed(town, each.get("logout_token") ?? "")).sid),
      );
      expect(sessions.sort()).toEqual([here.session, elsewhere.session].sort());
      // Each process of the login knows a session for some seconds.
      const home = async () => (await elsewhere.visitor.get(`${portal}/`)).text;
      await expect.poll(home, { timeout: 30_000, interval: 1000 }).toContain("<h1>Se connecter</h1>");
    });
  });
}
