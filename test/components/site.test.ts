import { describe, expect, test } from "vitest";
import { dataHolderOptions } from "../../components/site/data-holders.ts";
import { siteOf, siteSchema } from "../../components/site/site.ts";

describe("a site", () => {
  test("without settings protects data and uses the ingress controller's own certificate", () => {
    expect(siteOf(siteSchema.parse({}))).toEqual({
      name: "local",
      context: undefined,
      ingress: { className: "traefik", namespace: "traefik", certificate: { from: "controller" } },
      storageClass: undefined,
      privatePeers: [],
      authority: undefined,
      apiPort: 6443,
      dataIsDisposable: false,
    });
  });

  test.each([
    ["cert-manager:letsencrypt", { from: "cert-manager", issuer: "letsencrypt" }],
    ["secret:wildcard", { from: "secret", name: "wildcard" }],
  ])("takes its certificates from %s", (certificate, expected) => {
    expect(siteOf(siteSchema.parse({ certificate })).ingress.certificate).toEqual(expected);
  });

  test.each([
    [{ data: "gone" }, 'write "protected" or "disposable"'],
    [
      { certificate: "letsencrypt" },
      'write "controller", "cert-manager:<cluster issuer>" or "secret:<name>"',
    ],
    [{ name: "Mairie !" }, "lower-case letters"],
  ])("refuses %j", (settings, message) => {
    expect(siteSchema.safeParse(settings).error?.issues[0]?.message).toContain(message);
  });
});

test("what holds data is protected and retained, unless the site says that it is disposable", () => {
  expect(dataHolderOptions({ dataIsDisposable: false })).toEqual({ protect: true, retainOnDelete: true });
  expect(dataHolderOptions({ dataIsDisposable: true })).toEqual({});
});
