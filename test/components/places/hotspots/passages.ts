import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";

const [point, guest] = ["10.234.0.1", "10.234.0.50"];
const [uplink, internet, townHall] = ["203.0.113.2", "203.0.113.1", "192.168.77.1"];

/** Connections that are tried, by where they begin. */
const tries: Record<"guest" | "outside", Record<string, [host: string, port: number]>> = {
  guest: {
    "guest to the Internet, 443": [internet, 443],
    "guest to the Internet, 25": [internet, 25],
    "guest to the town hall, 443": [townHall, 443],
    "guest to the point, 53": [point, 53],
    "guest to the point, 2050": [point, 2050],
    "guest to the point, 22": [point, 22],
    "guest to the point's other address, 22": [uplink, 22],
  },
  outside: {
    "outside to the point, 22": [uplink, 22],
    "outside to a guest, 80": [guest, 80],
  },
};

/** Listens on ports, and says so with a file. */
const listening = `
const [ready, ...ports] = process.argv.slice(1);
Promise.all(ports.map((port) => new Promise((done) =>
  require("net").createServer((one) => one.end()).listen(Number(port), done)
))).then(() => require("fs").writeFileSync(ready, ""));`;

const trying = `
const tries = JSON.parse(process.argv[1]);
Promise.all(Object.entries(tries).map(([name, [host, port]]) => new Promise((told) => {
  const socket = require("net").connect({ host, port, timeout: 2000 });
  const end = (result) => { socket.destroy(); told([name, result]); };
  socket.on("connect", () => end("open"));
  socket.on("error", ({ code }) => end(code === "ECONNREFUSED" ? "refused" : code));
  socket.on("timeout", () => end("nothing"));
}))).then((told) => console.log(JSON.stringify(Object.fromEntries(told))));`;

/**
 * Three machines on one: a guest, the point with its rules in the real nft, and what is outside. A namespace each,
 * with `ip` and `nft` of the Debian root and the Node of this test.
 */
const script = `
set -eu
root=$1 pub=$2 wan=$3
mount -t proc proc "$root/proc"
unshare --net sleep 60 & guest=$!
unshare --net sleep 60 & outside=$!
own=$(readlink /proc/self/ns/net)
for each in $guest $outside; do
  until now=$(readlink /proc/$each/ns/net) && [ "$now" != "$own" ]; do sleep 0.05; done
done
in_guest() { nsenter --net=/proc/$guest/ns/net "$@"; }
in_outside() { nsenter --net=/proc/$outside/ns/net "$@"; }
ip="chroot $root ip"
$ip link add "$pub" type veth peer name guest netns $guest
$ip link add "$wan" type veth peer name outside netns $outside
$ip address add ${point}/22 dev "$pub"
$ip address add ${uplink}/24 dev "$wan"
for device in lo "$pub" "$wan"; do $ip link set "$device" up; done
$ip route add default via ${internet}
in_guest $ip address add ${guest}/22 dev guest
in_guest $ip link set guest up
in_guest $ip route add default via ${point}
in_outside $ip address add ${internet}/24 dev outside
in_outside $ip address add ${townHall}/24 dev outside
in_outside $ip link set outside up
in_outside $ip route add 10.234.0.0/22 via ${uplink}
echo 1 >/proc/sys/net/ipv4/ip_forward
chroot "$root" nft -f /tmp/firewall.nft
ready=$(mktemp -d)
node -e '${listening}' "$ready/point" 22 53 2050 &
in_outside node -e '${listening}' "$ready/outside" 25 443 &
in_guest node -e '${listening}' "$ready/guest" 80 &
for each in point outside guest; do until [ -e "$ready/$each" ]; do sleep 0.05; done; done
rm -r "$ready"
in_guest node -e '${trying}' "$4"
in_outside node -e '${trying}' "$5"
`;

/** Returns the result of each try under these rules: open, refused, or nothing at all. */
export async function passages(
  root: string,
  rules: string,
  { pub, wan }: { pub: string; wan: string },
): Promise<Record<string, string>> {
  writeFileSync(join(root, "tmp", "firewall.nft"), rules);
  const isolation = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c"];
  const tried = [tries.guest, tries.outside].map((each) => JSON.stringify(each));
  const { stdout } = await execa("unshare", [...isolation, script, "sh", root, pub, wan, ...tried]);
  return Object.assign({}, ...stdout.split("\n").map((line) => JSON.parse(line)));
}
