import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { challengeIn } from "../../../components/foundation/image/registry/challenge.ts";
import { loggedIn } from "../../../components/foundation/image/registry/credentials.ts";
import { digestOf, Registries, RegistryError } from "../../../components/foundation/image/registry/index.ts";
import { tokenAddress } from "../../../components/foundation/image/registry/realm.ts";
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

describe("where a token is asked for", () => {
  test.each([
    ["registry-1.docker.io", "https://auth.docker.io/token"],
    ["ghcr.io", "https://ghcr.io/token"],
    ["quay.io", "https://quay.io/v2/auth"],
    ["registry.gitlab.com", "https://gitlab.com/jwt/auth"],
    ["registry.bron.fr:5000", "https://git.bron.fr/jwt/auth?client=x"],
    ["registry.bron.asso.fr", "https://bron.asso.fr/token"],
    ["192.0.2.7:5000", "https://192.0.2.7/token"],
    ["127.0.0.1:5000", "http://127.0.0.1:5001/token"],
    ["localhost:5000", "http://localhost:5000/token"],
    ["[::1]:5000", "http://[::1]:5000/token"],
  ])("of %s is %s", (registry, realm) => {
    expect(tokenAddress(realm, registry)?.href).toBe(realm);
  });

  test.each([
    ["ghcr.io", "http://ghcr.io/token"],
    ["ghcr.io", "https://evil.io/token"],
    ["ghcr.io", "https://ghcr.io.evil.test/token"],
    ["ghcr.io", "https://ghcr.io@evil.test/token"],
    ["ghcr.io", "https://me:secret@ghcr.io/token"],
    ["ghcr.io", "https://127.0.0.1/token"],
    ["ghcr.io", "http://localhost:5000/token"],
    ["registry.bron.asso.fr", "https://judo.asso.fr/token"],
    ["192.0.2.7", "https://198.51.2.7/token"],
    ["127.0.0.1:5000", "http://localhost:5000/token"],
    ["127.0.0.1:5000", "http://evil.test/token"],
    ["registry.bron.fr", "file:///etc/passwd"],
    ["registry.bron.fr", "/token"],
    ["registry.bron.fr", ""],
  ])("of %s is not %s", (registry, realm) => {
    expect(tokenAddress(realm, registry)).toBeUndefined();
  });
});

describe("a password", () => {
  const auth = Buffer.from("bron:s3cret").toString("base64");
  /** Somebody else: another name of this machine. */
  let other: RegistryDouble;
  const elsewhere = () => `http://${other.host.replace("127.0.0.1", "localhost")}`;
  beforeEach(async () => {
    other = await new RegistryDouble().listen();
    other.keep("hub/library/bonjour", "1.0", image);
  });
  afterEach(() => other.close());

  test("is told to the registry's own site alone, and it is said where it was to go", async () => {
    const realm = `${elsewhere()}/token`;
    await open({ access: "token", realm }, () => auth);
    await expect(registries.manifest(reference)).rejects.toThrow(
      `${double.host}/hub wants a token for docker.io/library/bonjour:1.0 from "${realm}"`,
    );
    expect([other.asked, other.told, double.told]).toEqual([[], [], []]);
  });

  test("goes with its token to the registry, and to nobody whom it sends on to", async () => {
    await open({ access: "token", redirects: elsewhere() }, () => auth);
    const { body } = await registries.blob(reference, layer.digest);
    expect(digestOf(await bytesOf(body))).toBe(layer.digest);
    expect(double.told).toEqual([`Basic ${auth}`, expect.stringMatching(/^Bearer /)]);
    expect(other.asked).toHaveLength(1);
    expect(other.told).toEqual([]);
  });

  test("does not follow where a token is asked for elsewhere", async () => {
    await open({ access: "token", tokenMoved: `${elsewhere()}/token` }, () => auth);
    await expect(registries.manifest(reference)).rejects.toThrow(RegistryError);
    expect(other.told).toEqual([]);
  });
});

test.each(["http://store.bron.test/blob", "ftp://127.0.0.1/blob", "http:///"])(
  "a registry that sends to %s is not followed",
  async (redirects) => {
    await open({ redirects });
    await expect(registries.blob(reference, layer.digest)).rejects.toThrow("is not followed there");
  },
);
