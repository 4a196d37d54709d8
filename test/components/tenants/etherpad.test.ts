import { beforeAll, expect, test } from "vitest";
import { byPattern, filesOf } from "./fronts.ts";
import { withHelm } from "./stacks.ts";

beforeAll(() => withHelm(), 20 * 60_000);

const files = () => filesOf("etherpad: { access: members }");

test.each(["/admin", "/Admin/", "/ADMIN/plugins", "/Admin-Auth/", "/Stats", "/API-DOCS/", "/api-docs.json"])(
  "%s is refused, however it is written: Etherpad takes capitals for small letters",
  (path) => {
    expect(byPattern(files()["nginx.conf"] ?? "", path)).toBe("return 404;");
  },
);

test.each(["/api/1.2.14/getText", "/API/1.2.14/getText", "/rest/1.3.0/getText"])(
  "the key cannot be guessed at %s",
  (path) => {
    expect(byPattern(files()["nginx.conf"] ?? "", path)).toContain("zone=logins");
  },
);

test("nobody administers it, and a room full of people behind one address is not thrown out", () => {
  const settings = JSON.parse(files()["settings.json"] ?? "") as {
    users: Record<string, { is_admin: boolean }>;
    commitRateLimiting: { duration: number; points: number };
  };
  expect(Object.values(settings.users).map(({ is_admin }) => is_admin)).toEqual([false, false]);
  // Whoever types sends two changes in a second, and the limit is of an address: 30 people.
  expect(settings.commitRateLimiting).toEqual({ duration: 1, points: 60 });
});
