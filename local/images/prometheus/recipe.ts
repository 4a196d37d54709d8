import { type Recipe, sources } from "../recipe.ts";

/** User of the images of the Prometheus project. Source: prometheus/prometheus, Dockerfile. */
const User = "65534:65534";

/** Prometheus and Alertmanager, from the Go modules of their authors; the prober from Debian's package, whose module no proxy has. */
export function prometheusRecipes(systemPath: string): Recipe[] {
  const Env = [`PATH=${systemPath}`];
  return [
    {
      names: ["docker.io/prom/prometheus:v3.16.0"],
      double: false,
      sources,
      files: [
        {
          path: "/usr/bin/prometheus",
          go: {
            ...{ module: "github.com/prometheus/prometheus", version: "v0.316.0" },
            sum: "h1:f1GRFerhTMKQma+awCoC9T820ecWeGSdF+xAlMHzZzM=",
            goPackage: "./cmd/prometheus",
            // Clients of clouds, which find targets there, are most of what it is compiled of.
            tags: ["remove_all_sd"],
          },
          mode: 0o755,
        },
      ],
      config: { User, Env, Entrypoint: ["/bin/prometheus"], ExposedPorts: ["9090/tcp"] },
    },
    {
      names: ["docker.io/prom/alertmanager:v0.35.0"],
      double: false,
      sources,
      files: [
        {
          path: "/usr/bin/alertmanager",
          go: {
            ...{ module: "github.com/prometheus/alertmanager", version: "v0.35.0" },
            sum: "h1:nbXMjr+P2JaoFd7aHNDxKifEwTPN+TWxM0gNPonuH5w=",
            goPackage: "./cmd/alertmanager",
            // Its page is built by other tools, and not in the module: it has none here.
            made: ["ui/app/dist/index.html"],
          },
          mode: 0o755,
        },
      ],
      config: { User, Env, Entrypoint: ["/bin/alertmanager"], ExposedPorts: ["9093/tcp"] },
    },
    {
      names: ["docker.io/prom/blackbox-exporter:v0.26.0"],
      double: false,
      sources,
      layer: {
        packages: ["prometheus-blackbox-exporter"],
        after: ["ln -s prometheus-blackbox-exporter /usr/bin/blackbox_exporter"],
      },
      files: [],
      config: { User, Env, Entrypoint: ["/bin/blackbox_exporter"], ExposedPorts: ["9115/tcp"] },
    },
  ];
}
