import { describe, expect, test } from "vitest";
import type { KubernetesObject } from "../../../components/foundation/manifest/object.ts";
import { ingressPresets } from "../../../components/foundation/site/ingress.ts";
import { volumeClaim } from "../../../components/foundation/volume/manifests.ts";
import { cacheLimitMiB } from "../../../components/platform/cache/sizing.ts";
import { guestsOfPoints } from "../../../components/recovery/points/plan.ts";
import {
  associationsConfigMap,
  associationsJob,
} from "../../../components/services/peertube/associations.ts";
import { peertubeHolders } from "../../../components/services/peertube/holders.ts";
import { peertubeNetworkPolicies } from "../../../components/services/peertube/network-policies.ts";
import { pluginsConfigMap, pluginsJob } from "../../../components/services/peertube/plugins.ts";
import { peertubeQuota } from "../../../components/services/peertube/sizing.ts";
import type { PeertubeSpec } from "../../../components/services/peertube/spec.ts";
import {
  transcodingConfigMap,
  transcodingCronJob,
} from "../../../components/services/peertube/transcode-again.ts";
import {
  upgradeScriptsFor,
  upgradeScriptsJob,
} from "../../../components/services/peertube/upgrade-scripts.ts";
import {
  peertubeConfigMap,
  peertubeDeployment,
  rtmpService,
} from "../../../components/services/peertube/web.ts";
import { judgeObjects, sentence } from "../../../policies/judge.ts";
import { rules } from "../../../policies/rules.ts";
import { outsideOf } from "./facts.ts";
import { livechat, relay, specOf, store } from "./peertube-spec.ts";

/** An object as the cluster would read it. */
const read = (object: unknown) => JSON.parse(JSON.stringify(object));
const podOf = (spec: PeertubeSpec) => read(peertubeDeployment(spec).spec).template;
const containerOf = (spec: PeertubeSpec, name: string) =>
  podOf(spec).spec.containers.find((each: { name: string }) => each.name === name);

const chorale = {
  ...{ service: "peertube", tenant: "chorale", user: "chorale", name: "Chorale", contact: "a@b.test" },
  isOpen: true,
};
const rich = specOf(
  { live: true, transcoding: "full", plugins: { "peertube-plugin-livechat": livechat } },
  { mail: relay, associations: [chorale] },
  store,
);

test.each([
  ["the default", specOf()],
  ["everything", rich],
])("no rule of the project is broken by %s", (_, spec) => {
  const objects: KubernetesObject[] = read(
    [
      peertubeDeployment(spec),
      peertubeConfigMap(spec),
      ...peertubeHolders(spec).volumes.map(volumeClaim),
      rtmpService(spec),
      upgradeScriptsJob(spec),
      pluginsConfigMap(spec),
      pluginsJob(spec),
      transcodingConfigMap(spec),
      transcodingCronJob(spec),
      associationsConfigMap(spec),
      associationsJob(spec),
      ...peertubeNetworkPolicies(spec, outsideOf(spec)),
    ].filter((object) => object !== undefined),
  );
  expect(judgeObjects(rules, objects).map(sentence)).toEqual([]);
});

describe("the server", () => {
  test("never runs twice: an old one ends before a new one starts", () => {
    const { replicas, strategy } = read(peertubeDeployment(specOf()).spec);
    expect({ replicas, strategy }).toEqual({ replicas: 1, strategy: { type: "Recreate" } });
  });

  test.each(["sober", "full"])(
    "has no room for a second one beside it, which would write what it writes: %s",
    (transcoding) => {
      for (const runners of ["none", "outside"])
        for (const live of [false, true])
          for (const expectedViewers of [20, 500, 20_000]) {
            const spec = specOf({ transcoding, runners, live, expectedViewers });
            const one = spec.size.web.limitMiB + spec.size.proxy.limitMiB;
            const most = peertubeQuota(spec).memoryMiB + guestsOfPoints({}).memoryMiB;
            const left = most - one - cacheLimitMiB(spec.size.cacheMiB);
            expect(left, JSON.stringify({ runners, live, expectedViewers })).toBeLessThan(one);
          }
    },
  );

  test("runs the image's own command, which makes it process 1, and is stopped by the signal it knows", () => {
    const server = containerOf(specOf(), "peertube");
    expect(server.command ?? server.args).toBe(undefined);
    const [, , script] = server.lifecycle.preStop.exec.command;
    expect(script).toMatch(/^sleep (\d+); kill -INT 1$/);
    const front = containerOf(specOf(), "nginx").lifecycle.preStop.exec.command;
    const [drain, wait] = [Number(front[1]), Number(/\d+/.exec(script)?.[0])];
    expect(wait).toBeGreaterThan(drain);
    expect(podOf(specOf()).spec.terminationGracePeriodSeconds).toBeGreaterThan(wait + 30);
  });

  test("is given its lost jobs back by a pod without its volume: a restore wakes every CronJob that has it", () => {
    const { suspend, jobTemplate } = read(transcodingCronJob(specOf()).spec);
    const { affinity, volumes } = jobTemplate.spec.template.spec;
    expect({ suspend, affinity }).toEqual({ suspend: true, affinity: undefined });
    expect(JSON.stringify(volumes)).not.toContain("peertube-data");
  });

  test("has hours for its migrations before a probe can kill it, and then only when it does not answer", () => {
    const { startupProbe, livenessProbe } = containerOf(specOf(), "peertube");
    expect(startupProbe.periodSeconds * startupProbe.failureThreshold).toBeGreaterThanOrEqual(7200);
    expect(livenessProbe.httpGet.path).toBe("/api/v1/ping");
    expect(livenessProbe.periodSeconds * livenessProbe.failureThreshold).toBeGreaterThanOrEqual(120);
  });

  test("is ready when its database answers, under its public name", () => {
    expect(containerOf(specOf(), "peertube").readinessProbe.httpGet).toMatchObject({
      path: "/api/v1/oauth-clients/local",
      httpHeaders: expect.arrayContaining([{ name: "Host", value: "video.bron.test" }]),
    });
  });

  test("starts only with its cache, whose password stays out of the probe", () => {
    const command: string[] = containerOf(specOf(), "peertube").startupProbe.exec.command;
    expect(command.join(" ")).toContain('"$PEERTUBE_REDIS_AUTH"');
    expect(command.join(" ")).toContain("/dev/tcp/peertube-cache/6379");
  });

  test("can write to its volume, to /config and to /tmp, and nowhere else", () => {
    const mounts: { mountPath: string; readOnly?: boolean }[] = containerOf(
      specOf(),
      "peertube",
    ).volumeMounts;
    expect(mounts.filter(({ readOnly }) => !readOnly).map(({ mountPath }) => mountPath)).toEqual([
      "/data",
      "/config",
      "/tmp",
    ]);
    expect(mounts.find(({ mountPath }) => mountPath === "/config/production.yaml")?.readOnly).toBe(true);
  });

  test("has no secret in its environment but by reference", () => {
    const env: { name: string; value?: string }[] = containerOf(rich, "peertube").env;
    const secrets = env.filter(({ name }) => /PASSWORD|SECRET|AUTH|KEY/.test(name));
    expect(secrets).toHaveLength(7);
    expect(secrets.filter(({ value }) => value !== undefined)).toEqual([]);
  });

  test("lets nginx read the videos and not write them", () => {
    const mounts = containerOf(specOf(), "nginx").volumeMounts;
    expect(mounts).toContainEqual({ name: "data", mountPath: "/data", readOnly: true });
  });

  test("starts again when its configuration changes, and only then", () => {
    const annotation = (peertube: object) =>
      podOf(specOf(peertube)).metadata.annotations["commune.cloud/config"];
    expect(annotation({ p2p: true })).not.toBe(annotation({}));
    expect(annotation({ storage: "900 GiB" })).toBe(annotation({}));
  });

  test("opens the port of live streams only where there are some", () => {
    const ports = (spec: PeertubeSpec) =>
      containerOf(spec, "peertube").ports.map(
        ({ containerPort }: { containerPort: number }) => containerPort,
      );
    expect(ports(specOf())).toEqual([9000]);
    expect(ports(rich)).toEqual([9000, 1935]);
    expect(read(rtmpService(rich).spec).type).toBe(undefined);
  });
});

describe("the scripts of an upgrade", () => {
  test.each([
    ["8.0.2", []],
    ["8.2.4", ["peertube-8.1"]],
    ["8.3.0-rc.1", ["peertube-8.1", "peertube-8.3"]],
    ["8.10.0", ["peertube-8.1", "peertube-8.3"]],
  ])("of %s are %j", (version, expected) => expect(upgradeScriptsFor(version)).toEqual(expected));

  test("are no Job for a version that needs none", () =>
    expect(upgradeScriptsJob(specOf({ version: "8.0.2" }))).toBe(undefined));

  test("run in the same image, on the same volume and node, with the same configuration", () => {
    const job = read(upgradeScriptsJob(specOf())).spec.template.spec;
    const [script] = job.containers;
    const server = containerOf(specOf(), "peertube");
    expect(script.image).toBe(server.image);
    expect(script.volumeMounts).toEqual(server.volumeMounts);
    expect(job.volumes).toEqual(podOf(specOf()).spec.volumes);
    expect(
      job.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector.matchLabels,
    ).toEqual({ "app.kubernetes.io/instance": "bron-peertube", "app.kubernetes.io/component": "web" });
  });

  test("know the site's authority when the database outside has to prove who it is", () => {
    const variables = (sslMode: "disable" | "verify-full") => {
      const job = upgradeScriptsJob(
        specOf(
          {},
          {
            database: { host: "sql.bron.test", port: 5432, database: "peertube", sslMode },
            peers: {
              privatePeers: [],
              privateEndpoints: [],
              clusterRanges: [],
              authority: "-----BEGIN",
              ingress: ingressPresets.traefik.source,
            },
          },
        ),
      );
      const { env, volumeMounts } = read(job).spec.template.spec.containers[0];
      return [
        env.some(({ name }: { name: string }) => name === "NODE_EXTRA_CA_CERTS"),
        volumeMounts.some(
          ({ mountPath }: { mountPath: string }) => mountPath === "/etc/commune/authority.pem",
        ),
      ];
    };
    expect(variables("verify-full")).toEqual([true, true]);
    expect(variables("disable")).toEqual([false, false]);
  });

  test("are another Job for another version, and the same one for another configuration", () => {
    const name = (peertube: object) => upgradeScriptsJob(specOf(peertube))?.metadata.name;
    expect(name({ version: "8.3.1" })).not.toBe(name({ version: "8.2.4" }));
    expect(name({ p2p: true })).toBe(name({}));
    expect(name({})).toMatch(/^peertube-scripts-[0-9a-f]{8}$/);
  });
});

describe("the network", () => {
  const names = (spec: PeertubeSpec) =>
    peertubeNetworkPolicies(spec, outsideOf(spec))
      .map(({ metadata }) => metadata.name)
      .sort();

  test("is open to peers alone by default, and inside to what a restore tells it", () =>
    expect(names(specOf())).toEqual([
      "peertube-transcoding-to-peertube-web",
      "peertube-web-from-peertube-transcoding",
      "peertube-web-to-peers",
    ]));

  test("is open to a relay, a store, plugins, channels of associations and live streams where they are declared", () => {
    expect(names(rich)).toEqual([
      "peertube-associations-to-peertube-web",
      "peertube-plugins-to-peertube-web",
      "peertube-plugins-to-plugins",
      "peertube-transcoding-to-peertube-web",
      "peertube-web-from-peertube-associations",
      "peertube-web-from-peertube-plugins",
      "peertube-web-from-peertube-transcoding",
      "peertube-web-rtmp-from-ingress",
      "peertube-web-to-mail",
      "peertube-web-to-media",
      "peertube-web-to-peers",
    ]);
  });

  test("reaches the store on its own port", () => {
    const media = (endpoint: string) => {
      const spec = specOf({}, {}, { ...store, endpoint });
      const policy = peertubeNetworkPolicies(spec, outsideOf(spec)).find(({ metadata }) =>
        metadata.name.endsWith("-to-media"),
      );
      return read(policy).spec.egress[0].ports[0].port;
    };
    expect(media("https://s3.bron.test:3900")).toBe(3900);
    expect(media("https://s3.bron.test")).toBe(443);
    expect(media("http://s3.bron.test")).toBe(80);
  });
});

describe("plugins", () => {
  test("are left alone when none are named, and removed by an empty list", () => {
    expect(pluginsJob(specOf())).toBe(undefined);
    expect(pluginsJob(specOf({ plugins: {} }))).toBeDefined();
  });

  test("are a new Job when the list, the version or the password changes", () => {
    const name = (peertube: object, more = {}) => pluginsJob(specOf(peertube, more))?.metadata.name;
    const plugins = { "peertube-plugin-livechat": livechat };
    const first = name({ plugins });
    const other = { "peertube-plugin-livechat": { ...livechat, version: "14.0.5" } };
    expect(name({ plugins: other })).not.toBe(first);
    expect(name({ plugins, pluginMirror: "https://miroir.bron.test/npm" })).not.toBe(first);
    expect(name({ plugins, version: "8.2.4" })).not.toBe(first);
    expect(name({ plugins }, { secretLabels: ["peertube/root-password/v2"] })).not.toBe(first);
    expect(name({ plugins, p2p: true })).toBe(first);
  });
});

describe("channels of associations", () => {
  const made = (associations: PeertubeSpec["associations"], more = {}) =>
    associationsJob(specOf({}, { associations, ...more }))?.metadata.name;

  test("need no Job where there are none", () => expect(made([])).toBe(undefined));

  test("are a new Job when one is closed, and when the password or the version is another", () => {
    const first = made([chorale]);
    expect(made([{ ...chorale, isOpen: false }])).not.toBe(first);
    expect(made([chorale], { secretLabels: ["peertube/root-password/v2"] })).not.toBe(first);
    expect(made([chorale], { version: "8.2.4" })).not.toBe(first);
    expect(made([chorale])).toBe(first);
  });
});
