import { describe, expect, test } from "vitest";
import { images } from "../../../components/foundation/image/catalogue.ts";
import { labelsOf, metadataOf, type Workload } from "../../../components/foundation/manifest/labels.ts";
import {
  type ConnectedPods,
  givingUp,
  lostServerConfigMap,
} from "../../../components/platform/lost-server/pods.ts";
import { poolerConfigMap } from "../../../components/platform/pooler/manifests.ts";
import { poolerSize } from "../../../components/platform/pooler/sizing.ts";
import { connectedPods } from "../../../components/services/connected.ts";

const workload = (component: string): Workload => ({
  ...{ commune: "bron", service: "mastodon", component, software: "mastodon", data: "none" },
});
const connection = { host: "database-rw.bron-database.svc", port: 5432, database: "mastodon" } as const;
const pods: ConnectedPods = {
  workload: workload("web"),
  components: ["web", "sidekiq"],
  isPooled: false,
};
const file = lostServerConfigMap(pods).data["pg_service.conf"];

/** Lines `name=value` of a text, by name. */
const settings = (text = "") =>
  Object.fromEntries(
    [...text.matchAll(/^(\w+) ?= ?(\w+)$/gm)].map(([, name, value]) => [name, Number(value)]),
  );

describe("the file", () => {
  test("tells libpq the figures in the units of each of its parameters", () => {
    expect(settings(file)).toEqual({
      connect_timeout: 5,
      keepalives_idle: 10,
      keepalives_interval: 5,
      keepalives_count: 3,
      tcp_user_timeout: 20_000,
    });
  });

  test("asks for a server that takes writes, but not of a pooler, which answers as the server did that it met first", () => {
    const pooled = lostServerConfigMap({ ...pods, isPooled: true }).data["pg_service.conf"];
    expect(file).toContain("\ntarget_session_attrs=read-write\n");
    expect(pooled).toContain("\ntarget_session_attrs=any\n");
  });

  test("has the figures that PgBouncer has", () => {
    const size = poolerSize(177, 2);
    const pooler = poolerConfigMap({
      ...{ commune: "bron", service: "mastodon", size, database: { ...connection, sslMode: "disable" } },
      ...{ passwordLabel: "", authority: undefined },
    });
    const libpq = settings(file);
    expect(settings(pooler.data["pgbouncer.ini"])).toMatchObject({
      server_connect_timeout: libpq.connect_timeout,
      tcp_keepidle: libpq.keepalives_idle,
      tcp_keepintvl: libpq.keepalives_interval,
      tcp_keepcnt: libpq.keepalives_count,
      tcp_user_timeout: libpq.tcp_user_timeout,
    });
  });
});

/** An object with pods of one container beside nginx. */
function object(kind: string, component: string): Parameters<typeof givingUp>[0] {
  const own = { name: "own", image: "own", env: [{ name: "A", value: "a" }] };
  const template = {
    metadata: { labels: labelsOf(workload(component)) },
    spec: {
      initContainers: [{ name: "first", image: "own" }],
      containers: [own, { name: "nginx", image: images.nginx.reference }],
    },
  };
  const metadata = metadataOf(workload(component), component);
  return kind === "CronJob"
    ? { kind, metadata, spec: { jobTemplate: { spec: { template } } } }
    : { kind, metadata, spec: { template } };
}

describe("pods", () => {
  test.each(["Deployment", "StatefulSet", "CronJob"])("of a %s have them, but for nginx", (kind) => {
    const changed = JSON.stringify(givingUp(object(kind, "web"), pods));
    const env = '{"name":"PGSERVICEFILE","value":"/etc/lost-server/pg_service.conf"}';
    const own = `"env":[${env},{"name":"PGSERVICE","value":"lost-server"}`;
    expect(changed).toContain(`{"name":"first","image":"own",${own}]`);
    expect(changed).toContain(`{"name":"own","image":"own",${own},{"name":"A","value":"a"}]`);
    expect(changed).toContain(`{"name":"nginx","image":"${images.nginx.reference}"}`);
    expect(changed).toContain('"configMap":{"name":"mastodon-lost-server"}');
  });

  test.each([
    ["a Job, which would run again", object("Job", "web")],
    ["a component that is no client", object("Deployment", "pooler")],
    ["a program on Node", object("Deployment", "streaming")],
    ["a Service", { kind: "Service", metadata: metadataOf(workload("web"), "a"), spec: {} }],
    [
      "another service",
      { ...object("Deployment", "web"), metadata: metadataOf({ ...workload("web"), service: "lists" }, "a") },
    ],
  ])("of %s stay as they are", (_, unchanged) => expect(givingUp(unchanged, pods)).toBe(unchanged));
});

test("a service has them if it, or its database server, tolerates the loss of a node", () => {
  const client = { database: "a", workloads: [workload("web")], extensions: [] } as const;
  const asking = { ...client, libpq: pods.components };
  const server = { isSpread: false };
  const tolerant = { commune: "node-loss", services: { lists: "single" } } as const;
  expect(connectedPods("mastodon", asking, server)).toBeUndefined();
  expect(connectedPods("lists", asking, server, tolerant)).toBeUndefined();
  expect(connectedPods("mastodon", client, server, tolerant)).toBeUndefined();
  expect(connectedPods("mastodon", asking, server, tolerant)).toMatchObject({ components: pods.components });
  expect(connectedPods("mastodon", asking, { ...server, isSpread: true })).toBeDefined();
});
