import { afterAll, beforeAll, inject } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { agenda } from "./association-life/agenda.ts";
import { arrival } from "./association-life/arrival.ts";
import { erasure } from "./association-life/erasure.ts";
import { leaving } from "./association-life/leaving.ts";
import { passwords } from "./association-life/passwords.ts";
import { points } from "./association-life/points.ts";
import { restoring } from "./association-life/restoring.ts";
import { suspension } from "./association-life/suspension.ts";
import { Town } from "./association-life/town.ts";
import { usage } from "./association-life/usage.ts";
import { write } from "./association-life/writing.ts";

/** The life of an association, from what it writes to the proof that it is erased, with its rows on both engines. */
const town = new Town(openCluster(inject("cluster")));

beforeAll(async () => {
  await town.begin();
  await write(town);
});

afterAll(() => town.end());

agenda(town);
usage(town);
points(town);
restoring(town);
leaving(town);
suspension(town);
arrival(town);
passwords(town);
erasure(town);
