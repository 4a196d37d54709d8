// What the SDK's runner of policy packs requires, without waiting: pack.ts, compiled
// (docs/decisions/0002-one-typescript-loader.md).
import { pathToFileURL } from "node:url";
import { compiledGate, compileGate, isFresh } from "../../compile.js";

async function load() {
  if (!isFresh(compiledGate)) await compileGate();
  await import(pathToFileURL(compiledGate).href);
}

load();
