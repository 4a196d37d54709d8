import { type Recipe, sources } from "../recipe.ts";

/**
 * The recipe of Radicale: Debian's package, with what callers of the official image use: its own Python at /app/bin/python,
 * user 1000, and a volume at /var/lib/radicale. The official image stands on Alpine.
 * Source: https://github.com/Kozea/Radicale/blob/v3.5.3/Dockerfile
 */
export function radicale(systemPath: string): Recipe {
  return {
    names: ["ghcr.io/kozea/radicale:3.5.3"],
    double: false,
    sources,
    layer: {
      packages: ["python3-radicale"],
      accounts: [{ name: "radicale", uid: 1000, gid: 1000, home: "/var/lib/radicale" }],
      after: [
        "install -d -o radicale -g radicale /var/lib/radicale",
        "install -d /app/bin && ln -s /usr/bin/python3 /app/bin/python",
      ],
    },
    files: [],
    config: {
      User: "radicale",
      Env: [`PATH=${systemPath}`],
      Entrypoint: ["/app/bin/python", "-m", "radicale"],
      Cmd: ["--hosts", "0.0.0.0:5232,[::]:5232"],
      WorkingDir: "/app",
      ExposedPorts: ["5232/tcp"],
      Volumes: ["/var/lib/radicale"],
    },
  };
}
