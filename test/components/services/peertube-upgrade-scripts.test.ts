import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { upgradeScriptsJob } from "../../../components/services/peertube/upgrade-scripts.ts";
import { specOf } from "./peertube-spec.ts";

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  const listening = new Promise((resolve) => server.once("listening", resolve));
  server.listen(0, "127.0.0.1");
  await listening;
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("the scripts of an upgrade wait for a database that does not answer yet", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scripts-"));
  const database = createServer();
  try {
    const port = await freePort();
    // A script that needs its database, as they all do.
    const script = `#!/bin/bash\nexec 3<>"/dev/tcp/127.0.0.1/${port}"\n`;
    writeFileSync(join(folder, "node"), script, { mode: 0o755 });
    setTimeout(() => database.listen(port, "127.0.0.1"), 500);
    const [container] = JSON.parse(JSON.stringify(upgradeScriptsJob(specOf()))).spec.template.spec.containers;
    const [program = "", ...args] = [...container.command, ...container.args] as string[];
    const { stdout } = await execa(program, args, {
      env: {
        PATH: `${folder}:${process.env.PATH}`,
        SCRIPTS: "peertube-8.1",
        MARKS: join(folder, "marks"),
        DATABASE_HOST: "127.0.0.1",
        DATABASE_PORT: `${port}`,
      },
    });
    expect(stdout).toContain("peertube-8.1 is done.");
  } finally {
    database.close();
    rmSync(folder, { recursive: true });
  }
});
