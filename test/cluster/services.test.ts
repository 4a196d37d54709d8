import { afterAll, beforeAll, inject } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { account } from "./services/account.ts";
import { mastodon } from "./services/mastodon.ts";
import { peertube } from "./services/peertube.ts";
import { publishing } from "./services/publishing.ts";
import { rotation } from "./services/rotation.ts";
import { settings } from "./services/settings.ts";
import { Town } from "./services/town.ts";
import { upgrades } from "./services/upgrades.ts";

/** A commune's services through their years, in one town: old versions, a changed setting, upgrades, news, new passwords. */
const town = new Town(openCluster(inject("cluster")));

beforeAll(() => town.begin());
afterAll(() => town.end());

mastodon(town);
account(town);
peertube(town);
settings(town);
upgrades(town);
publishing(town);
rotation(town);
