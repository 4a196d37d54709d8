import { expect, test } from "vitest";
import { cacheServer, valkeyConfig } from "../../components/cache/manifests.ts";

const spec = {
  commune: "bron",
  service: "nextcloud",
  memoryMiB: 64,
  passwordLabel: "nextcloud/cache-password/v1",
};

test("the password is in the configuration file and nowhere in the Deployment", () => {
  expect(valkeyConfig("s3cret", 64)).toContain("requirepass s3cret\nmaxmemory 64mb");
  expect(JSON.stringify(cacheServer(spec))).not.toContain("s3cret");
});

test("a new password version or another memory size restarts the server, which reads its file only once", () => {
  const template = (changed: object) => JSON.stringify(cacheServer({ ...spec, ...changed }).spec);
  expect(template({ passwordLabel: "nextcloud/cache-password/v2" })).not.toBe(template({}));
  expect(template({ memoryMiB: 65 })).not.toBe(template({}));
});
