import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { challengeIn } from "../../../components/foundation/image/registry/challenge.ts";
import { loggedIn } from "../../../components/foundation/image/registry/credentials.ts";
import { digestOf, Registries } from "../../../components/foundation/image/registry/index.ts";
import { makeImage } from "../../doubles/registry/content.ts";
import { type RegistryBehaviour, RegistryDouble } from "../../doubles/registry/registry.ts";

const image = makeImage({ hello: Buffer.from("bonjour\n") });
const [layer] = image.blobs;
if (layer === undefined) throw new Error("the image has no layer");
const reference = "docker.io/library/bonjour:1.0";

let double: RegistryDouble;
let registries: Registries;

async function open(behaviour: RegistryBehaviour, credentials = loggedIn({ DOCKER_CONFIG: "/nowhere" })) {
  double = await new RegistryDouble(behaviour).listen();
  double.keep("hub/library/bonjour", "1.0", image);
  registries = new Registries({ mirrors: { "docker.io": `${double.host}/hub` }, credentials });
}

afterEach(async () => {
  await registries.close();
  await double.close();
});

async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}

describe("a registry", () => {
  test.each([
    ["that anybody may read", { access: "open" }],
    ["that wants a token from somebody else", { access: "token" }],
    ["that sends blobs from elsewhere", { access: "token", redirects: true }],
  ] as const)("%s gives an image's index and what it is made of", async (_, behaviour) => {
    await open(behaviour);
    const { digest, mediaType, from } = await registries.manifest(reference);
    expect({ digest, mediaType, from }).toEqual({
      digest: image.top.digest,
      mediaType: "application/vnd.oci.image.index.v1+json",
      from: `${double.host}/hub`,
    });
    const { start, body } = await registries.blob(reference, layer.digest);
    expect([start, digestOf(await bytesOf(body))]).toEqual([0, layer.digest]);
  });

  test("is asked once who may read, not for each piece", async () => {
    await open({ access: "token" });
    await registries.manifest(reference);
    await registries.manifest(`docker.io/library/bonjour@${image.top.digest}`);
    expect(double.asked.filter((line) => line.startsWith("GET /token"))).toHaveLength(1);
    expect(double.asked.filter((line) => line.includes("/manifests/"))).toHaveLength(3);
  });

  test("goes on from the middle where it can, and says where it begins", async () => {
    await open({ ranges: true });
    const { start, body } = await registries.blob(reference, layer.digest, 10);
    expect([start, await bytesOf(body)]).toEqual([10, layer.bytes.subarray(10)]);
    await registries.close();
    await double.close();
    await open({ ranges: false });
    expect((await registries.blob(reference, layer.digest, 10)).start).toBe(0);
  });

  test("that gives other bytes than the digest's is told", async () => {
    await open({ lies: true });
    const config = image.blobs.at(-1);
    if (config === undefined) throw new Error("the image has no configuration");
    const asked = { digest: config.digest, size: config.bytes.length };
    await expect(registries.whole(reference, asked)).rejects.toThrow(
      "is something else: nothing was taken from it.",
    );
  });

  test("that has not the image, or is not there, is told in a sentence", async () => {
    await open({});
    await expect(registries.manifest("docker.io/library/bonjour:2.0")).rejects.toThrow(
      `${double.host}/hub has no image docker.io/library/bonjour:2.0.`,
    );
    await expect(registries.manifest("localhost:9/bonjour:1")).rejects.toThrow(
      /^localhost:9 does not answer \(.+\): /,
    );
  });
});

describe("whether a registry answers", () => {
  test.each([["open"], ["token"], [{ user: "bron", password: "s3cret" }]] as const)(
    "is known without knowing who may read: %j",
    async (access) => {
      await open({ access });
      expect(await registries.answers("docker.io", 3000)).toBe(true);
    },
  );

  test("is no where nobody listens", async () => {
    await open({});
    expect(await registries.answers("localhost:9", 3000)).toBe(false);
  });
});

describe("a registry that wants a login", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "registry-login-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("gets that of docker, podman or skopeo, and refuses others without a word of the password", async () => {
    const access = { user: "bron", password: "s3cret&" };
    await open({ access });
    await expect(registries.manifest(reference)).rejects.toThrow(`log in with docker login ${double.host},`);
    const auth = Buffer.from(`${access.user}:${access.password}`).toString("base64");
    writeFileSync(join(folder, "config.json"), JSON.stringify({ auths: { [double.host]: { auth } } }));
    const credentials = loggedIn({ DOCKER_CONFIG: folder });
    const known = new Registries({ mirrors: { "docker.io": `${double.host}/hub` }, credentials });
    expect((await known.manifest(reference)).digest).toBe(image.top.digest);
    await known.close();
    expect(double.asked.join()).not.toContain("s3cret");
  });

  test("is Docker Hub under the name that Docker's file has for it", async () => {
    await open({});
    writeFileSync(
      join(folder, "config.json"),
      JSON.stringify({ auths: { "https://index.docker.io/v1/": { auth: "eDp5" } } }),
    );
    expect(loggedIn({ DOCKER_CONFIG: folder })("docker.io")).toBe("eDp5");
    expect(loggedIn({ REGISTRY_AUTH_FILE: join(folder, "config.json") })("ghcr.io")).toBe(undefined);
  });
});

test.each([
  [
    'Bearer realm="https://auth.bron.test/token",service="registry.bron.test",scope="repository:a/b:pull"',
    {
      scheme: "bearer",
      realm: "https://auth.bron.test/token",
      service: "registry.bron.test",
      scope: "repository:a/b:pull",
    },
  ],
  ['basic realm="bron"', { scheme: "basic" }],
  ["Negotiate", undefined],
  [null, undefined],
])("a registry asks by %s", (header, expected) => {
  expect(challengeIn(header)).toEqual(expected);
});
