import { expect, test } from "vitest";
import { checksum } from "../../../components/foundation/manifest/checksum.ts";
import { cacheServer, cacheVolume, valkeyConfig } from "../../../components/platform/cache/manifests.ts";

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

test("whatever changes in its configuration file restarts the server, which reads it only once", () => {
  const template = (changed: object) => JSON.stringify(cacheServer({ ...spec, ...changed }).spec.template);
  expect(template({ passwordLabel: "nextcloud/cache-password/v2" })).not.toBe(template({}));
  const written = (changed: object) =>
    JSON.parse(template(changed)).metadata.annotations["commune.cloud/config"] as string;
  const volume = { sizeGiB: 2, storageClass: undefined };
  expect(new Set([written({}), written({ memoryMiB: 65 }), written({ volume })]).size).toBe(3);
  expect(written({})).toBe(checksum(valkeyConfig("", spec)));
  expect(template({})).not.toContain("s3cret");
});

test("a server with a volume keeps every entry over restarts and refuses writes when it is full", () => {
  const volume = { sizeGiB: 2, storageClass: "fast" };
  const config = valkeyConfig("s3cret", { memoryMiB: 64, volume });
  expect(config).toContain("maxmemory-policy noeviction\nappendonly yes\nappendfsync everysec\ndir /data");
  expect(valkeyConfig("s3cret", spec)).toContain("maxmemory-policy allkeys-lru");
  expect(JSON.stringify(cacheServer({ ...spec, volume }))).toContain('"claimName":"nextcloud-cache"');
  expect(cacheVolume(spec, volume)).toMatchObject({ name: "nextcloud-cache", ...volume });
});
