import yaml from "js-yaml";
import { beforeAll, expect, test } from "vitest";
import { byPattern, filesOf, probeOf } from "./fronts.ts";
import { withHelm } from "./stacks.ts";

beforeAll(() => withHelm(), 20 * 60_000);

const files = (title = "Panier") => filesOf(`foodsoft: { title: ${JSON.stringify(title)} }`);
const front = (path: string) => byPattern(files()["nginx.conf"] ?? "", path);

test.each(["/f/sessions", "/f/sessions/", "/f/sessions.html"])(
  "passwords cannot be guessed at %s",
  (path) => {
    expect(front(path)).toContain("zone=logins");
  },
);

test.each([
  "/f/oauth/token",
  "/f/api/v1/config",
  "/f/login/forgot_password",
  "/f/login/new_password",
  "/f/login/accept_invitation/0123",
])("there is no way in at %s", (path) => {
  expect(front(path)).toBe("return 404;");
});

test.each(["/x/sessions", "/x/oauth/token", "/api-docs", "/rails/action_mailbox/relay/inbound_emails"])(
  "%s is past its pages, and refused",
  (path) => {
    expect(front(path)).toBe("");
    expect(files()["nginx.conf"]).toContain("location / { return 404; }");
  },
);

test.each(["/f", "/f/login", "/f/orders/1.pdf", "/assets/application.css", "/rails/active_storage/disk/x"])(
  "%s is Foodsoft's to answer, as often as any page",
  (path) => {
    expect(front(path)).toContain("proxy_pass http://127.0.0.1:3000;");
    expect(front(path)).not.toContain("zone=logins");
  },
);

test("guesses of a password do not make it look as if it did not answer", () => {
  expect(probeOf("foodsoft: {}")).toBe("/f/login");
});

test("a name is a name: nothing in it is run when its settings are read", () => {
  const title = `L'été <%= 1 / 0 %> "à" #{1}`;
  const text = files(title)["app_config.yml"] ?? "";
  expect(text).not.toContain("<%");
  const settings = yaml.load(text) as Record<string, { name: string }>;
  expect(settings.production?.name).toBe(title);
});

test("its settings are the same for its pages and for what people attached", () => {
  const settings = yaml.load(files()["app_config.yml"] ?? "") as Record<string, unknown>;
  expect(Object.keys(settings)).toEqual(["production", "f"]);
  expect(settings.f).toEqual(settings.production);
});

test("no password is in what it mounts, and no letter leaves", () => {
  expect(files()["database.yml"]).toContain(
    "password: <%= File.read('/run/secrets/database/password').strip.to_json %>",
  );
  expect(files()["zz_commune.rb"]).toContain("self.perform_deliveries = false");
  expect(files()["app_config.yml"]).toContain("disable_invite: true");
});
