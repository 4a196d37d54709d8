import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CacheSpec } from "../../../components/platform/cache/manifests.ts";
import { memberManifests } from "../../../components/platform/cache/members.ts";

const spec: CacheSpec = {
  ...{ commune: "bron", service: "mastodon", memoryMiB: 100, passwordLabel: "mastodon/cache-password/v1" },
  volume: { sizeGiB: 2, storageClass: undefined },
};

/** The part of a container that is run here. */
interface Script {
  name: string;
  args: string[];
  lifecycle?: { preStop: { exec: { command: string[] } } };
}

/** Programs in the place of those of the image: they answer from files beside them, and leave what they were asked. */
const programs = {
  getent: 'sed -n "s/^$2 //p" addresses | sed "s/$/ $2/"',
  // What a member does after a while is not looked at here.
  sleep: '[ "$1" != 20 ] && echo "sleep $1" >> asked',
  "valkey-server": 'printf "%s\\n" "$@" > started',
  "valkey-cli": `echo "$*" >> asked
case "$*" in *"info replication") cat replication ;; *"config get"*) printf 'replica-announce-ip\\n%s\\n' "$(cat own)" ;; esac
case "$*" in -h*sentinel*) ;; *) exit 0 ;; esac
[ -f "said-$2" ] || { echo "Could not connect to $2" >&2; exit 1; }
read -r epoch ip < "said-$2"
case "$*" in
  *get-master-addr-by-name*) printf '%s\\n6379\\n' "$ip" ;;
  *"sentinel master main") printf 'name\\nmain\\nip\\n%s\\nport\\n6379\\nrunid\\n\\nconfig-epoch\\n%s\\n' "$ip" "$epoch" ;;
esac`,
};

const names = ["mastodon-cache-0", "mastodon-cache-1", "mastodon-cache-2"];
const addresses = ["10.96.0.10", "10.96.0.11", "10.96.0.12"];
const membersAt = (all: readonly string[]) => names.map((name, index) => `${name} ${all[index]}\n`).join("");

let folder: string;
const file = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cache-"));
  for (const below of ["bin", "etc", "data/sentinel"]) mkdirSync(file(below), { recursive: true });
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(file(`bin/${name}`), `#!/bin/sh\ncd ${folder}\n${text}\n`);
    chmodSync(file(`bin/${name}`), 0o755);
  }
  writeFileSync(file("etc/password"), "s3cret");
  writeFileSync(file("addresses"), membersAt(addresses));
});
afterEach(() => rmSync(folder, { recursive: true }));

function containersOf(member: number): Script[] {
  const pods = memberManifests(spec)[member]?.server.spec as unknown;
  return (pods as { template: { spec: { containers: Script[] } } }).template.spec.containers;
}

async function run(text: string, member: number): Promise<void> {
  const here = text.replaceAll("/etc/valkey", file("etc")).replaceAll("/data/", `${file("data")}/`);
  const env = { PATH: `${file("bin")}:${process.env.PATH}`, MEMBER: names[member] };
  await execa("sh", ["-euc", here], { env, timeout: 20_000 });
}

/** Starts one container of a member, and returns with what its server was started. */
async function started(member: number, container: "valkey" | "sentinel"): Promise<string> {
  const found = containersOf(member).find(({ name }) => name === container);
  await run(found?.args[0] ?? "", member);
  return readFileSync(file("started"), "utf8");
}

/** Lets the sentinel of another member say which master it knows, and how often one had been chosen by then. */
const says = (member: number, epoch: number, master: number) =>
  writeFileSync(file(`said-${addresses[member]}`), `${epoch} ${addresses[master]}\n`);

/** Lets a member have been up before. */
function remembers(epoch: number, master: string | undefined, all = addresses): void {
  const lines = [`sentinel monitor main ${master} 6379 2`, `sentinel config-epoch main ${epoch}`];
  writeFileSync(file("data/sentinel/sentinel.conf"), `${lines.join("\n")}\n`);
  writeFileSync(file("data/sentinel/members"), membersAt(all));
}

test("the first start is around the first member, and whoever comes later asks those that run", async () => {
  expect(await started(0, "valkey")).not.toContain("--replicaof");
  expect(await started(1, "valkey")).toContain(`--replicaof\n${addresses[0]}\n`);
  says(0, 3, 2);
  expect(await started(1, "valkey")).toContain(`--replicaof\n${addresses[2]}\n`);
});

test("a member that was lost for a while does not take the others back to what it knew", async () => {
  // The first one was lost before the second was chosen, and is the first that is back after all were off.
  says(0, 4, 0);
  remembers(5, addresses[1]);
  expect(await started(1, "valkey")).not.toContain("--replicaof");
  await started(1, "sentinel");
  const kept = readFileSync(file("data/sentinel/sentinel.conf"), "utf8");
  expect(kept).toContain(`sentinel monitor main ${addresses[1]} 6379 2`);
  expect(kept).toContain("sentinel config-epoch main 5");
  says(1, 5, 1);
  expect(await started(2, "valkey")).toContain(`--replicaof\n${addresses[1]}\n`);
  expect(await started(0, "valkey")).toContain(`--replicaof\n${addresses[1]}\n`);
});

test("a first member whose volume was lost does not empty the others", async () => {
  says(0, 0, 0);
  remembers(2, addresses[2]);
  expect(await started(1, "valkey")).toContain(`--replicaof\n${addresses[2]}\n`);
});

test("members that are made anew begin around the volume that stayed, whoever was the master before", async () => {
  remembers(5, "10.96.9.11", ["10.96.9.10", "10.96.9.11", "10.96.9.12"]);
  expect(await started(0, "valkey")).not.toContain("--replicaof");
  // One address of three is another one: it is the same members.
  remembers(5, "10.96.9.11", ["10.96.0.10", "10.96.9.11", "10.96.0.12"]);
  expect(await started(0, "valkey")).toContain(`--replicaof\n${addresses[1]}\n`);
});

test("a member hands over as soon as another one has everything, at addresses of either kind", async () => {
  const hook = containersOf(0)[0]?.lifecycle?.preStop.exec.command[2] ?? "";
  for (const [own, other] of [
    ["10.96.0.10", "10.96.0.11"],
    ["fd00:96::10", "fd00:96::11"],
  ]) {
    rmSync(file("asked"), { force: true });
    writeFileSync(file("own"), `${own}\n`);
    const behind = `slave0:ip=${other},port=6379,state=online,offset=120,lag=0,type=replica`;
    const lines = ["role:master", "connected_slaves:1", behind, "master_repl_offset:120"];
    writeFileSync(file("replication"), `${lines.join("\r\n")}\r\n`);
    writeFileSync(file(`said-${other}`), `6 ${other}\n`);
    await run(hook, 0);
    const asked = readFileSync(file("asked"), "utf8").split("\n");
    const handed = asked.findIndex((line) => line.includes(`replicaof ${other}`));
    expect(handed).toBeGreaterThan(0);
    expect(asked.slice(0, handed)).not.toContain("sleep 0.5");
  }
  expect(existsSync(file("started"))).toBe(false);
});
