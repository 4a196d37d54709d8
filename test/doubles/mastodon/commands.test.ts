import { describe, expect, it } from "vitest";
import { parseCommand } from "./launch.ts";
import { parseSidekiq, queueNames, shares, withoutWorker } from "./queues.ts";
import { migrationsOf, planMigrations, releases } from "./schema/releases.ts";

const command = (line: string) => parseCommand(line.split(" "));

describe("command lines of the Mastodon image", () => {
  it("are those of upstream", () => {
    expect(command("bundle exec puma -C config/puma.rb")).toEqual({ kind: "web" });
    expect(command("bundle exec sidekiq -c 5 -q push")).toEqual({
      kind: "sidekiq",
      args: ["-c", "5", "-q", "push"],
    });
    for (const program of [
      "rails",
      "bin/rails",
      "bundle exec rails",
      "bundle exec bin/rails",
      "/opt/mastodon/bin/rails",
    ]) {
      expect(command(`${program} db:migrate`), program).toEqual({
        kind: "task",
        names: ["db:migrate"],
        env: {},
      });
    }
    expect(command("bundle exec rake db:migrate SKIP_POST_DEPLOYMENT_MIGRATIONS=true")).toEqual({
      kind: "task",
      names: ["db:migrate"],
      env: { SKIP_POST_DEPLOYMENT_MIGRATIONS: "true" },
    });
    expect(command("rails runner a.rb b")).toEqual({ kind: "runner", args: ["a.rb", "b"] });
  });

  it("build home feeds again, and nothing else of tootctl", () => {
    expect(command("tootctl feeds build --all")).toEqual({ kind: "feeds" });
    expect(() => command("tootctl media remove")).toThrow("the double has `feeds build --all` alone");
  });

  it("that upstream does not have end with bundler's exit code", () => {
    expect(() => command("bundle exec unicorn")).toThrow(expect.objectContaining({ exitCode: 127 }));
    expect(() => command("bundle install")).toThrow(/Could not find command "install"/);
    expect(() => command("bundle exec puma -C other.rb")).toThrow(/No such file/);
    expect(() => command("rails server")).toThrow(/bundle exec puma/);
  });
});

describe("sidekiq's arguments", () => {
  it("mean every queue with its weight when no queue is named", () => {
    const plan = parseSidekiq([], 5);
    expect(plan.queues.map(({ name }) => name)).toEqual(queueNames);
    expect(plan).toMatchObject({ concurrency: 5, timeout: 25 });
  });

  it("name queues, weights and threads in every spelling", () => {
    expect(parseSidekiq(["-c", "25", "-q", "default,8", "-q", "push"], 5)).toEqual({
      concurrency: 25,
      queues: [
        { name: "default", weight: 8 },
        { name: "push", weight: 1 },
      ],
      timeout: 25,
    });
    expect(parseSidekiq(["-c3", "--queue=pull", "--timeout", "8"], 5)).toMatchObject({
      concurrency: 3,
      timeout: 8,
    });
  });

  it("that would work nothing are refused", () => {
    expect(() => parseSidekiq(["-q", "defaults"], 5)).toThrow(/Mastodon has no queue "defaults"/);
    expect(() => parseSidekiq(["-q", "pull", "-q", "pull"], 5)).toThrow(/cannot be defined twice/);
    expect(() => parseSidekiq(["-c", "0"], 5)).toThrow(/invalid argument: -c 0/);
    expect(() => parseSidekiq(["--threads", "5"], 5)).toThrow(/invalid option: --threads/);
    expect(() => parseSidekiq(["-q"], 5)).toThrow(/missing argument: -q/);
  });

  it("share the threads by weight, with one for each queue at least", () => {
    const plan = parseSidekiq(["-c", "10", "-q", "default,8", "-q", "pull,1", "-q", "fasp,1"], 5);
    expect([...shares(plan)]).toEqual([
      ["default", 8],
      ["pull", 1],
      ["fasp", 1],
    ]);
    expect([...shares(parseSidekiq(["-c", "1"], 1)).values()].every((share) => share === 1)).toBe(true);
  });

  it("leave queues without a worker, which is told", () => {
    expect(withoutWorker([["default", "push"], ["scheduler"]])).toEqual([
      "ingress",
      "mailers",
      "pull",
      "fasp",
    ]);
    expect(withoutWorker([queueNames])).toEqual([]);
  });
});

describe("the plan of migrations", () => {
  const [old, current] = ["4.5.9", "4.6.5"];
  const base = migrationsOf(old).map(({ version }) => version);
  const all = migrationsOf(current).map(({ version }) => version);
  const pending = (applied: string[], version: string, skip = false) => {
    const plan = planMigrations(applied, version, skip);
    return "pending" in plan ? plan.pending.map(({ phase }) => phase) : plan.refusal;
  };

  it("has both phases in the newer release, in order", () => {
    expect(releases.map(({ version }) => version)).toEqual([old, current]);
    expect([...all].sort()).toEqual(all);
    expect(pending([], current)).toEqual(["pre", "pre", "pre", "post"]);
  });

  it("brings a database along that was made before the double had relays", () => {
    expect(pending([...all.slice(0, 1), ...all.slice(2)], current)).toEqual(["pre"]);
  });

  it("leaves the second phase out when it is to be skipped, and does it later", () => {
    expect(pending(base, current, true)).toEqual(["pre"]);
    expect(pending(all.slice(0, -1), current, true)).toEqual([]);
    expect(pending(all.slice(0, -1), current)).toEqual(["post"]);
    expect(pending(all, current)).toEqual([]);
  });

  it("does not go back", () => {
    expect(pending(all, old)).toMatch(/going back to an older Mastodon is not supported/);
  });

  it("does not start from too far back", () => {
    expect(pending(["20220101000000"], current, true)).toMatch(/earlier than 4\.2\.0 are not supported/);
    expect(pending(["20240101000000"], current)).toMatch(/cannot upgrade from below 4\.3/);
  });
});
