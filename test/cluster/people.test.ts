import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { accounts } from "./people/accounts.ts";
import { applicationsOfMembers } from "./people/applications.ts";
import { approvals } from "./people/approvals.ts";
import { directory } from "./people/directory.ts";
import { directoryRights } from "./people/directory-rights.ts";
import { choir, fromTheForm } from "./people/from-the-form.ts";
import { login } from "./people/login.ts";
import { loggingOut, openId } from "./people/openid.ts";
import { people } from "./people/people.ts";
import { secondFactor } from "./people/second-factor.ts";
import { telephones, telephoneWithoutPages } from "./people/telephones.ts";
import { tickets } from "./people/tickets.ts";
import { PeopleTown } from "./people/town.ts";

/** A town that is brought up once, in which people use the one account that a commune gives them. */
const town = new PeopleTown(openCluster(inject("cluster")), "people-town", "People Town");
const entries = directory(town);
const form = fromTheForm(town);
const factor = secondFactor(town);
const ticketing = tickets(town);

beforeAll(() => town.start());
afterAll(() => town.end());

entries.atFirst();

describe("once its people have come", () => {
  beforeAll(() => town.directory.register(people));

  login(town);
  approvals(town);
  applicationsOfMembers(town);
  openId(town);
  loggingOut(town);
  factor.asChosen();
  ticketing.sold();
  accounts(town);
  telephones(town);
  directoryRights(town);
});

test("a second update changes nothing, whatever people have done", async () => {
  expect(await town.up()).toEqual({ unchanged: expect.any(Number) });
});

// What is refused stands in a file from then on, which the next update tells the form.
form.asks();

describe("once an association is approved, a second factor asked for and an association sells nothing more", () => {
  beforeAll(async () => {
    await entries.look();
    await form.approve();
    factor.require();
    ticketing.end();
    await town.up();
  });

  entries.afterwards(choir.id);
  factor.asRequired();
  ticketing.ended();
  form.approved();
  telephoneWithoutPages(town);
});
