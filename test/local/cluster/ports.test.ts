import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeJson } from "../../../local/cluster/files.ts";
import { layoutOf } from "../../../local/cluster/layout.ts";
import {
  busyPorts,
  choosePorts,
  isFree,
  parsePort,
  portsFromEnvironment,
  storedPorts,
} from "../../../local/cluster/ports.ts";

let state: string;
let servers: Server[] = [];

/** Listens on a port that the system picks, and says which. */
async function busyPort(): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no address");
  return address.port;
}

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "ports-"));
});

afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
  rmSync(state, { recursive: true, force: true });
});

describe("ports", () => {
  it("are free ones for a second cluster, the same ones again later, and never another cluster's", async () => {
    const [one, two] = [layoutOf("one", state), layoutOf("two", state)];
    const first = await choosePorts(one, {});
    expect(await choosePorts(one, {})).toEqual(first);
    expect(storedPorts(one)).toEqual(first);
    const second = await choosePorts(two, {});
    expect(Object.values(second).filter((port) => Object.values(first).includes(port))).toEqual([]);
    expect(first.api).toBeGreaterThan(6443);
  });

  it("are those asked for, and stay", async () => {
    const one = layoutOf("one", state);
    const first = await choosePorts(one, {});
    expect(await choosePorts(one, { https: 19443 })).toEqual({ ...first, https: 19443 });
    expect(await choosePorts(one, {})).toEqual({ ...first, https: 19443 });
  });

  it("that are asked for and taken by another program are refused, in a sentence", async () => {
    const taken = await busyPort();
    expect(await isFree(taken)).toBe(false);
    await expect(choosePorts(layoutOf("one", state), { https: taken })).rejects.toThrow(
      `port ${taken} (https) on 127.0.0.1 is used by another program: stop it, or choose another port with --https-port or COMMUNE_HTTPS_PORT.`,
    );
    expect(storedPorts(layoutOf("one", state))).toBeUndefined();
  });

  it("that nobody asked for give way to other programs", async () => {
    const taken = await busyPort();
    const layout = layoutOf("commune", state);
    writeJson(layout.ports, { api: taken, https: 19443, http: 19080 });
    const chosen = await choosePorts(layout, {});
    expect(chosen.api).toBeGreaterThan(taken);
    expect(chosen).toMatchObject({ https: 19443, http: 19080 });
    expect(storedPorts(layout)).toEqual(chosen);
  });

  it("must differ", async () => {
    const taken = await busyPort();
    expect(await busyPorts({ api: 19443, https: 19443, http: taken })).toEqual([
      "port 19443 is given twice; api, https and http need different ports.",
      expect.stringContaining(`port ${taken} (http)`),
    ]);
  });

  it("come from the environment, checked", () => {
    expect(portsFromEnvironment({ COMMUNE_API_PORT: "7000", COMMUNE_HTTP_PORT: "" })).toEqual({ api: 7000 });
    expect(() => portsFromEnvironment({ COMMUNE_API_PORT: "many" })).toThrow(
      /COMMUNE_API_PORT: "many" is not a port/,
    );
    for (const text of ["0", "65536", "-1", "1.5", "80a"])
      expect(() => parsePort(text, "x")).toThrow(/1 to 65535/);
  });
});
