import { afterAll, beforeAll, inject } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { intruder } from "./copies/intruder.ts";
import { keeper } from "./copies/keeper.ts";
import { points } from "./copies/points.ts";
import { Town } from "./copies/town.ts";
import { vault } from "./copies/vault.ts";

/** A commune whose copies two others keep: its vaults, its restore points, and its database's log. */
const town = new Town(openCluster(inject("cluster")), { guest: "chassieu", hosts: ["genay", "solaize"] });

beforeAll(() => town.begin());

afterAll(() => town.end());

vault(town);
points(town);
intruder(town);
keeper(town);
