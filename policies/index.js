// The SDK's runner of policy packs type-checks .ts files with ts-node; ours are loaded by tsx, as everywhere.
import { register } from "tsx/esm/api";

register();
import("./pack.ts");
