import { afterAll, beforeAll, inject } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { intruder } from "./copies/intruder.ts";
import { keeper } from "./copies/keeper.ts";
import { points } from "./copies/points.ts";
import { restoring } from "./copies/restoring.ts";
import { Town } from "./copies/town.ts";
import { undo } from "./copies/undo.ts";
import { vault } from "./copies/vault.ts";

/** A commune whose copies two others keep: its vaults, restore points, undone upgrade, and its database's log. */
const town = new Town(openCluster(inject("cluster")));

beforeAll(() => town.begin());

afterAll(() => town.end());

vault(town);
points(town);
intruder(town);
restoring(town);
undo(town);
keeper(town);
