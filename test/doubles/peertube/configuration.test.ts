import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import yaml from "js-yaml";
import { describe, expect, it } from "vitest";
import { defaultsOf } from "./defaults.ts";
import { mappingOf, type Sources } from "./server/configuration/chain.ts";
import { configurationFrom } from "./server/configuration/configuration.ts";
import { customConfig, customFile } from "./server/configuration/custom.ts";
import { mappedNames } from "./server/configuration/environment.ts";
import { databaseName, publicAddress } from "./server/configuration/settings.ts";
import { milliseconds } from "./server/configuration/units.ts";
import { at, leaves, merged, nested, type Values } from "./server/configuration/values.ts";

const image = fileURLToPath(new URL("./config", import.meta.url));
const upstream = (name: string) =>
  readFileSync(new URL(`../../upstream/${name}`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));

/** The image's own files, with some in /config. */
function sources(files: Record<string, string>, environment: Record<string, string> = {}): Sources {
  return {
    folders: ["/app/config", "/config"],
    environment: {
      NODE_ENV: "production",
      PEERTUBE_SECRET: "s",
      PEERTUBE_WEBSERVER_HOSTNAME: "videos.town.test",
      ...environment,
    },
    list: (folder) => (folder === "/app/config" ? readdirSync(image) : Object.keys(files)),
    read: (path) =>
      path.startsWith("/app/config")
        ? readFileSync(path.replace("/app/config", image), "utf8")
        : (files[path.slice(8)] ?? ""),
  };
}

const from = (files: Record<string, string>, environment?: Record<string, string>) =>
  configurationFrom(sources(files, environment));

describe("the double's lists of names", () => {
  it("has the keys of upstream's schema in its default.yaml, with their types", () => {
    const defaults = yaml.load(readFileSync(`${image}/default.yaml`, "utf8")) as Values;
    const typeOf = (value: unknown) => {
      if (value === null) return "null|string";
      if (Array.isArray(value)) return "array";
      return typeof value === "number" ? "integer" : typeof value;
    };
    const own = leaves(defaults).map(([path, value]) => `${path} ${typeOf(value)}`);
    const theirs = upstream("peertube-8.3.config-keys.txt").filter((line) => !line.includes("[]."));
    expect(theirs.filter((line) => !own.includes(line))).toEqual(["database.name string"]);
    expect(own.filter((line) => !theirs.includes(line))).toEqual([]);
  });

  it("has one list of keys for each version: what came later is refused by the one before", () => {
    const lockout = { "production.yaml": "rates_limit: { login_lockout: { enabled: true } }" };
    const started = (version: string) => () =>
      configurationFrom({
        ...sources(lockout),
        read: (path) => (path.endsWith("/default.yaml") ? defaultsOf(version) : sources(lockout).read(path)),
      });
    expect(started("8.3.1")).not.toThrow();
    expect(started("8.2.4")).toThrow("there is no configuration key rates_limit.login_lockout.enabled");
    expect(yaml.load(defaultsOf("8.3.1"))).toEqual(yaml.load(readFileSync(`${image}/default.yaml`, "utf8")));
  });

  it("maps the variables of upstream's image, each to its key and format", () => {
    const own = mappedNames(mappingOf(sources({}))).map(
      ({ name, path, format }) => `${name} ${path} ${format}`,
    );
    expect(own).toEqual(upstream("peertube-8.3.env.txt").filter((line) => !line.includes(" - ")));
  });
});

describe("the chain", () => {
  it("goes from default over production to what the web interface saved, and the environment wins", () => {
    const files = {
      "production.yaml": "instance: { name: production, terms: production }\nsignup: { limit: 7 }",
      "local-production.json": '{"instance":{"name":"saved"},"signup":{"limit":8}}',
    };
    const { values, settings } = from(files, { PEERTUBE_SIGNUP_LIMIT: "9" });
    expect(settings.instance).toMatchObject({ name: "saved", terms: "production" });
    expect(at(values, "signup.limit")).toBe(9);
    expect(at(values, "signup.minimum_age")).toBe(16);
  });

  it("replaces lists, and reads JSON where the mapping says so", () => {
    const { values } = from(
      { "production.yaml": "trust_proxy: [a]" },
      { PEERTUBE_TRUST_PROXY: '["10.0.0.0/8"]' },
    );
    expect(at(values, "trust_proxy")).toEqual(["10.0.0.0/8"]);
    expect(() => from({}, { PEERTUBE_DB_PORT: "five" })).toThrow(/__format parser error in PEERTUBE_DB_PORT/);
  });

  it("takes an empty variable for none", () => {
    expect(from({}, { PEERTUBE_DB_HOSTNAME: "" }).settings.database.hostname).toBe("postgres");
  });

  it("names the database by its name, or by a suffix", () => {
    expect(databaseName(from({}).settings)).toBe("peertube");
    expect(databaseName(from({}, { PEERTUBE_DB_SUFFIX: "_x" }).settings)).toBe("peertube_x");
    expect(databaseName(from({}, { PEERTUBE_DB_NAME: "films", PEERTUBE_DB_SUFFIX: "_x" }).settings)).toBe(
      "films",
    );
  });

  it("leaves the scheme's own port out of the public address", () => {
    expect(publicAddress(from({}).settings).url).toBe("https://videos.town.test");
    expect(publicAddress(from({}, { PEERTUBE_WEBSERVER_PORT: "9443" }).settings).url).toBe(
      "https://videos.town.test:9443",
    );
  });
});

describe("a configuration that is refused", () => {
  it.each([
    ["secrets.peertube is missing in config", {}, { PEERTUBE_SECRET: "" }],
    ["webserver.hostname is missing", {}, { PEERTUBE_WEBSERVER_HOSTNAME: "" }],
    ["there is no configuration key federation.prevent_ssrff", { federation: { prevent_ssrff: false } }, {}],
    ["there is no configuration key live", { live: null }, {}],
    ["PEERTUBE_FEDERATION_ENABLED sets no key", {}, { PEERTUBE_FEDERATION_ENABLED: "true" }],
    ["at least Web Video transcoding or HLS", { transcoding: { hls: { enabled: false } } }, {}],
    ["accept_from has an incorrect value", { remote_redundancy: { videos: { accept_from: "friends" } } }, {}],
    ["strategy instead of best", { redundancy: { videos: { strategies: [{ strategy: "best" }] } } }, {}],
    [
      ">= 10 hours for strategy trending",
      { redundancy: { videos: { strategies: [{ strategy: "trending", min_lifetime: "9 hours" }] } } },
      {},
    ],
    ["live replay|Live allow replay", { live: { enabled: true }, transcoding: { enabled: false } }, {}],
    [
      "different values when the same bucket",
      {
        object_storage: {
          enabled: true,
          web_videos: { prefix: "x/" },
          streaming_playlists: { prefix: "x/" },
        },
      },
      {},
    ],
    ["database.port", { database: { port: "5432" } }, {}],
  ])("%s", (message, values, environment) => {
    const run = () => from({ "production.yaml": yaml.dump(values) }, environment as Record<string, string>);
    expect(run).toThrow(new RegExp(message));
  });

  it("says where a wrong key stands", () => {
    expect(() => from({ "production.yaml": "instance: { nam: x }" })).toThrow(
      /^\/config\/production\.yaml: .*instance\.nam\b/,
    );
  });

  it("is none for what Kubernetes sets for a Service called peertube", () => {
    const links = { PEERTUBE_SERVICE_HOST: "10.96.0.7", PEERTUBE_PORT_9000_TCP: "tcp://10.96.0.7:9000" };
    expect(from({}, links).settings.webserver.hostname).toBe("videos.town.test");
  });
});

describe("what the administrator's page changes", () => {
  const { defaults, values } = from({});

  it("comes back as it went out, with keys that the chain knows", () => {
    const saved = customFile(defaults, customConfig(defaults, values));
    expect(customConfig(defaults, merged(values, saved))).toEqual(customConfig(defaults, values));
    expect(() => from({ "local-production.json": JSON.stringify(saved) })).not.toThrow();
  });

  it("is written in the configuration's spelling", () => {
    const body = merged(
      customConfig(defaults, values),
      nested("followings.instance.autoFollowIndex.indexUrl", "https://i.test"),
    );
    expect(at(customFile(defaults, body), "followings.instance.auto_follow_index.index_url")).toBe(
      "https://i.test",
    );
    expect(at(customConfig(defaults, values), "instance.isNSFW")).toBe(false);
  });

  it("is refused in part", () => {
    const { followers: _, ...part } = customConfig(defaults, values);
    expect(() => customFile(defaults, part)).toThrow(/followers\.instance\.enabled is missing/);
  });
});

it("durations are read as PeerTube writes them", () => {
  expect(milliseconds("10 seconds")).toBe(10_000);
  expect(milliseconds("1 day")).toBe(86_400_000);
  expect(milliseconds("4 weeks")).toBe(4 * 7 * 86_400_000);
  expect(milliseconds("soon")).toBeNaN();
});
