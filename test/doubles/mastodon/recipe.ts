import type { ImageConfig, PackageLayer, Recipe, RecipeFile } from "../../../local/images/recipe.ts";
import { sources } from "../sources.ts";

/** The releases that have a double, oldest first: the one before the last, and the last. */
const versions = ["4.5.9", "4.6.5"];

const uid = 991;
const gid = 991;
const home = "/opt/mastodon";

/** One layer for both images and all versions. */
const layer: PackageLayer = {
  packages: ["nodejs", "ruby", "ruby-pg", "tini", "curl"],
  accounts: [{ name: "mastodon", uid, gid, home }],
};

/**
 * A launcher of the bundle. Ruby's OpenSSL takes its authorities from SSL_CERT_FILE; Node takes additional
 * ones from NODE_EXTRA_CA_CERTS.
 */
function launcher(path: string): RecipeFile {
  const name = path.replace(/.*\//, "");
  const content = [
    "#!/bin/sh",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own variables
    'export NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-${SSL_CERT_FILE:-}}"',
    `exec node ${home}/double/main.mjs ${name} "$@"`,
    "",
  ].join("\n");
  return { path, content, mode: 0o755 };
}

function config(image: ImageConfig): ImageConfig {
  return { User: "mastodon", WorkingDir: home, Entrypoint: ["/usr/bin/tini", "--"], ...image };
}

const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const shared = ["TZ=Etc/UTC", "NODE_ENV=production", "BIND=0.0.0.0", "DEBIAN_FRONTEND=noninteractive"];

/** Web server, workers and commands. Source of paths and environment: Dockerfile of Mastodon v4.6.5. */
function mastodon(version: string): Recipe {
  return {
    names: [`ghcr.io/mastodon/mastodon:v${version}`],
    double: true,
    sources,
    layer,
    files: [
      { path: `${home}/double/main.mjs`, bundle: "mastodon/main.ts" },
      { path: `${home}/double/version`, content: `${version}\n` },
      { path: `${home}/double/ruby`, source: "mastodon/ruby" },
      ...["rails", "rake", "tootctl"].map((name) => launcher(`${home}/bin/${name}`)),
      launcher("/usr/local/bin/bundle"),
      { path: `${home}/public/system/`, uid, gid },
      { path: `${home}/tmp/`, uid, gid },
    ],
    config: config({
      Env: [
        `PATH=${systemPath}:/opt/ruby/bin:${home}/bin`,
        ...shared,
        "RAILS_ENV=production",
        "RAILS_SERVE_STATIC_FILES=true",
        "RUBY_YJIT_ENABLE=1",
        "MASTODON_SIDEKIQ_READY_FILENAME=sidekiq_process_has_started_and_will_begin_processing_jobs",
      ],
      ExposedPorts: ["3000/tcp"],
    }),
  };
}

/** The streaming server. Source of paths and environment: streaming/Dockerfile of Mastodon v4.6.5. */
function streaming(version: string): Recipe {
  return {
    names: [`ghcr.io/mastodon/mastodon-streaming:v${version}`],
    double: true,
    sources,
    layer,
    files: [
      { path: `${home}/double/streaming.mjs`, bundle: "mastodon/streaming/main.ts" },
      { path: `${home}/double/version`, content: `${version}\n` },
      { path: `${home}/streaming/package.json`, content: '{ "type": "module" }\n' },
      { path: `${home}/streaming/index.js`, content: 'import "../double/streaming.mjs";\n' },
    ],
    config: {
      ...config({
        Env: [`PATH=${systemPath}`, ...shared, "PORT=4000"],
        Cmd: ["node", "./streaming/index.js"],
        ExposedPorts: ["4000/tcp"],
      }),
      // Upstream's has none, and Node ends at SIGTERM by itself.
      Entrypoint: [],
    },
  };
}

/** The images that stand for Mastodon's two, in the release before the last and the last. */
export const mastodonRecipes: Recipe[] = versions.flatMap((version) => [
  mastodon(version),
  streaming(version),
]);
