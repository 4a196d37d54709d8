import { afterAll, beforeAll, inject } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { changes } from "./core/changes.ts";
import { linked } from "./core/linked.ts";
import { looks } from "./core/looks.ts";
import { secrets } from "./core/secrets.ts";
import { Core } from "./core/town.ts";
import { waysBack } from "./core/ways-back.ts";

/** Tests in every run of `npm test` on the cluster, whatever its turn: each goes on where the one before it ended. */
const core = new Core(openCluster(inject("cluster")));

beforeAll(() => core.begin());
afterAll(() => core.end());

looks(core);
// Meanwhile the two communes link.
secrets(core);
linked(core);
changes(core);
waysBack(core);
