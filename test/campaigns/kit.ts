import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { foldersAddress } from "../../components/commune/facts.ts";
import { sizeOf } from "../../components/foundation/declaration/size.ts";
import { repositoryKey } from "../../components/schools/apt/key.ts";
import { pack } from "../../components/schools/kit/package.ts";
import { schoolKit } from "../../components/schools/kit/school.ts";
import {
  makePublication,
  type Publication,
  signPackages,
} from "../../components/schools/schools/publication.ts";
import { id, school, writeCommune, writeFilm } from "./kit/commune.ts";
import { refusesOthers, takesFrom } from "./kit/repository.ts";
import { DebianRoot } from "./kit/root.ts";
import { LibraryServer } from "./kit/server.ts";

/**
 * `npm run campaign kit`: a school's kit on a clean Debian 12, over a line that is cut, and on Debian 13. Installed by apt
 * from the commune's repository with the real openboard package, its library fetched over a line that is cut and
 * restored, then changed; OpenBoard looked at; the kit removed. Needs root.
 * `-- --films 50 --film "100 MiB" --screenshots <folder>`.
 */
const { values } = parseArgs({
  options: {
    films: { type: "string", default: "4" },
    film: { type: "string", default: "8 MiB" },
    screenshots: { type: "string" },
  },
});
const [films, filmBytes] = [Number(values.films), sizeOf(values.film).bytes];
const [host, address] = ["ecoles.bron.test", "127.0.39.29"];
const work = mkdtempSync("/var/tmp/kit-");
const root = new DebianRoot(join(work, "root"));
const newer = new DebianRoot(join(work, "newer"), "trixie");
const { server, stop } = await LibraryServer.start(host, address);

/** Says a figure, and ends with an error when it is not as it has to be. */
function say(text: string, right = true): void {
  console.log(`${right ? "ok  " : "FAIL"} ${text}`);
  if (!right) process.exitCode = 1;
}

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

try {
  await campaign();
} finally {
  stop();
  await root.remove();
  await newer.remove();
  rmSync(work, { recursive: true });
}

async function campaign(): Promise<void> {
  const stacks = join(work, "stacks");
  const declaration = writeCommune(stacks, films, filmBytes);
  const kit = schoolKit(declaration, school, "20261124.0800", foldersAddress(declaration));
  if (!kit) throw new Error("no kit");
  const time = Date.UTC(2026, 10, 24, 8) / 1000;
  const file = await pack(kit, work, time);
  const again = await pack(kit, join(work, "again"), time);
  say("built twice, the package is the same byte for byte", readFileSync(file).equals(readFileSync(again)));

  const folder = join(stacks, id);
  const published = await makePublication(declaration, {
    pathOf: (path) => join(folder, path),
    cache: join(work, "cache"),
    kits: [file],
  });
  if (!published.ok) throw new Error(JSON.stringify(published.problems));
  const key = await repositoryKey("5c".repeat(32), { name: declaration.name, email: declaration.contact });
  await signPackages(declaration, published, key, new Date(time * 1000));
  server.files = published.files;

  await root.make();
  await root.introduce(host, address, server.authority);
  say(await takesFrom(root, host, id, kit.name), true);
  await root.install("nextcloud-desktop-cmd");
  const { stdout: versions } = await root.run(["dpkg-query", "-W", "openboard", kit.name]);
  say(`installed: ${versions.replaceAll("\t", " ").replaceAll("\n", ", ")}`);
  const { stdout: settings } = await root.run(["cat", "/usr/share/openboard/etc/OpenBoard.config"]);
  say("system settings are the school's", settings.includes(`SoftwareUpdateURL=https://${host}/update.json`));
  say("and keep what they do not change", settings.includes("AutoSaveIntervalInMinutes=3"));
  const { stdout: help } = await root.run(["nextcloudcmd", "--help"]);
  say(
    "nextcloudcmd has the options that the unit gives",
    ["--path", "--non-interactive", "--silent", "-n"].every((word) => help.includes(word)),
  );

  for (const refused of await refusesOthers(root, server, id)) say(refused.text, refused.right);
  root.isolate(address);
  await libraryIsKept(declaration, stacks);
  await openBoardShowsIt();
  await removed(kit.name);
  await newer.make();
  await newer.introduce(host, address, server.authority);
  server.files = published.files;
  say(await takesFrom(newer, host, id, kit.name), true);
  const foreign = [...server.names].filter((name) => name !== host && name !== "");
  say(`names asked for beside ${host}: ${foreign.join(", ") || "none"}`, foreign.length === 0);
}

async function libraryIsKept(declaration: ReturnType<typeof writeCommune>, stacks: string): Promise<void> {
  const folder = join(stacks, id);
  const make = async () =>
    filesOf(
      await makePublication(declaration, {
        pathOf: (path) => join(folder, path),
        cache: join(work, "cache"),
        kits: [],
      }),
    );
  const sync = () => root.run(["/usr/lib/commune-school/sync"], { user: "_commune-school", reject: false });
  const library = join(root.folder, "var/lib/commune-school/library");
  const film = (number: number) => join(library, "videos/Ville de Bron", `film ${number}.mp4`);
  const total = films * filmBytes;

  server.files = await make();
  server.cutAfter = total * 0.55;
  const cut = sync();
  const stopped = new Promise((resolve) => setTimeout(resolve, 120_000).unref());
  await Promise.race([cut, stopped]);
  // What the dead line had in its buffers never arrived: what counts is what is on the disk.
  const { stdout: sizes } = await root.run([
    "sh",
    "-c",
    "find /var/lib/commune-school/incoming /var/lib/commune-school/library/videos/Ville* -name '*' -type f ! -name '*.aria2' -printf '%s\\n' | sort -n",
  ]);
  const kept = sizes.split("\n").reduce((sum, size) => sum + Number(size), 0);
  server.sent = 0;
  server.cutAfter = Number.POSITIVE_INFINITY;
  const started = Date.now();
  const resumed = await sync();
  const seconds = (Date.now() - started) / 1000;
  say(
    `cut with ${mebibytes(kept)} of ${mebibytes(total)} on the disk; resumed with ${mebibytes(server.sent)} in ${seconds.toFixed(1)} s`,
    resumed.exitCode === 0,
  );
  say("nothing that had arrived was sent again, but for buffers", server.sent <= total - kept + 3 * 2 ** 20);
  const source = (number: number) => join(folder, "library/commune/videos", `film ${number}.mp4`);
  const same = Array.from({ length: films }, (_, number) => number).every(
    (number) => existsSync(film(number)) && readFileSync(film(number)).equals(readFileSync(source(number))),
  );
  say(`${films} films are what was published`, same);

  server.sent = 0;
  server.requests.length = 0;
  await sync();
  say(`nothing changed: ${server.requests.length} requests, ${server.sent} bytes`, server.sent === 0);

  writeFilm(folder, 0, filmBytes);
  rmSync(source(1));
  server.files = await make();
  server.sent = 0;
  await sync();
  say(
    `one film changed, one removed: ${mebibytes(server.sent)} sent`,
    server.sent < filmBytes * 1.01 + 2 ** 16,
  );
  say(
    "the removed one is gone, the changed one is new",
    !existsSync(film(1)) && readFileSync(film(0)).equals(readFileSync(source(0))),
  );
  const rights = await root.run([
    "sh",
    "-c",
    "find /var/lib/commune-school -type l | wc -l; find /var/lib/commune-school/library ! -user _commune-school | wc -l; find /var/lib/commune-school -perm /022 | wc -l",
  ]);
  say(
    `links, files of others, files that others may write: ${rights.stdout.split("\n").join(", ")}`,
    rights.stdout === "0\n0\n0",
  );
}

async function openBoardShowsIt(): Promise<void> {
  await root.run(["cp", "/etc/resolv.conf", "/etc/resolv.conf.kept"]);
  const { stdout: outside } = await root.run(["cat", "/etc/hosts"]);
  copyFileSync("/etc/resolv.conf", join(root.folder, "etc/resolv.conf"));
  await root.install("xvfb", "xdotool", "imagemagick", "fonts-dejavu-core", "dbus");
  await root.run(["cp", "/etc/resolv.conf.kept", "/etc/resolv.conf"]);
  say("the name is found again", outside.includes(host));
  await root.run(["useradd", "--create-home", "prof"]);
  const env = {
    HOME: "/home/prof",
    DISPLAY: ":97",
    XDG_RUNTIME_DIR: "/tmp/prof",
    QT_QPA_PLATFORM: "xcb",
    LC_ALL: "fr_FR.UTF-8",
  };
  mkdirSync(join(root.folder, "tmp/prof"), { mode: 0o777, recursive: true });
  const display = root.run(["Xvfb", ":97", "-screen", "0", "1400x900x24", "-nolisten", "tcp"], {
    reject: false,
  });
  await pause(3);
  const program = root.run(["OpenBoard"], { user: "prof", env, reject: false });
  await pause(25);
  const shoot = async (name: string) => {
    await root.run(["import", "-window", "root", `/tmp/${name}.png`], { env });
    if (values.screenshots)
      copyFileSync(join(root.folder, `tmp/${name}.png`), join(values.screenshots, `${name}.png`));
  };
  await shoot("openboard-start");
  // The library stands open on the right: its pictures, then the commune's.
  for (const [name, x, y] of [
    ["openboard-pictures", 1307, 194],
    ["openboard-commune", 1185, 194],
  ] as const) {
    await root.run(["xdotool", "mousemove", String(x), String(y), "click", "1"], { env });
    await pause(5);
    await shoot(name);
  }
  const { stdout: made } = await root.run([
    "find",
    "/home/prof",
    "-name",
    "*.svg",
    "-o",
    "-name",
    "metadata.rdf",
  ]);
  say(
    `OpenBoard keeps the teacher's documents in: ${made.split("\n").filter(Boolean).slice(0, 2).join(", ")}`,
    made.includes("/home/prof/Documents/OpenBoard/document/"),
  );
  program.kill();
  await program;
  display.kill();
  await display;
}

async function removed(name: string): Promise<void> {
  const { stdout: before } = await root.run([
    "sh",
    "-c",
    "find /home/prof/Documents -type f | sort | xargs -d '\\n' sha256sum",
  ]);
  await root.run(["apt-get", "purge", "--yes", name]);
  const { stdout: after } = await root.run([
    "sh",
    "-c",
    "find /home/prof/Documents -type f | sort | xargs -d '\\n' sha256sum",
  ]);
  say(
    `removed: ${after.split("\n").length} files of the teacher are as they were`,
    before === after && after !== "",
  );
  const { stdout: verified } = await root.run(["dpkg", "--verify", "openboard"], { reject: false });
  say(`OpenBoard's own settings are back (dpkg --verify: ${verified || "no difference"})`, verified === "");
  say(
    "nothing of the kit is left",
    !existsSync(join(root.folder, "var/lib/commune-school")) &&
      !existsSync(join(root.folder, "usr/lib/commune-school")),
  );
  const { stdout: diversions } = await root.run(["dpkg-divert", "--list", `*OpenBoard*`]);
  say("no diversion is left", diversions === "");
}

function filesOf(publication: Publication) {
  if (!publication.ok) throw new Error(JSON.stringify(publication.problems));
  return publication.files;
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
