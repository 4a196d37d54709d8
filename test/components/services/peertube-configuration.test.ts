import yaml from "js-yaml";
import { describe, expect, test } from "vitest";
import { ingressPresets } from "../../../components/foundation/site/ingress.ts";
import {
  configurationFile,
  peertubeConfiguration,
} from "../../../components/services/peertube/configuration.ts";
import {
  neededSecrets,
  scriptsEnvironment,
  serverEnvironment,
} from "../../../components/services/peertube/environment.ts";
import { keysIn } from "../../doubles/peertube/defaults.ts";
import { upstream } from "../../upstream/lines.ts";
import { relay, specOf, store } from "./peertube-spec.ts";

const columns = (file: string) => upstream(file).map((line) => line.split(" "));

const types = new Map(columns("peertube-8.3.config-keys.txt").map(([path = "", type = ""]) => [path, type]));
const variables = new Set(columns("peertube-8.3.env.txt").map(([name]) => name));

/** Keys whose true type is wider than the one of their default: test/upstream/README.md. */
const wider: Record<string, RegExp> = {
  "instance.languages": /^array$/,
  "instance.categories": /^array$/,
  "history.videos.max_age": /^string$/,
};

/** Every value with its path; a list is a value. */
function leaves(tree: object, start = ""): [path: string, value: unknown][] {
  return Object.entries(tree).flatMap(([name, value]): [string, unknown][] =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? leaves(value, `${start}${name}.`)
      : [[`${start}${name}`, value]],
  );
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (Number.isInteger(value)) return "integer";
  return typeof value;
}

function invented(tree: object): string[] {
  return leaves(tree).flatMap(([path, value]) => {
    const type = types.get(path);
    if (type === undefined) return [`${path} does not exist`];
    const written = typeOf(value);
    return type.split("|").includes(written) || wider[path]?.test(written)
      ? []
      : [`${path} is ${written} instead of ${type}`];
  });
}

const everything = {
  transcoding: "full",
  live: true,
  runners: "outside",
  signup: true,
  originals: true,
  p2p: true,
};
const external = { host: "sql.bron.test", port: 5432, database: "peertube", sslMode: "verify-full" as const };

describe("production.yaml", () => {
  test.each([
    ["the default", specOf()],
    ["everything on", specOf(everything, { mail: relay, database: external }, store)],
    ["a search index", specOf({}, { videoIndex: "https://recherche.bron.test" })],
    [
      "a site among private peers",
      specOf(
        {},
        {
          peers: {
            privatePeers: ["10.0.0.0/8"],
            privateEndpoints: [],
            clusterRanges: [],
            authority: undefined,
            ingress: ingressPresets.traefik.source,
          },
        },
      ),
    ],
  ])("has only names and types of upstream's: %s", (_, spec) => {
    expect(invented(peertubeConfiguration(spec))).toEqual([]);
  });

  test.each([
    ["8.2.4", false],
    ["8.3.1", true],
  ])("of %s has no name that came later", (version, isKnown) => {
    const names = leaves(peertubeConfiguration(specOf({ version }))).map(([path]) => path);
    const later = new Set(keysIn("new-keys-8.3.txt"));
    expect(names.filter((path) => later.has(path))).toEqual(
      isKnown ? ["rates_limit.login_lockout.enabled"] : [],
    );
  });

  test("would be caught with an invented name or another type", () => {
    expect(
      invented({ log: { levels: "warn" }, live: { enabled: "yes" }, user: { video_quota: 1.5 } }),
    ).toEqual([
      "log.levels does not exist",
      "live.enabled is string instead of boolean",
      "user.video_quota is number instead of integer",
    ]);
  });

  test("offers a search index beside its own search, which stays the first, and none when none is declared", () => {
    const search = (videoIndex?: string) => peertubeConfiguration(specOf({}, { videoIndex })).search;
    expect(search()).toMatchObject({ search_index: { enabled: false } });
    expect(search("https://recherche.bron.test")).toMatchObject({
      search_index: {
        ...{ enabled: true, url: "https://recherche.bron.test" },
        ...{ disable_local_search: false, is_default_search: false },
      },
    });
  });

  test("is YAML that reads back as what was meant", () => {
    const spec = specOf({ settings: { instance: { description: "L'été : « oui », à 100 %\n# fin" } } });
    expect(yaml.load(configurationFile(spec))).toEqual(peertubeConfiguration(spec));
  });

  test("carries no secret, and no place for one", () => {
    const paths = leaves(peertubeConfiguration(specOf(everything, { mail: relay }, store))).map(
      ([path]) => path,
    );
    expect(paths.filter((path) => /password|secret|auth|credentials/.test(path))).toEqual([]);
  });

  test("is edited by the declaration only", () =>
    expect(peertubeConfiguration(specOf())).toMatchObject({
      webadmin: { configuration: { edition: { allowed: false } } },
    }));

  test("lets declared settings win, key by key", () => {
    const settings = {
      transcoding: { resolutions: { "1080p": true } },
      instance: { languages: ["fr", "de"] },
    };
    const { transcoding, instance } = peertubeConfiguration(specOf({ settings }));
    expect(transcoding).toMatchObject({ resolutions: { "1080p": true, "720p": true, "2160p": false } });
    expect(instance).toMatchObject({ languages: ["fr", "de"], default_language: "fr" });
  });

  test("asks nobody for anything at run time", () => {
    const text = configurationFile(specOf());
    const hosts = [...text.matchAll(/(?:https?:\/\/|stun:)([a-z0-9.-]+)/g)].map(([, host]) => host);
    expect(hosts).toEqual(["video.bron.test"]);
    expect(peertubeConfiguration(specOf())).toMatchObject({
      peertube: { check_latest_version: { enabled: false } },
      plugins: { index: { enabled: false } },
      geo_ip: { enabled: false },
      video_transcription: { enabled: false },
      webrtc: { stun_servers: [] },
      tracker: { enabled: false },
      client: { open_in_app: { android: { intent: { enabled: false } }, ios: { enabled: false } } },
    });
  });

  test("never logs root's first password, which PeerTube prints at level info", () =>
    expect(peertubeConfiguration(specOf(everything))).toMatchObject({ log: { level: "warn" } }));
});

describe("what an upload becomes", () => {
  const enabled = (transcoding: string) => {
    const tree = peertubeConfiguration(specOf({ transcoding }));
    return leaves(tree)
      .filter(([path, value]) => path.startsWith("transcoding.resolutions.") && value === true)
      .map(([path]) => path.split(".").at(-1));
  };

  test("is two sizes when sober, four when full, in HLS alone", () => {
    expect(enabled("sober")).toEqual(["480p", "720p"]);
    expect(enabled("full")).toEqual(["240p", "480p", "720p", "1080p"]);
    expect(peertubeConfiguration(specOf())).toMatchObject({
      transcoding: { hls: { enabled: true }, web_videos: { enabled: false }, original_file: { keep: false } },
    });
  });

  test("waits for a runner only when the declaration has one", () => {
    const remote = (runners: string) =>
      leaves(peertubeConfiguration(specOf({ runners }))).find(
        ([path]) => path === "transcoding.remote_runners.enabled",
      );
    expect(remote("outside")?.[1]).toBe(true);
    expect(remote("none")?.[1]).toBe(false);
  });
});

describe("its neighbours", () => {
  test("a database that checks certificates is asked to prove who it is", () => {
    const database = (sslMode: "disable" | "require" | "verify-full") =>
      peertubeConfiguration(specOf({}, { database: { ...external, sslMode } })).database;
    expect(database("disable")).toMatchObject({ ssl: false });
    expect(database("require")).toMatchObject({ ssl: true, ssl_settings: { reject_unauthorized: false } });
    expect(database("verify-full")).toMatchObject({ ssl: true, ssl_settings: { reject_unauthorized: true } });
  });

  test("private addresses are refused unless peers are there", () => {
    const guard = (privatePeers: string[]) =>
      peertubeConfiguration(
        specOf(
          {},
          {
            peers: {
              privatePeers,
              privateEndpoints: [],
              clusterRanges: [],
              authority: undefined,
              ingress: ingressPresets.traefik.source,
            },
          },
        ),
      ).federation;
    expect(guard([])).toEqual({ prevent_ssrf: true });
    expect(guard(["10.20.0.0/16"])).toEqual({ prevent_ssrf: false });
  });

  test("without a relay there is no contact form, and no address is verified", () => {
    expect(peertubeConfiguration(specOf({ signup: true }))).toMatchObject({
      contact_form: { enabled: false },
      signup: { enabled: true, requires_email_verification: false },
    });
    expect(peertubeConfiguration(specOf())).not.toHaveProperty("smtp");
  });

  test.each([
    ["starttls", { tls: false, disable_starttls: false }],
    ["tls", { tls: true, disable_starttls: false }],
    ["none", { tls: false, disable_starttls: true }],
  ] as const)("a relay is reached with %s", (encryption, expected) => {
    const { smtp } = peertubeConfiguration(specOf({}, { mail: { ...relay, encryption } }));
    expect(smtp).toMatchObject({ hostname: "smtp.bron.test", username: "nuage", ...expected });
  });

  test("every kind of file has a prefix of its own in the bucket, and the public name", () => {
    const { object_storage: storage } = peertubeConfiguration(specOf({}, {}, store));
    expect(storage).toMatchObject({ enabled: true, force_path_style: true });
    const prefixes = leaves(Object(storage))
      .filter(([path]) => path.endsWith(".prefix"))
      .map(([, prefix]) => prefix);
    expect(prefixes).toHaveLength(5);
    expect(new Set(prefixes).size).toBe(5);
    expect(prefixes.every((prefix) => /^peertube\/[a-z-]+\/$/.test(String(prefix)))).toBe(true);
    const names = leaves(Object(storage))
      .filter(([path]) => path.endsWith(".base_url"))
      .map(([, url]) => url);
    expect(new Set(names)).toEqual(new Set(["https://media.bron.test"]));
  });
});

describe("the environment", () => {
  /** Not PeerTube's: where Node and npm write. */
  const ofTheSystem = ["HOME"];
  const spec = specOf(everything, { mail: relay }, store);
  const all = [...serverEnvironment(spec), ...scriptsEnvironment()];

  test("has only variables that upstream reads", () =>
    expect(
      all
        .map(({ name }) => String(name))
        .filter((name) => !variables.has(name) && !ofTheSystem.includes(name)),
    ).toEqual([]));

  test("takes every secret from the Secret", () => {
    const literal = all.filter(({ value }) => value !== undefined).map(({ name }) => name);
    expect(new Set(literal)).toEqual(new Set(["HOME", "PISCINA_DISABLE_ATOMICS"]));
  });

  test("asks only for the secrets that are there", () => {
    expect(neededSecrets(specOf())).toEqual([
      "secret",
      "database-password",
      "cache-password",
      "root-password",
    ]);
    expect(neededSecrets(spec)).toEqual([
      ...neededSecrets(specOf()),
      "mail-password",
      "media-access-key",
      "media-secret-key",
    ]);
    expect(neededSecrets(specOf({}, { mail: { ...relay, user: undefined } }))).toEqual(
      neededSecrets(specOf()),
    );
  });
});
