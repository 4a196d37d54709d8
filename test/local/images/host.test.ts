import { describe, expect, it } from "vitest";
import { debianMirror, explain, fetchSettings, mirrorIn } from "../../../local/images/host.ts";

describe("the Debian mirror of this machine", () => {
  it("is read from either format of source file", () => {
    const deb822 =
      "Types: deb\n# http://old.invalid/debian\nURIs: http://mirror.invalid/debian\nSuites: bookworm\n";
    expect(mirrorIn(deb822)).toBe("http://mirror.invalid/debian");
    const line =
      "# deb http://old.invalid/debian x main\ndeb [arch=amd64] https://mirror.invalid/debian/ bookworm main\n";
    expect(mirrorIn(line)).toBe("https://mirror.invalid/debian/");
  });

  it("is not the one of another vendor or of security updates", () => {
    const other = "URIs: https://vendor.invalid/apt\n\nURIs: http://mirror.invalid/debian-security\n";
    expect(mirrorIn(other)).toBeUndefined();
    expect(mirrorIn("")).toBeUndefined();
  });

  it("is what COMMUNE_DEBIAN_MIRROR says, when set", async () => {
    expect(await debianMirror({ COMMUNE_DEBIAN_MIRROR: "http://own.invalid/debian" })).toBe(
      "http://own.invalid/debian",
    );
  });

  it("is reached with the machine's own proxy settings and no other apt setting", () => {
    const dump = [
      'APT::Architecture "amd64";',
      'Acquire::http::Proxy "http://proxy.invalid:3128";',
      'Acquire::https::Proxy "";',
      'Acquire::Languages "none";',
      'Acquire::Check-Valid-Until "false";',
    ].join("\n");
    expect(fetchSettings(dump)).toEqual([
      'Acquire::http::Proxy "http://proxy.invalid:3128";',
      'Acquire::Check-Valid-Until "false";',
    ]);
  });
});

describe("a failed build is told in one sentence", () => {
  it.each([
    ["E: Unable to locate package nosuch", /Debian has no package nosuch/],
    ["tar: write error: No space left on device", /the disk is full/],
    ["E: Could not connect to mirror.invalid:80", /the Debian mirror does not answer/],
    ["Get:1 something\nE: the very reason\n", /^installing x failed: E: the very reason$/],
  ])("%s", (output, sentence) => {
    const told = explain("installing x", output);
    expect(told).toMatch(sentence);
    expect(told).not.toContain("\n");
  });
});
