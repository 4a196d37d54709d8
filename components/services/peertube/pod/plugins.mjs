import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

const { server, host, folder, logs, plugins } = JSON.parse(readFileSync(process.argv[2], "utf8"));

// Each content has a folder of its own: another one in the same version is seen.
const placeOf = (integrity) => join(folder, createHash("sha256").update(integrity).digest("hex").slice(0, 16));

async function unpack(npmName, { version, integrity, url }) {
  const place = placeOf(integrity);
  const unpacked = join(place, npmName);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(unpacked, { recursive: true });
  const answer = await reached(url, () => fetch(url, { signal: AbortSignal.timeout(600_000) }));
  if (!answer.ok) throw new Error(url + " is answered with " + answer.status);
  const archive = join(place, "archive.tgz");
  const hash = createHash("sha512");
  await pipeline(
    answer.body,
    async function* (parts) {
      for await (const part of parts) {
        hash.update(part);
        yield part;
      }
    },
    createWriteStream(archive),
  );
  const found = "sha512-" + hash.digest("base64");
  if (found !== integrity)
    throw new Error(url + " is not what is declared: it has " + found + ", and peertube.plugins says " + integrity);
  execFileSync("tar", ["--extract", "--gzip", "--file", archive, "--directory", unpacked, "--strip-components=1", "--no-same-owner"]);
  rmSync(archive);
  const own = JSON.parse(readFileSync(join(unpacked, "package.json"), "utf8"));
  if (own.name !== npmName || own.version !== version)
    throw new Error(url + " says that it is " + own.name + " " + own.version);
  return { path: unpacked, needs: Object.keys(own.dependencies ?? {}) };
}

// Another try would end the same: the Job makes none (plugins.ts).
class NotInstalled extends Error {}

async function install(change, npmName, { path, needs }) {
  try {
    await change("install", { path });
  } catch (error) {
    if (error.status !== 400) throw error;
    const why = needs.length === 0 ? "" : " It needs " + needs.join(", ") + ", which PeerTube has to fetch from registry.npmjs.org itself, whatever pluginMirror says.";
    throw new NotInstalled(npmName + " could not be installed: " + error.message + why + " PeerTube's own log says more: " + logs);
  }
}

async function converge() {
  const api = new Api(server, host);
  await api.logIn(readFileSync(process.argv[3], "utf8"));
  const change = (verb, body) => api.change("POST", "/api/v1/plugins/" + verb, body);
  const installed = new Map();
  for (const [pluginType, start] of [[1, "peertube-plugin-"], [2, "peertube-theme-"]]) {
    const { data } = await api.ask("GET", "/api/v1/plugins?count=100&pluginType=" + pluginType);
    for (const { name, version, uninstalled } of data) if (!uninstalled) installed.set(start + name, version);
  }
  // All are fetched before the first is touched.
  const wanted = [];
  for (const [npmName, { version, integrity, url }] of Object.entries(plugins)) {
    const mark = join(placeOf(integrity), "installed");
    const isThere = installed.get(npmName) === version && existsSync(mark);
    wanted.push({ npmName, version, mark, archive: isThere ? undefined : await unpack(npmName, { version, integrity, url }) });
  }
  for (const { npmName, archive } of wanted)
    if (archive?.needs.length > 0)
      console.log(npmName + " needs " + archive.needs.join(", ") + ": PeerTube fetches that from registry.npmjs.org.");
  for (const npmName of installed.keys()) {
    if (npmName in plugins) continue;
    await change("uninstall", { npmName });
    console.log(npmName + " was removed.");
  }
  for (const { npmName, version, mark, archive } of wanted) {
    if (archive !== undefined) {
      await install(change, npmName, archive);
      writeFileSync(mark, version);
    }
    console.log(npmName + " is there in version " + version + ".");
  }
  const kept = Object.values(plugins).map(({ integrity }) => placeOf(integrity));
  for (const name of existsSync(folder) ? readdirSync(folder) : [])
    if (!kept.includes(join(folder, name))) rmSync(join(folder, name), { recursive: true });
}

converge().catch((error) => {
  console.error(error.message);
  process.exitCode = error instanceof NotInstalled ? __NOT_INSTALLED__ : 1;
});
