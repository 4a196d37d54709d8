import { describe, expect, test } from "vitest";
import { readDeclaration } from "../../../components/foundation/declaration/load.ts";
import { nextcloudConfig, sessionIni } from "../../../components/services/nextcloud/configuration.ts";
import { nextcloudSection } from "../../../components/services/nextcloud/declaration.ts";
import { phpConfig, SecretFile } from "../../../components/services/nextcloud/php.ts";
import type { NextcloudSpec } from "../../../components/services/nextcloud/spec.ts";
import { nextcloudConfigMap, nextcloudSecret } from "../../../components/services/nextcloud/web.ts";
import { upstream } from "../../upstream/lines.ts";
import { connected, spec } from "./nextcloud-spec.ts";

describe("config.php", () => {
  test("writes strings so that PHP reads them back unchanged", () => {
    expect(phpConfig({ text: "l'été \\ $x", list: [1, true, null], empty: {} })).toBe(
      "<?php\n$CONFIG = [\n  'text' => 'l\\'été \\\\ $x',\n  'list' => [\n    1,\n    true,\n    null,\n  ],\n  'empty' => [],\n];\n",
    );
  });

  test("reads secrets from their files when it is loaded", () => {
    expect(phpConfig({ dbpassword: new SecretFile("/run/secrets/x") })).toContain(
      "'dbpassword' => trim(file_get_contents('/run/secrets/x')),",
    );
  });

  test("knows the address that peers register, and trusts no other", () => {
    expect(nextcloudConfig(spec)).toMatchObject({
      trusted_domains: ["cloud.bron.test"],
      "overwrite.cli.url": "https://cloud.bron.test",
    });
  });

  test("says where the rows are: the installer wrote where they were then", () => {
    expect(nextcloudConfig(spec).dbhost).toBe("database.bron-database.svc:5432");
  });

  test("refuses settings that would break the server or show a secret, each where it stands", () => {
    const found = readDeclaration(
      "commune.yaml",
      Buffer.from(
        "settings:\n  secret: a\n  version: 33.0.8\n  dbhost: b\n  datadirectory: /tmp\n  redis: {}\n  trusted_domains: [c]\n  preview_imaginary_key: d\n  user_backends:\n    - arguments: { Password: e }\n",
      ),
      nextcloudSection,
    );
    expect(found.ok || found.problems.map(({ line, message }) => [line, message.split(/[ ,]/)[0]])).toEqual([
      [2, "secret"],
      [3, "version"],
      [4, "dbhost"],
      [5, "datadirectory"],
      [6, "redis"],
      [7, "trusted_domains"],
      [8, "preview_imaginary_key"],
      [10, "user_backends.0.arguments.Password"],
    ]);
    const free = { hashing_default_password: true, lost_password_link: "disabled", loglevel: 1 };
    expect(nextcloudSection.parse({ settings: free }).settings).toEqual(free);
  });

  test("says no to addresses inside unless a peer is there, so that an earlier yes is not kept", () => {
    expect(nextcloudConfig(spec).allow_local_remote_servers).toBe(false);
    const inside = { ...spec, peers: { ...spec.peers, privatePeers: ["10.0.0.0/8"] } };
    expect(nextcloudConfig(inside).allow_local_remote_servers).toBe(true);
  });

  test("lets the declaration's settings win", () => {
    const config = nextcloudConfig({
      ...spec,
      settings: { default_phone_region: "BE", activity_expire_days: 30 },
    });
    expect(config).toMatchObject({ default_phone_region: "BE", activity_expire_days: 30 });
  });

  test("has only keys that Nextcloud knows", () => {
    const known = upstream("nextcloud-31.0.6.config-keys.txt");
    const elsewhere = [
      // Since 33; nextcloud/documentation, release_notes/upgrade_to_33.
      "serverid",
      // Of the app; nextcloud/user_oidc, README.md.
      "user_oidc",
    ];
    const unknown = Object.keys(nextcloudConfig(connected)).filter((key) => !known.includes(key));
    expect(unknown.sort()).toEqual(elsewhere);
  });

  test("waits ten seconds for a cache that is several servers, and for one as it did", () => {
    const redis = { host: "nextcloud-cache", port: 6379, timeout: 3 };
    expect(nextcloudConfig(spec).redis).toEqual({ ...redis, password: expect.anything() });
    const several = { ...spec, cache: { ...spec.cache, isSpread: true as const } };
    expect(nextcloudConfig(several).redis).toEqual({
      ...redis,
      password: expect.anything(),
      read_timeout: 10,
    });
  });

  test("escapes the cache's password in the session address", () => {
    expect(sessionIni(spec.cache, "a+b&c")).toContain(
      '"tcp://nextcloud-cache:6379?auth=a%2Bb%26c&timeout=3&read_timeout=10"',
    );
  });
});

describe("mail", () => {
  test("leaves by the declared relay, with its password in a file", () => {
    expect(nextcloudConfig(connected)).toMatchObject({
      mail_smtphost: "smtp.bron.test",
      mail_smtpport: 587,
      mail_smtpsecure: "",
      mail_smtpauth: true,
      mail_smtpname: "nuage",
      mail_smtppassword: new SecretFile("/run/secrets/nextcloud/mail-password"),
      mail_from_address: "ne-pas-repondre",
      mail_domain: "bron.test",
    });
  });

  test("without an account logs in nowhere, and over TLS says so as Nextcloud does", () => {
    const mail = { from: "a@b.test", host: "h", port: 465, encryption: "tls" as const, user: undefined };
    const config = nextcloudConfig({ ...spec, mail });
    expect(config).toMatchObject({ mail_smtpsecure: "ssl", mail_smtpauth: false });
    expect(Object.keys(config)).not.toContain("mail_smtppassword");
  });

  test("without a relay is not configured", () => {
    expect(Object.keys(nextcloudConfig(spec)).filter((key) => key.startsWith("mail_"))).toEqual([]);
  });
});

describe("logging in with the commune's provider", () => {
  test("brings its app, and the app only then", () => {
    const list = (of: NextcloudSpec) => nextcloudConfigMap(of).data["apps.txt"]?.split("\n")[3];
    expect(list(connected)).toMatch(/^user_oidc 8\.10\.1 https:/);
    expect(list(spec)).toBe("user_oidc");
  });

  test("is told where the provider is, and never its secret", () => {
    const { data } = nextcloudConfigMap(connected);
    expect(data["identity.txt"]).toBe(
      "nuage\nhttps://id.bron.test:8443/realms/agents/.well-known/openid-configuration\n",
    );
    expect(data["apps.sh"]).toContain("--clientsecret-file=/run/secrets/nextcloud/identity-client-secret");
    const secrets = {
      adminPassword: "",
      databasePassword: "",
      cachePassword: "",
      sessionIni: "",
      federationPassword: "",
    };
    expect(
      nextcloudSecret(connected, { ...secrets, identityClientSecret: "s" }).stringData[
        "identity-client-secret"
      ],
    ).toBe("s");
    expect(Object.keys(nextcloudSecret(spec, secrets).stringData)).not.toContain("identity-client-secret");
  });

  test("does not open Nextcloud's own accounts to whoever has the same name there", () => {
    expect(nextcloudConfig(connected)).toMatchObject({ user_oidc: { soft_auto_provision: false } });
  });
});
