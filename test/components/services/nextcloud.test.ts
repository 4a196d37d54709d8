import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readDeclaration } from "../../../components/foundation/declaration/load.ts";
import { knownApps, majorsWithApps, pinnedApps } from "../../../components/services/nextcloud/apps.ts";
import { nextcloudConfig, sessionIni } from "../../../components/services/nextcloud/configuration.ts";
import { nextcloudBefore, nextcloudCron } from "../../../components/services/nextcloud/cron.ts";
import { nextcloudSection } from "../../../components/services/nextcloud/declaration.ts";
import { nextcloudNetworkPolicies } from "../../../components/services/nextcloud/network-policies.ts";
import { phpConfig, SecretFile } from "../../../components/services/nextcloud/php.ts";
import { nextcloudProxy } from "../../../components/services/nextcloud/sidecar-proxy.ts";
import { nextcloudSize } from "../../../components/services/nextcloud/sizing.ts";
import type { NextcloudSpec } from "../../../components/services/nextcloud/spec.ts";
import {
  nextcloudConfigMap,
  nextcloudDeployment,
  nextcloudSecret,
} from "../../../components/services/nextcloud/web.ts";
import { outsideOf } from "./facts.ts";
import { spec } from "./nextcloud-spec.ts";

const connected: NextcloudSpec = {
  ...spec,
  mail: {
    from: "ne-pas-repondre@bron.test",
    host: "smtp.bron.test",
    port: 587,
    encryption: "starttls",
    user: "nuage",
  },
  identity: { issuer: "https://id.bron.test:8443/realms/agents", clientId: "nuage", name: "Compte agent" },
};

interface Container {
  name: string;
  command?: string[];
  args?: string[];
  env?: { name: string; value: string }[];
  volumeMounts: { mountPath: string; name: string; subPath?: string }[];
}
interface Template {
  metadata: { annotations: Record<string, string> };
  spec: {
    initContainers?: Container[];
    containers: (Container & { readinessProbe?: { httpGet: unknown } })[];
    volumes: { name: string; configMap?: { items?: unknown[] }; emptyDir?: unknown }[];
    affinity: { podAffinity: Record<string, unknown[]> };
  };
}

/** A pod template, as the cluster would read it. */
const read = (template: unknown): Template => JSON.parse(JSON.stringify(template));
const web = (of: NextcloudSpec) => read(nextcloudDeployment(of).spec.template);
const before = (of: NextcloudSpec) => read(nextcloudBefore(of).spec.template);
const cron = (of: NextcloudSpec) =>
  read(JSON.parse(JSON.stringify(nextcloudCron(of).spec)).jobTemplate.spec.template);
const containersOf = ({ spec: { initContainers = [], containers } }: Template) => [
  ...initContainers,
  ...containers,
];
const names = (containers: Container[] = []) => containers.map(({ name }) => name);
const upstream = (file: string) =>
  readFileSync(`test/upstream/${file}`, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));

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

  test("escapes the cache's password in the session address", () => {
    expect(sessionIni(spec.cache, "a+b&c")).toContain('"tcp://nextcloud-cache:6379?auth=a%2Bb%26c"');
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

describe("apps", () => {
  test.each(majorsWithApps)("of Nextcloud %i each have one exact release", (major) => {
    for (const { id, release } of pinnedApps(`${major}.0.0`, knownApps, undefined)) {
      expect(release?.version).toMatch(/^\d+\.\d+\.\d+$/);
      expect(release?.url).toBe(
        `https://github.com/nextcloud-releases/${id}/releases/download/v${release?.version}/${id}-v${release?.version}.tar.gz`,
      );
    }
  });

  test("have one major of groupfolders per major of Nextcloud", () => {
    const majors = majorsWithApps.map((major) =>
      Number(
        pinnedApps(`${major}.0.0`, ["groupfolders"], undefined)
          .find(({ id }) => id === "groupfolders")
          ?.release?.version.split(".")[0],
      ),
    );
    expect(majors).toEqual(majorsWithApps.map((major) => major - 12));
  });

  test("have one major of richdocuments per major of Nextcloud", () => {
    for (const major of majorsWithApps) {
      const found = pinnedApps(`${major}.0.0`, knownApps, undefined).find(({ id }) => id === "richdocuments");
      expect(found?.release?.version.split(".")[0]).toBe(String(major - 23));
    }
  });

  test("come from the mirror when there is one", () => {
    expect(pinnedApps("34.0.2", ["calendar"], "https://miroir.test/nc")[0]).toEqual({
      id: "calendar",
      wanted: true,
      release: { version: "6.6.2", url: "https://miroir.test/nc/calendar-v6.6.2.tar.gz" },
    });
  });

  test("for a version that has none are named in the log, not switched off", () => {
    const { data } = nextcloudConfigMap({ ...spec, version: "35.0.0", apps: ["calendar"] });
    expect(data["apps.txt"]).toBe("calendar none\ncontacts\ngroupfolders\nuser_oidc\nrichdocuments\n");
  });

  test("are agenda, contacts and folders of a team when nothing is said", () => {
    expect(nextcloudSection.parse({}).apps).toEqual(["calendar", "contacts", "groupfolders"]);
  });

  test("are fetched by the pods of background jobs, which alone may reach that far", () => {
    expect(names(cron(spec).spec.initContainers)).toEqual(["fetch"]);
    expect(names(before(spec).spec.initContainers)).toEqual(["fetch"]);
    expect(nextcloudNetworkPolicies(spec, outsideOf(spec)).map(({ metadata }) => metadata.name)).toEqual([
      "nextcloud-cron-to-apps",
    ]);
  });

  test("that nobody wants cost neither a container nor a policy", () => {
    const none = { ...spec, apps: [] };
    expect(cron(none).spec.initContainers).toBeUndefined();
    expect(nextcloudNetworkPolicies(none, outsideOf(none))).toEqual([]);
  });
});

test("what is reached outside is declared, each with its port", () => {
  const policies = nextcloudNetworkPolicies(
    { ...connected, appMirror: "https://miroir.test:8444/nc" },
    outsideOf(connected),
  );
  expect(
    policies.map(({ metadata, spec: { egress } }) => [
      metadata.name,
      JSON.parse(JSON.stringify(egress))[0].ports[0].port,
    ]),
  ).toEqual([
    ["nextcloud-cron-to-apps", 8444],
    ["nextcloud-to-mail", 587],
    ["nextcloud-web-to-identity", 8443],
  ]);
});

describe("editing together", () => {
  const office = { server: "https://office.bron.test:9980", callers: ["192.0.2.9", "2001:db8::9"] };
  const data = (of: NextcloudSpec) => nextcloudConfigMap(of).data;

  test("brings its app, and the app only then", () => {
    expect(data({ ...spec, office })["apps.txt"]).toMatch(/^richdocuments 10\.1\.2 https:.*$/m);
    expect(data(spec)["apps.txt"]).toMatch(/^richdocuments$/m);
  });

  test("is told where the server is and who may call back", () => {
    expect(data({ ...spec, office })["office.txt"]).toBe(
      "https://office.bron.test:9980\n192.0.2.9,2001:db8::9\n",
    );
    expect(Object.keys(data(spec))).not.toContain("office.txt");
  });

  test("opens the way to the server's port, from what serves and from what runs jobs", () => {
    const policies = nextcloudNetworkPolicies({ ...spec, apps: [], office }, outsideOf(spec)).map(
      ({ metadata, spec: { egress } }) => [
        metadata.name,
        JSON.parse(JSON.stringify(egress))[0].ports[0].port,
      ],
    );
    expect(policies).toEqual([
      ["nextcloud-cron-to-apps", 443],
      ["nextcloud-to-office", 9980],
    ]);
  });
});

describe("the Deployment", () => {
  const template = web(spec);

  test("installs and upgrades before anything with a probe starts", () => {
    expect(names(template.spec.initContainers)).toEqual(["install", "configure"]);
    const [install] = template.spec.initContainers ?? [];
    expect(install?.env).toContainEqual({ name: "NEXTCLOUD_UPDATE", value: "1" });
    for (const container of template.spec.initContainers ?? [])
      expect(container).not.toHaveProperty("livenessProbe");
  });

  test("puts apps in place between the new code and the upgrade of the database", () => {
    const install = template.spec.initContainers?.[0];
    expect(install?.volumeMounts).toContainEqual({
      name: "hooks",
      mountPath: "/docker-entrypoint-hooks.d/pre-upgrade",
      readOnly: true,
    });
    const hooks = template.spec.volumes.find(({ name }) => name === "hooks");
    // The entry point skips a hook that is not executable, or does not end in .sh.
    expect(hooks?.configMap?.items).toEqual([{ key: "place-apps.sh", path: "place-apps.sh", mode: 0o755 }]);
  });

  test("mounts nothing in config/, which the installer refuses unless it is empty", () => {
    const mounts = (template.spec.initContainers ?? []).flatMap(({ volumeMounts }) =>
      volumeMounts.map(({ mountPath }) => mountPath),
    );
    expect(mounts).not.toContainEqual(expect.stringMatching(/^\/var\/www\/html\/./));
  });

  test("asks for the page with a trusted Host when it looks whether the service is ready", () => {
    const nginx = template.spec.containers.find(({ name }) => name === "nginx");
    expect(nginx?.readinessProbe?.httpGet).toEqual({
      path: "/status.php",
      port: "http",
      httpHeaders: [{ name: "Host", value: "cloud.bron.test" }],
    });
  });

  test("starts again when its configuration changes, and only then", () => {
    const annotation = (changed: Partial<NextcloudSpec>) =>
      web({ ...spec, ...changed }).metadata.annotations["commune.cloud/config"];
    expect(annotation({ settings: { loglevel: 1 } })).not.toBe(annotation({}));
    expect(annotation({ quotaPerUser: "1 MB" })).not.toBe(annotation({}));
    expect(annotation({ apps: ["calendar"] })).not.toBe(annotation({}));
    expect(annotation({ storageGiB: 200 })).toBe(annotation({}));
  });
});

describe("every container", () => {
  const containers = [web, cron, before].flatMap((template) => containersOf(template(connected)));
  const variables = containers.flatMap(({ env = [] }) => env.map(({ name }) => name));

  test("sets only variables that something reads", () => {
    const known = upstream("nextcloud-image.env.txt");
    const keys = upstream("nextcloud-31.0.6.config-keys.txt").map((key) => `NC_${key}`);
    const unknown = variables.filter((name) => !known.includes(name) && !keys.includes(name));
    expect([...new Set(unknown)].sort()).toEqual([
      // A key of no sample: lib/private/Setup/AbstractDatabase.php of nextcloud/server.
      "NC_setup_create_db_user",
      // Of libpq, below PHP: https://www.postgresql.org/docs/17/libpq-envars.html
      "PGSSLMODE",
      // Of fontconfig, below PHP's image functions: where it may keep its cache.
      "XDG_CACHE_HOME",
    ]);
  });

  test("asks a database outside to prove who it is, by the system's authorities and the site's", () => {
    const outside = (authority: string | undefined): NextcloudSpec => ({
      ...spec,
      database: { host: "pg.lyon.test", port: 5432, database: "nextcloud", sslMode: "verify-full" },
      peers: { ...spec.peers, authority },
    });
    const of = (outsider: NextcloudSpec) =>
      [web, cron, before].flatMap((template) =>
        containersOf(template(outsider))
          .filter(({ name }) => name !== "nginx")
          .map(({ env = [] }) =>
            env
              .filter(({ name }) => /^(PGSSL|SSL_)/.test(name))
              .map(({ name, value }) => `${name}=${value}`)
              .join(" "),
          ),
      );
    expect(new Set(of(outside(undefined)))).toEqual(new Set(["PGSSLMODE=verify-full PGSSLROOTCERT=system"]));
    expect(new Set(of(outside("-----BEGIN")))).toEqual(
      new Set(["PGSSLMODE=verify-full PGSSLROOTCERT=system SSL_CERT_FILE=/etc/nextcloud/authority.pem"]),
    );
    expect(new Set(of(spec))).toEqual(new Set(["PGSSLMODE=disable"]));
  });

  test("has no secret in its environment or its arguments", () => {
    const passwords = variables.filter((name) => /PASSWORD|SECRET|KEY/.test(name));
    expect([...new Set(passwords)].sort()).toEqual([
      "NEXTCLOUD_ADMIN_PASSWORD_FILE",
      "POSTGRES_PASSWORD_FILE",
    ]);
    const words = containers.flatMap(({ command = [], args = [] }) => [...command, ...args]);
    expect(words.filter((word) => /password|secret/i.test(word))).toEqual([]);
  });
});

describe("the Job before a change", () => {
  test("is another one for another version or other apps, and the same one otherwise", () => {
    const name = (changed: Partial<NextcloudSpec>) => nextcloudBefore({ ...spec, ...changed }).metadata.name;
    expect(name({ version: "34.0.2" })).not.toBe(name({}));
    expect(name({ apps: ["calendar"] })).not.toBe(name({}));
    expect(name({ settings: { loglevel: 1 }, quotaPerUser: "1 MB" })).toBe(name({}));
  });

  test("runs beside Nextcloud if it is there, and anywhere else otherwise", () => {
    expect(before(spec).spec.affinity.podAffinity).toHaveProperty(
      "preferredDuringSchedulingIgnoredDuringExecution",
    );
  });
});

test("background jobs run beside Nextcloud, since its volumes can be mounted by one node only", () => {
  expect(cron(spec).spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution?.[0]).toEqual({
    labelSelector: {
      matchLabels: { "app.kubernetes.io/component": "web", "app.kubernetes.io/instance": "bron-nextcloud" },
    },
    topologyKey: "kubernetes.io/hostname",
  });
});

describe("the scripts", () => {
  const scripts = Object.entries(nextcloudConfigMap(connected).data).filter(([name]) => name.endsWith(".sh"));

  test.each(scripts)("%s is one that a shell can read", (_, text) => {
    const { status, stderr } = spawnSync("sh", ["-n"], { input: text, encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test("leave nothing of this program's quoting in them", () => {
    for (const [, text] of scripts) expect(text).not.toMatch(/undefined|\[object|\\`|\$\{[a-zA-Z]+Folder/);
  });
});

describe("nginx", () => {
  const config = nextcloudProxy();

  /** What is said of a kind of body. */
  const place = (name: string) =>
    new RegExp(`location @${name} \\{\\n([\\s\\S]*?)\\n {4}\\}`).exec(config)?.[1] ?? "";

  test("gives a body to PHP as it arrives only where PHP sees who asks before it reads", () => {
    expect(config.match(/fastcgi_request_buffering/g)).toHaveLength(1);
    expect(place("stream")).toContain("fastcgi_request_buffering off;");
  });

  test("gives the places for bodies of untold length to accounts alone", () => {
    expect(place("untold")).toMatch(/^ +auth_request \/\.signed-in;\n +try_files \/dev\/null @gathered;$/);
    expect(place("gathered")).toMatch(/limit_conn untold 4;\n +limit_conn untold_of_one 2;/);
  });

  test("has room in /tmp for what it and PHP keep of the largest bodies", () => {
    const tmp = web(spec).spec.volumes.find(({ name }) => name === "tmp");
    expect(tmp).toEqual({ name: "tmp", emptyDir: { sizeLimit: "32Gi" } });
    expect(config).toMatch(/client_max_body_size 4g;/);
    expect(place("gathered")).toContain("client_max_body_size 1g;");
    expect(place("form")).toMatch(/client_max_body_size 512m;[\s\S]*limit_conn forms 8;/);
  });

  test("says what the setup checks want to hear, beside files too", () => {
    expect(config.match(/X-XSS-Protection "1; mode=block"/g)).toHaveLength(2);
  });

  test("has the headers of every front, and what Nextcloud's own checks ask for, on every kind of answer", () => {
    for (const header of ["Strict-Transport-Security", "X-Robots-Tag", "X-Frame-Options"]) {
      // Once for all, and once more in the location that has headers of its own.
      expect(config.split(`add_header ${header}`).length - 1, header).toBe(2);
    }
  });

  test("lets no visitor say where a request comes from", () => {
    expect(config).toContain('fastcgi_param HTTP_X_FORWARDED_FOR "";');
    expect(nextcloudConfig(spec).trusted_proxies).toEqual([]);
  });
});

describe("the size", () => {
  test.each([1, 50, 600, 2500, 50_000])("of %i users has room for every PHP worker", (users) => {
    const { phpWorkers, php } = nextcloudSize(users);
    expect(php.limitMiB).toBeGreaterThanOrEqual(phpWorkers * 64 + 128);
    expect(php.requestMiB).toBeLessThan(php.limitMiB);
  });

  test("never shrinks when users are added", () => {
    const sizes = [1, 10, 100, 1000, 10_000, 100_000].map(nextcloudSize);
    for (const key of ["phpWorkers", "cacheMiB", "databaseMiB", "dataGiB"] as const) {
      const values = sizes.map((size) => size[key]);
      expect(values).toEqual([...values].sort((a, b) => a - b));
    }
  });
});
