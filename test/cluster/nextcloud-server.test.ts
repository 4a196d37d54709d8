import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Laboratory } from "./images/laboratory.ts";
import { makeTrust, openHosts, openServices } from "./images/mastodon.ts";
import { Clerk, type Cloud, cloud, cloudConfig } from "./images/nextcloud.ts";

const hosts = { ville: "cloud.ville.test", bourg: "cloud.bourg.test" };
const ville: Cloud = { name: "ville", host: hosts.ville, version: "32.0.13" };
const bourg: Cloud = { name: "bourg", host: hosts.bourg, version: "34.0.2" };
let lab: Laboratory;
let here: Clerk;
let there: Clerk;

const both = <T>(work: (clerk: Clerk) => Promise<T>) => Promise.all([work(here), work(there)]);

/** Both sides' background jobs, until whoever's token is the greater has given the other a secret. */
async function jobs(): Promise<void> {
  await both((clerk) => clerk.cron());
  await both((clerk) => clerk.cron());
}

async function directories(): Promise<void> {
  await both((clerk) => clerk.occ("dav:sync-system-addressbook"));
  await both((clerk) => clerk.occ("federation:sync-addressbooks"));
}

const statuses = async (clerk: Clerk) => (await clerk.trusted()).map(({ status }) => status);

beforeAll(async () => {
  lab = await Laboratory.open("nextcloud");
  await openServices(lab);
  const trust = await makeTrust(Object.values(hosts));
  const addresses = await openHosts(lab, trust, [
    { ...ville, redis: 0 },
    { ...bourg, redis: 0 },
  ]);
  await lab.apply(cloudConfig, cloud(lab, ville, addresses), cloud(lab, bourg, addresses));
  await lab.ready("web-ville", "web-bourg");
  [here, there] = [new Clerk(lab, ville), new Clerk(lab, bourg)];
});

afterAll(async () => {
  await lab?.close();
});

describe("two clouds", () => {
  it("do not speak to addresses inside, until they are told to", async () => {
    const refused = { status: 404, message: "No server to federate with found" };
    expect(await here.trust(hosts.bourg)).toMatchObject(refused);
    await both(async (clerk) => {
      await clerk.occ(
        ...["config:system:set", "allow_local_remote_servers", "--value=true", "--type=boolean"],
      );
      await clerk.occ("security:certificates:import", "/etc/trust/tls.crt");
    });
    expect(await here.trust("nowhere.test")).toMatchObject(refused);
  });

  it("let an account without other rights keep the list, once that is delegated to its group", async () => {
    await both((clerk) => clerk.occ("user:add", "robot", "--password-from-env", "--group=federation"));
    expect(await here.trust(hosts.bourg, "robot")).toMatchObject({
      status: 403,
      message:
        "Logged in account must be an admin, a sub admin or gotten special right to access this setting",
    });
    const setting = "OCA\\Federation\\Settings\\Admin";
    const delegated = await both((clerk) => clerk.occ("admin-delegation:add", setting, "federation"));
    expect(delegated.join()).toMatch(/\[OK\][\s\S]*\[OK\]/);
    // The real command leaves them out too: what counts is what the account may do.
    expect(await here.occ("admin-delegation:show")).not.toContain("Trusted servers");
    expect(await here.trust(hosts.bourg, "robot")).toMatchObject({
      status: 200,
      data: { url: `https://${hosts.bourg}`, message: "Added to the list of trusted servers" },
    });
    expect(await here.trust(`${hosts.bourg}/`, "robot")).toMatchObject({
      status: 409,
      message: "Server is already in the list of trusted servers.",
    });
  });

  it("come to nothing while only one of them trusts", async () => {
    await jobs();
    await directories();
    expect(await statuses(here)).toEqual([2]);
    expect(await there.trusted()).toEqual([]);
  });

  it("come to one secret by their background jobs, and read each other's accounts with it", async () => {
    expect((await there.trust(hosts.ville, "robot")).status).toBe(200);
    await jobs();
    expect(await statuses(here)).toEqual([2]);
    await directories();
    expect(await statuses(here)).toEqual([1]);
    expect(await statuses(there)).toEqual([1]);
  });

  it("forget each on its own side; the other learns it when it reads again", async () => {
    expect((await here.distrust("robot")).status).toBe(200);
    expect(await here.trusted()).toEqual([]);
    expect(await statuses(there)).toEqual([1]);
    expect(await there.occ("federation:sync-addressbooks")).toMatch(/Error while syncing .*`401`/);
    expect(await statuses(there)).toEqual([4]);
    expect(
      (await here.ocs("/ocs/v2.php/apps/federation/trusted-servers/999", "admin", "-X", "DELETE")).message,
    ).toBe("No server found with ID: 999");
  });
});
