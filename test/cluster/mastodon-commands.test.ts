import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Laboratory } from "./images/laboratory.ts";
import {
  bootstrap,
  type Instance,
  makeTrust,
  openHosts,
  openServices,
  run,
  runner,
  sql,
  statusColumns,
  tools,
} from "./images/mastodon.ts";

const ville: Instance = { name: "ville", host: "social.ville.test", redis: 0 };
let lab: Laboratory;

beforeAll(async () => {
  lab = await Laboratory.open("mastodon-commands");
  await openServices(lab);
  await openHosts(lab, await makeTrust([ville.host]), [ville]);
  await lab.apply(tools(lab, ville));
  await lab.ready("tools");
});

afterAll(async () => {
  await lab?.close();
});

describe("the Mastodon image", () => {
  it("runs as upstream's user, and leaves its files alone", async () => {
    expect((await run(lab, "new", "id -u")).output).toBe("991");
    expect((await run(lab, "new", "touch /opt/mastodon/public/x")).code).not.toBe(0);
    expect((await run(lab, "new", "printenv RAILS_ENV")).output).toBe("production");
  });

  it("refuses to start on what upstream refuses, or would break without a word", async () => {
    const refused: [string, Record<string, string>, RegExp][] = [
      [
        "rails db:version",
        { ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: "" },
        /requires that these variables are set/,
      ],
      ["rails db:version", { VAPID_PUBLIC_KEY: "x" }, /VAPID_PUBLIC_KEY/],
      ["rails db:version", { SECRET_KEY_BASE: "" }, /Missing `secret_key_base`/],
      ["rails db:version", { LOCAL_DOMAIN: "" }, /LOCAL_DOMAIN is not set/],
      [
        "rails db:version",
        { REDIS_NAMESPACE: "a" },
        /REDIS_NAMESPACE environment variable is no longer supported/,
      ],
      ["rails db:version", { DB_PASS: "wrong" }, /DatabaseConnectionError.*username\/password/],
      ["rails db:version", {}, /NoDatabaseError: We could not find your database: ville/],
      ["rails db:nonsense", {}, /Don't know how to build task 'db:nonsense'/],
    ];
    for (const [command, changes, message] of refused) {
      const { output, code } = await run(lab, "new", `bundle exec ${command}`, changes);
      expect(output, command).toMatch(message);
      expect(code, output).toBe(1);
    }
    expect((await run(lab, "new", "bundle exec unicorn")).code).toBe(127);
  });

  it("refuses a wrong password of the cache, and workers without a schema", async () => {
    await sql(lab, "CREATE DATABASE empty", { ...ville, name: "postgres" });
    const puma = await run(lab, "new", "bundle exec puma", { DB_NAME: "empty", REDIS_PASSWORD: "wrong" });
    expect(puma.output).toMatch(/RedisClient::AuthenticationError/);
    expect(puma.code).toBe(1);
    const workers = await run(lab, "new", "bundle exec sidekiq", { DB_NAME: "empty" });
    expect(workers.output).toMatch(/The database has no tables yet/);
    expect(workers.code).toBe(1);
  });
});

describe("migrations in two phases", () => {
  it("makes a new database with its roles", async () => {
    const made = await run(lab, "old", "bundle exec rails db:prepare");
    expect(made.output).toMatch(/Created database 'ville'/);
    expect(made.code).toBe(0);
    expect(await sql(lab, "SELECT string_agg(name, ',' ORDER BY position) FROM user_roles", ville)).toBe(
      ",Moderator,Admin,Owner",
    );
    expect((await run(lab, "old", "bundle exec rails db:prepare")).code).toBe(0);
  });

  it("leaves nothing of a migration that fails", async () => {
    await sql(lab, "INSERT INTO commune_double VALUES ('fail_migration', '20260402083000')", ville);
    const failed = await run(lab, "new", "bundle exec rails db:migrate");
    expect(failed.output).toMatch(/all later migrations canceled/);
    expect(failed.code).toBe(1);
    expect(await sql(lab, statusColumns, ville)).not.toContain("quote_approval_policy");
    await sql(lab, "DELETE FROM commune_double WHERE key = 'fail_migration'", ville);
  });

  it("keeps the old release at work after the first phase, and does not go back", async () => {
    const skip = { SKIP_POST_DEPLOYMENT_MIGRATIONS: "true" };
    expect((await run(lab, "new", "bundle exec rails db:migrate", skip)).code).toBe(0);
    expect((await sql(lab, statusColumns, ville)).split("\n")).toEqual(
      expect.arrayContaining(["quote_approval_policy", "local_only"]),
    );
    const back = await run(lab, "old", "bundle exec rails db:migrate");
    expect(back.output).toMatch(/going back to an older Mastodon is not supported/);
    expect(back.code).toBe(1);
  });

  it("refuses other domains and other encryption keys from the first start on", async () => {
    const moved = await run(lab, "new", "bundle exec rails db:migrate", { LOCAL_DOMAIN: "other.test" });
    expect(moved.output).toMatch(/LOCAL_DOMAIN was social\.ville\.test at the first start/);
    expect(moved.code).toBe(1);
    const lost = await run(lab, "new", "bundle exec rails db:migrate", {
      ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: "x",
    });
    expect(lost.output).toMatch(/Errors::Decryption/);
    expect(await sql(lab, statusColumns, ville)).toContain("local_only");
  });
});

describe("commands", () => {
  it("create an owner once, whatever the number of runs", async () => {
    const first = await runner(lab, bootstrap("mairie"), ville);
    expect(first.output).toMatch(/^[\w-]{43}$/);
    expect(await runner(lab, bootstrap("mairie"), ville)).toEqual(first);
    expect(await sql(lab, "SELECT count(*) FROM users", ville)).toBe("1");
  });

  it("have upstream's manners", async () => {
    const set = "Setting.registrations_mode = 'open'; puts Setting.registrations_mode";
    expect((await runner(lab, set, ville)).output).toBe("open");
    expect((await runner(lab, "Setting.registration_mode = 'none'", ville)).output).toMatch(
      /reads no such setting/,
    );
    expect((await runner(lab, "abort 'no'", ville)).code).toBe(1);
  });
});
