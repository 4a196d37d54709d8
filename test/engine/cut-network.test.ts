import { readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, expect, test } from "vitest";
import { register } from "../../components/foundation/manifest/register.ts";
import { Bench, changes, type Run, succeeded } from "../cluster/plugins/bench.ts";

const namespace = "plugins-cut-network";
const count = 60;
const name = (index: number) => `map-${index}`;

/** The way to the API server, which can be cut: what is open ends, and nothing new is let through. */
class Wire {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private port = 0;
  private readonly to: { host: string; port: number };

  constructor(to: { host: string; port: number }) {
    this.to = to;
  }

  /** Lets through, on the same port as before; returns it. */
  async open(): Promise<number> {
    const server = createServer((near) => {
      const far = connect(this.to);
      for (const socket of [near, far]) {
        this.sockets.add(socket);
        socket.on("error", () => undefined);
        socket.on("close", () => this.sockets.delete(socket));
      }
      near.pipe(far).pipe(near);
    });
    const listening = new Promise((resolve) => server.once("listening", resolve));
    server.listen(this.port, "127.0.0.1");
    await listening;
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
    return this.port;
  }

  cut(): void {
    this.server?.close();
    for (const socket of this.sockets) socket.destroy();
  }
}

let bench: Bench;
let run: Run;
let wire: Wire;
let kubeconfig: string;

/** Objects that are made one after the other, so that there is a middle. */
const program = async () => {
  const provider = new k8s.Provider("local", {
    kubeconfig,
    clusterIdentifier: "cut",
    enableConfigMapMutable: true,
    upsertExistingObjects: true,
  });
  const parent = new pulumi.ComponentResource("commune:test:Maps", "maps", {}, { providers: [provider] });
  const made: pulumi.Resource[] = [];
  for (let index = 0; index < count; index++) {
    const metadata = { name: name(index), namespace, labels: {} };
    made.push(
      register(
        name(index),
        { apiVersion: "v1", kind: "ConfigMap", metadata, data: { index: `${index}` } },
        { parent, provider, dependsOn: made.slice(-1) },
      ),
    );
  }
};

const there = async () =>
  (await bench.kubectl("get", "configmaps", "-o", "name"))
    .split("\n")
    .filter((each) => each.includes("/map-"));

beforeAll(async () => {
  bench = await Bench.open("cut-network");
  const text = readFileSync(bench.kubeconfig, "utf8");
  const [address = "", host = "", port = ""] = /https:\/\/([^:\s]+):(\d+)/.exec(text) ?? [];
  wire = new Wire({ host, port: Number(port) });
  kubeconfig = join(bench.folder, "kubeconfig");
  writeFileSync(kubeconfig, text.replace(address, `https://127.0.0.1:${await wire.open()}`));
  run = await bench.stack("cut-network");
});
afterAll(async () => {
  wire.cut();
  await bench.close();
});

test("a network that is cut in the middle ends the run; one up --refresh later everything is as declared", async () => {
  const cut = run.up(program);
  await expect
    .poll(async () => (await there()).length, { timeout: 120_000, interval: 50 })
    .toBeGreaterThan(3);
  wire.cut();
  expect((await cut).error).toBeDefined();
  expect((await there()).length).toBeLessThan(count);
  await wire.open();
  succeeded(await run.up(program, { refresh: true }));
  expect((await there()).length).toBe(count);
  expect(changes(succeeded(await run.up(program, { refresh: true })))).toEqual([]);
  succeeded(await run.destroy());
});
