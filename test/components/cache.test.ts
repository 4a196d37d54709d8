import { expect, test } from "vitest";
import { cacheServer, cacheVolume, valkeyConfig } from "../../components/cache/manifests.ts";

const spec = {
  commune: "bron",
  service: "nextcloud",
  memoryMiB: 64,
  volume: undefined,
  passwordLabel: "nextcloud/cache-password/v1",
};

test("the password is in the configuration file and nowhere in the Deployment", () => {
  expect(valkeyConfig("s3cret", spec)).toContain("requirepass s3cret\nmaxmemory 64mb");
  expect(JSON.stringify(cacheServer(spec))).not.toContain("s3cret");
});

test("a new password version or another memory size restarts the server, which reads its file only once", () => {
  const template = (changed: object) => JSON.stringify(cacheServer({ ...spec, ...changed }).spec);
  expect(template({ passwordLabel: "nextcloud/cache-password/v2" })).not.toBe(template({}));
  expect(template({ memoryMiB: 65 })).not.toBe(template({}));
});

test("a server with a volume keeps every entry over restarts and refuses writes when it is full", () => {
  const volume = { sizeGiB: 2, storageClass: "fast" };
  const config = valkeyConfig("s3cret", { memoryMiB: 64, volume });
  expect(config).toContain("maxmemory-policy noeviction\nappendonly yes\nappendfsync everysec\ndir /data");
  expect(valkeyConfig("s3cret", spec)).toContain("maxmemory-policy allkeys-lru");
  expect(JSON.stringify(cacheServer({ ...spec, volume }))).toContain('"claimName":"nextcloud-cache"');
  expect(cacheVolume({ ...spec, volume }, volume).spec).toMatchObject({
    storageClassName: "fast",
    resources: { requests: { storage: "2Gi" } },
  });
});
