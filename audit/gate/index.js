// The SDK's runner of policy packs type-checks .ts files with ts-node; ours are loaded as everywhere.
import "../../loader.js";

import("./pack.ts");
