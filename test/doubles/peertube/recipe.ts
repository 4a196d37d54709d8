import type { Recipe } from "../../../local/images/recipe.ts";
import { sources } from "../sources.ts";
import { defaultsOf } from "./defaults.ts";

/** The scripts that an administrator runs by hand after an upgrade; each version keeps those of the earlier ones. */
function scriptsOf(version: string): string[] {
  const minor = Number(version.split(".")[1]);
  return ["peertube-8.1", ...(minor >= 3 ? ["peertube-8.3"] : [])];
}

/**
 * The PeerTube double of one upstream version. Upstream's Dockerfile (support/docker/production) gives the
 * account, the paths, the ports and the entry point; the server and the migration script are this project's.
 */
function peertube(version: string): Recipe {
  const manifest = { name: "peertube-double", version, type: "module", private: true };
  return {
    names: [`docker.io/chocobozzz/peertube:v${version}-trixie`],
    double: true,
    sources,
    layer: {
      packages: ["nodejs"],
      accounts: [{ name: "peertube", uid: 999, gid: 999, home: "/home/peertube" }],
    },
    files: [
      { path: "/usr/local/bin/entrypoint.sh", source: "peertube/entrypoint.sh", mode: 0o755 },
      { path: "/app/package.json", content: `${JSON.stringify(manifest)}\n` },
      { path: "/app/dist/server.js", bundle: "peertube/server/main.ts" },
      ...scriptsOf(version).map((name) => ({
        path: `/app/dist/scripts/migrations/${name}.js`,
        bundle: "peertube/scripts/migration.ts",
      })),
      { path: "/app/dist/scripts/reset-password.js", bundle: "peertube/scripts/reset-password.ts" },
      { path: "/app/config/default.yaml", content: defaultsOf(version) },
      ...["production", "custom-environment-variables"].map((name) => ({
        path: `/app/support/docker/production/config/${name}.yaml`,
        source: `peertube/config/${name}.yaml`,
      })),
      ...["/data/", "/config/", "/home/peertube/"].map((path) => ({ path, uid: 999, gid: 999 })),
    ],
    config: {
      Env: [
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "NODE_ENV=production",
        "NODE_CONFIG_DIR=/app/config:/app/support/docker/production/config:/config",
        "PEERTUBE_LOCAL_CONFIG=/config",
      ],
      Entrypoint: ["/usr/local/bin/entrypoint.sh"],
      Cmd: ["node", "dist/server.js"],
      WorkingDir: "/app",
      ExposedPorts: ["9000/tcp", "1935/tcp"],
      Volumes: ["/data", "/config"],
    },
  };
}

/** The version of today, and the next one: it has a migration at boot and one to run by hand. */
export const peertubeRecipes: Recipe[] = ["8.2.4", "8.3.1"].map(peertube);
