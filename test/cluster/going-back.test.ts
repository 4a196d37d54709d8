import { afterAll, beforeAll, inject } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { restoring } from "./copies/restoring.ts";
import { Town } from "./copies/town.ts";
import { undo } from "./copies/undo.ts";

/** A service that goes back: to a restore point, to a moment between two, and to before an upgrade that failed. */
const town = new Town(openCluster(inject("cluster")), { guest: "charly", hosts: ["irigny", "mions"] });

beforeAll(() => town.begin());

afterAll(() => town.end());

restoring(town);
undo(town);
