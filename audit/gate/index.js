// What the SDK's runner of policy packs requires: pack.ts, compiled (docs/decisions/0002-one-typescript-loader.md). A module
// that is required may not wait for anything, and compile.js does.
import { pathToFileURL } from "node:url";

async function load() {
  const { compiledPack, compilePack, isFresh } = await import("../../compile.js");
  const pack = compiledPack("audit/gate");
  if (!isFresh(pack)) await compilePack("audit/gate");
  await import(pathToFileURL(pack).href);
}

load();
