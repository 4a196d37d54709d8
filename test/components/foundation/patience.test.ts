import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { patiently, reach } from "../../../components/foundation/manifest/reach.ts";
import { Patience } from "../../../components/foundation/program/patience.ts";
import { freePort } from "../../free-port.ts";

function sourcesIn(...folders: readonly string[]): [path: string, text: string][] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => /\.(?:ts|sh|bash)$/.test(path))
      .map((path): [string, string] => [join(folder, path), readFileSync(join(folder, path), "utf8")]),
  );
}

/** Words of real programs: psql 15 and 17, mariadb 11, OpenLDAP 2.6, restic 0.18, PHP 8.4, bash 5.2. */
const passing = [
  [
    'psql: error: could not translate host name "database" to address: Temporary failure in name resolution',
    "its name",
  ],
  ["ERROR 2005 (HY000): Unknown server host 'mariadb' (-3)", "its name"],
  ["bash: line 1: database: Name or service not known", "its name"],
  ["Fatal: dial tcp: lookup coffre.bron.fr on 10.96.0.10:53: no such host", "its name"],
  [
    'psql: error: connection to server at "database" (10.96.0.7), port 5432 failed: Connection refused',
    "a way to it",
  ],
  [
    'psql: error: connection to server at "database" (10.96.0.7), port 5432 failed: timeout expired',
    "a way to it",
  ],
  ["ERROR 2002 (HY000): Can't connect to server on 'mariadb' (111)", "a way to it"],
  ["ldap_sasl_bind(SIMPLE): Can't contact LDAP server (-1)", "a way to it"],
  [
    'psql: error: connection to server at "database" (10.96.0.7), port 5432 failed: FATAL:  the database system is starting up',
    "the server",
  ],
] as const;

/** Started by no other shell, bash reads /etc/bash.bashrc when its input is a socket, as Node's pipes are: bash(1). */
const noProfile = "--norc";

describe.each([["dash"], ["bash", noProfile]])("patiently, in %s", (shell, ...options) => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync("/tmp/patiently-");
    // Each look at the clock is twenty seconds later.
    program(
      "date",
      `n=$(cat ${folder}/clock 2> /dev/null || echo 0); echo $((n + 20)) > ${folder}/clock; echo $n`,
    );
    program("sleep", "exit 0");
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function program(name: string, text: string): void {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }

  /** A client that fails with these words, one time each, and then reads its input and does what it is for. */
  function client(...failures: readonly string[]): void {
    writeFileSync(join(folder, "failures"), failures.map((line) => `${line}\n`).join(""));
    program(
      "client",
      `if [ -s ${folder}/failures ]; then head -n 1 ${folder}/failures >&2; sed -i 1d ${folder}/failures; exit 2; fi
echo "did $* with $(cat)"`,
    );
  }

  const run = (script: string) =>
    execa(shell, [...options, "-euc", `${patiently()}\n${script}`], {
      env: { PATH: `${folder}:${process.env.PATH}` },
      input: "its input",
      reject: false,
    });

  test.each(passing)("runs a command again after: %s", async (words, awaited) => {
    client(words);
    expect(await run("patiently client a 'b c'; echo after")).toMatchObject({
      exitCode: 0,
      stdout: "did a b c with its input\nafter",
      stderr: `waiting for ${awaited}: ${words}`,
    });
  });

  test("tells name, way and server, each once, and goes on through an opening that closes again", async () => {
    const [name = "", way = "", server = ""] = [passing[0][0], passing[4][0], passing[8][0]];
    client(name, way, way, name, server);
    const { exitCode, stderr } = await run("patiently client");
    expect({ exitCode, told: stderr.split("\n").map((line) => line.split(":")[0]) }).toEqual({
      exitCode: 0,
      told: ["its name", "a way to it", "its name", "the server"].map((what) => `waiting for ${what}`),
    });
  });

  test("gives up after two minutes, says why, and ends as the command did", async () => {
    client(...Array.from({ length: 9 }, () => passing[0][0]));
    const { exitCode, stdout, stderr } = await run("patiently client; echo after");
    expect({ exitCode, stdout, last: stderr.split("\n").at(-1) }).toEqual({
      exitCode: 2,
      stdout: "",
      last: `gave up after 120 s without its name: ${passing[0][0]}`,
    });
  });

  test("runs what fails otherwise once, and shows what it says", async () => {
    client("ERROR:  the rows of the point were not brought", "never");
    expect(await run("patiently client")).toMatchObject({
      exitCode: 2,
      stderr: "ERROR:  the rows of the point were not brought",
    });
    expect(readFileSync(join(folder, "failures"), "utf8")).toBe("never\n");
  });
});

test("nobody else has a loop that waits for a connection", () => {
  const loops = /pg_isready|for \w+ in \$\(seq (?:30|60)\)|until (?:sql|psql|ldap\w*|pg_\w+|php|curl|nc) /;
  const found = sourcesIn("components", "programs").filter(([, text]) => loops.test(text));
  expect(found.map(([path]) => path).sort()).toEqual([
    // A probe of the kubelet.
    "components/platform/database/manifests.ts",
    // Beside its server, on its socket, for as long as the pod lives.
    "components/platform/mariadb/pod/rows.bash",
    // Waits for an app that is brought later.
    "components/services/nextcloud/pod/folders.sh",
    // The background jobs: those that miss it run five minutes later, and a changed text restarts the server.
    "components/services/nextcloud/pod/reach-database.sh",
  ]);
});

describe("a port that is waited for", () => {
  const run = (host: string, port: number) =>
    execa("bash", [noProfile, "-euc", `${reach()}\nreach ${host} ${port}\necho reached`], { reject: false });

  test("is reached when its server starts", async () => {
    const port = await freePort();
    const running = run("127.0.0.1", port);
    await new Promise((waits) => running.stderr.once("data", waits));
    const server = createServer((socket) => socket.destroy()).listen(port, "127.0.0.1");
    const { exitCode, stdout, stderr } = await running;
    server.close();
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "reached" });
    expect(stderr).toContain("waiting for a way to it: ");
  });
});

describe("a program's patience", () => {
  let server: Server | undefined;
  const sockets = new Set<Socket>();

  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    server?.close();
  });

  /** Answers every request in the same words. */
  async function listen(port: number): Promise<void> {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("data", () =>
        socket.end("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"),
      );
    });
    await new Promise<void>((done) => server?.listen(port, "127.0.0.1", done));
  }

  test("lasts until a server starts, says once what it waits for, and passes on what is answered", async () => {
    const port = await freePort();
    const said: string[] = [];
    const asked = new Patience(60, (line) => said.push(line)).ask("the vault", () =>
      fetch(`http://127.0.0.1:${port}/`),
    );
    await expect.poll(() => said.length).toBe(1);
    await listen(port);
    expect((await asked).status).toBe(503);
    expect(said).toEqual([`the vault is waited for: connect ECONNREFUSED 127.0.0.1:${port}`]);
  });

  test("waits for a name that does not resolve yet, through an opening that closes again", async () => {
    const failures = [
      Object.assign(new Error("getaddrinfo EAI_AGAIN coffre.test"), { code: "EAI_AGAIN" }),
      Object.assign(new Error("connect ECONNREFUSED 10.0.0.1:443"), { code: "ECONNREFUSED" }),
      Object.assign(new Error("getaddrinfo EAI_AGAIN coffre.test"), { code: "EAI_AGAIN" }),
    ];
    const said: string[] = [];
    const asked = new Patience(60, (line) => said.push(line)).ask("coffre.test", async () => {
      const cause = failures.shift();
      if (cause !== undefined) throw new TypeError("fetch failed", { cause });
      return "there";
    });
    expect(await asked).toBe("there");
    expect(said.map((line) => line.split(" ").slice(4, 6).join(" "))).toEqual([
      "getaddrinfo EAI_AGAIN",
      "connect ECONNREFUSED",
      "getaddrinfo EAI_AGAIN",
    ]);
  });

  test("is over for all that is asked together, and says what was waited for in vain", async () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED 10.0.0.1:443"), { code: "ECONNREFUSED" });
    const ask = vi.fn(() => Promise.reject(new TypeError("fetch failed", { cause: refused })));
    const patience = new Patience(1, () => undefined);
    const first = expect(patience.ask("bron", ask)).rejects.toThrow(
      "bron was waited for in vain: connect ECONNREFUSED 10.0.0.1:443",
    );
    await first;
    ask.mockClear();
    await expect(patience.ask("lyon", ask)).rejects.toThrow("lyon was waited for in vain");
    expect(ask).toHaveBeenCalledTimes(1);
  });

  test("is not for what fails otherwise", async () => {
    const ask = vi.fn(() => Promise.reject(new Error("the vault at bron answered 403 to GET /once/")));
    await expect(new Patience(60, () => undefined).ask("bron", ask)).rejects.toThrow("answered 403");
    expect(ask).toHaveBeenCalledTimes(1);
  });
});
