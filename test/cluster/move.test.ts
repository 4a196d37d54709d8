import { afterAll, beforeAll, inject } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { directory } from "./relocate/directory.ts";
import { move } from "./relocate/move.ts";
import { Town } from "./relocate/town.ts";

/** A commune with people in a directory and all services, which goes back to its copies, and in the end moves with them. */
const town = new Town(openCluster(inject("cluster")));

beforeAll(() => town.begin());

afterAll(() => town.end());

directory(town);
move(town);
