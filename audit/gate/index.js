// What the SDK's runner of policy packs requires: pack.ts, compiled (docs/decisions/0002-one-typescript-loader.md). A module
// that is required may not wait for anything, and compile.js does.
import { pathToFileURL } from "node:url";

async function load() {
  const { compiledGate, compileGate, isFresh } = await import("../../compile.js");
  if (!isFresh(compiledGate)) await compileGate();
  await import(pathToFileURL(compiledGate).href);
}

load();
