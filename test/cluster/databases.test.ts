import { afterAll, beforeAll, inject } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { outside } from "./databases/outside.ts";
import { Town } from "./databases/town.ts";
import { upgrade } from "./databases/upgrade.ts";

/** A commune whose rows are on a server outside, and on its own one, which goes to another major version. */
const town = new Town(openCluster(inject("cluster")));

beforeAll(() => town.begin());
afterAll(() => town.end());

outside(town);
upgrade(town);
