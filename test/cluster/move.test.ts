import { afterAll, beforeAll, inject } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { directory } from "./move/directory.ts";
import { move } from "./move/move.ts";
import { Town } from "./move/town.ts";

/** A commune with people in a directory and all services, which goes back to its copies, and in the end moves with them. */
const town = new Town(openCluster(inject("cluster")));

beforeAll(() => town.begin());

afterAll(() => town.end());

directory(town);
move(town);
