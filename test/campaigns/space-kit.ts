import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { communeSchema } from "../../components/commune/declaration.ts";
import { pack } from "../../components/schools/kit/package.ts";
import { spaceKit } from "../../components/schools/kit/space.ts";
import { made } from "../../components/schools/schools/library.ts";
import { DebianRoot } from "./kit/root.ts";
import { LibraryServer } from "./kit/server.ts";

/**
 * `npm run campaign space-kit`: a public space's kit on a clean Debian 12, session after session. Installed with the whole
 * profile, LightDM (on Xvfb) opens one session after the other, a session looked at until nobody touches it any more,
 * what it leaves, which names its browser asks for, the kit removed. Needs root. `-- --screenshots <folder>`.
 */
const { values } = parseArgs({ options: { screenshots: { type: "string" } } });
const [host, address] = ["accueil.bron.test", "127.0.39.31"];
const idleSeconds = 120;
/** Mozilla's lists of revoked certificates and trackers, which the browser fetches automatically (docs/places.md). */
const announced = ["firefox.settings.services.mozilla.com"];
const work = mkdtempSync("/var/tmp/space-kit-");
const root = new DebianRoot(join(work, "root"));
const { server, stop } = await LibraryServer.start(host, address);

/** Says a figure, and ends with an error when it is not as it has to be. */
function say(text: string, right = true): void {
  console.log(`${right ? "ok  " : "FAIL"} ${text}`);
  if (!right) process.exitCode = 1;
}

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

try {
  await campaign();
} finally {
  stop();
  await root.remove();
  rmSync(work, { recursive: true });
}

async function campaign(): Promise<void> {
  const declaration = communeSchema.parse({
    id: "bron",
    name: "Bron",
    insee: "69029",
    domain: "bron.test",
    population: 42_000,
    contact: "numerique@bron.test",
    spaces: {
      rize: {
        name: "Le Rize",
        workstations: { homepage: `https://${host}`, session: "1 hour", idle: "2 minutes" },
      },
    },
  });
  const kit = spaceKit(declaration, "rize", "20261124.0800");
  if (!kit) throw new Error("no kit");
  const file = await pack(kit, work, Date.UTC(2026, 10, 24, 8) / 1000);
  await root.make();
  copyFileSync(file, join(root.folder, "tmp/kit.deb"));
  await root.install("/tmp/kit.deb");
  const { stdout: state } = await root.run([
    "dpkg-query",
    "-W",
    "-f",
    `\${db:Status-Status}\n`,
    ...kit.depends,
  ]);
  const installed = state.split("\n").filter((line) => line === "installed").length;
  say(
    `installed with ${installed} of ${kit.depends.length} packages of the profile`,
    installed === kit.depends.length,
  );
  const { stderr: shown } = await root.run(["lightdm", "--show-config"]);
  say(
    "lightdm opens sessions for usager by itself, in the space's session",
    ["autologin-user=usager", "autologin-session=commune-space", "allow-guest=false"].every((line) =>
      shown.includes(line),
    ),
  );
  await root.install("xvfb", "xdotool", "imagemagick", "fonts-dejavu-core", "dbus-x11");
  await sessionsFollow();
  await sessionEnds();
  await nothingIsLeft();
  await root.run(["apt-get", "purge", "--yes", kit.name]);
  const { exitCode } = await root.run(["getent", "passwd", "usager"], { reject: false });
  say(
    "removed: the account is gone, and so is its folder",
    exitCode !== 0 && !existsSync(join(root.folder, "home/usager")),
  );
}

/** LightDM itself, with Xvfb in the place of X: sessions that end are followed by others, each with a new folder. */
async function sessionsFollow(): Promise<void> {
  // Xvfb has no seat and no virtual terminal.
  const display = `#!/bin/sh
display=$1
while [ "$1" != -auth ]; do shift; done
exec Xvfb "$display" -screen 0 1280x800x24 -nolisten tcp -auth "$2"
`;
  writeFileSync(join(root.folder, "usr/local/bin/display"), display, { mode: 0o755 });
  const settings = "[LightDM]\nminimum-display-number=97\n[Seat:*]\nxserver-command=/usr/local/bin/display\n";
  writeFileSync(join(root.folder, "etc/lightdm/lightdm.conf.d/90-campaign.conf"), settings);
  const words = `mkdir -p /run/dbus /run/lightdm
mount --bind /dev/null /dev/tty0
dbus-daemon --system --fork
lightdm > /dev/null 2>&1 &
for session in 1 2 3; do
  tries=0
  until openbox=$(pgrep -n -u usager -x openbox); do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || exit 0
    sleep 1
  done
  sleep 3
  echo "$(ls -A /home/usager | grep -c of-session) files of sessions before"
  touch "/home/usager/of-session-$session"
  kill "$openbox"
  while kill -0 "$openbox" 2> /dev/null; do sleep 1; done
done`;
  const { stdout } = await root.run(["sh", "-c", words], { alone: true });
  const sessions = stdout.split("\n").filter((line) => line === "0 files of sessions before").length;
  say(`lightdm opened ${sessions} of 3 sessions by itself, each with a new folder`, sessions === 3);
  rmSync(join(root.folder, "etc/lightdm/lightdm.conf.d/90-campaign.conf"));
}

/** A session as lightdm begins it, until nobody has touched it for as long as the space says. */
async function sessionEnds(): Promise<void> {
  server.files = new Map([["", made("<!doctype html><title>Bron</title><h1>Bienvenue au Rize</h1>")]]);
  await root.introduce(host, address, server.authority);
  root.isolate(address);
  // A browser has authorities of its own: this one believes in the double's for the length of the campaign.
  const policies = join(root.folder, "etc/firefox/policies/policies.json");
  const declared = JSON.parse(readFileSync(policies, "utf8"));
  declared.policies.Certificates = { Install: ["/usr/local/share/ca-certificates/commune.crt"] };
  writeFileSync(policies, JSON.stringify(declared));
  const env = {
    HOME: "/home/usager",
    USER: "usager",
    DISPLAY: ":98",
    LC_ALL: "C.UTF-8",
    XDG_RUNTIME_DIR: "/tmp",
  };
  // Idle time is the display's.
  const started = Date.now();
  const display = root.run(["Xvfb", ":98", "-screen", "0", "1280x800x24", "-nolisten", "tcp"], {
    reject: false,
  });
  await pause(3);
  server.names.clear();
  server.requests.length = 0;
  const session = root.run(["/usr/lib/commune-space/session"], {
    user: "usager",
    env,
    alone: true,
    reject: false,
  });
  await pause(60);
  await root.run(["import", "-window", "root", "/tmp/space.png"], { env });
  if (values.screenshots)
    copyFileSync(join(root.folder, "tmp/space.png"), join(values.screenshots, "space.png"));
  say(
    `the browser has opened the commune's page (${server.requests.length} requests)`,
    server.requests.includes("/"),
  );
  await Promise.race([session, pause(idleSeconds + 120)]);
  const seconds = (Date.now() - started) / 1000;
  say(
    `nobody touched it: ended after ${seconds.toFixed(0)} s`,
    seconds > idleSeconds && seconds < idleSeconds + 60,
  );
  session.kill();
  display.kill();
  await Promise.all([session, display]);
  const foreign = [...server.names].filter((name) => name !== host && name !== "");
  say(
    `names asked for beside ${host}: ${foreign.join(", ") || "none"}; announced: ${announced.join(", ")}`,
    foreign.every((name) => announced.includes(name)),
  );
}

async function nothingIsLeft(): Promise<void> {
  const words = "echo secret > ~/Bureau.txt; mkdir -p ~/.mozilla; echo x > /tmp/of-usager; sleep 60 & echo";
  await root.run(["sh", "-c", words], { user: "usager", env: { HOME: "/home/usager" }, alone: true });
  await root.run(["/usr/lib/commune-space/fresh-home"], { env: { USER: "usager" }, alone: true });
  const { stdout: left } = await root.run([
    "sh",
    "-c",
    "find /home/usager -mindepth 1 -printf '%P\\n' | sort; find /tmp /var/tmp -user usager",
  ]);
  const { stdout: skeleton } = await root.run([
    "sh",
    "-c",
    "find /etc/skel -mindepth 1 -printf '%P\\n' | sort",
  ]);
  say(
    "after the session, the folder is a new one, and /tmp has nothing of it",
    left.trim() === skeleton.trim(),
  );
}
