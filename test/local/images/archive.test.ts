import { describe, expect, it } from "vitest";
import { imageConfiguration } from "../../../local/images/archive.ts";
import { packageVersions } from "../../../local/images/layer.ts";

const layer = { digest: "c".repeat(64), diffId: "d".repeat(64), size: 1, packages: {} };

describe("an image's configuration", () => {
  it("says the platform, which containerd matches images by, and the layers", () => {
    expect(imageConfiguration({}, [layer], false)).toMatchObject({
      architecture: "amd64",
      os: "linux",
      rootfs: { type: "layers", diff_ids: [`sha256:${layer.diffId}`] },
    });
  });

  it("writes ports and volumes as the specification's sets, and labels a double", () => {
    const config = { ExposedPorts: ["9000/tcp"], Volumes: ["/data"], User: "101" };
    expect(imageConfiguration(config, [], true)).toMatchObject({
      config: {
        ExposedPorts: { "9000/tcp": {} },
        Volumes: { "/data": {} },
        User: "101",
        Labels: { "cloud.commune.local": "double" },
      },
    });
  });
});

it("reads dpkg's list of packages, without architectures", () => {
  expect(packageVersions("libc6:amd64\t2.41-12\nbash\t5.2.37-2\n")).toEqual({
    libc6: "2.41-12",
    bash: "5.2.37-2",
  });
});
