import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { appliedFrom } from "../../audit/approval/history.ts";
import { messagesSince } from "../../audit/messages.ts";

let folder: string;
let stacks: string;
const git = async (...words: string[]) => {
  const date = "2026-11-25T12:00:00Z";
  const names = ["-c", "user.name=Équipe numérique", "-c", "user.email=numerique@bron.test"];
  const { stdout } = await execa("git", ["-C", folder, ...names, ...words], {
    env: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
  });
  return stdout;
};
/** Changes a file below `stacks/`. */
const write = (file: string) => {
  mkdirSync(dirname(join(stacks, file)), { recursive: true });
  appendFileSync(join(stacks, file), "# a line more\n");
};
/** Changes a file below `stacks/`, and says why. Returns the revision. */
const commit = async (file: string, why: string) => {
  write(file);
  await git("add", "--all");
  await git("commit", "--quiet", "--message", why);
  return git("rev-parse", "HEAD");
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "messages-"));
  stacks = join(folder, "stacks");
  mkdirSync(stacks);
  await git("init", "--quiet");
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("the messages of a change", () => {
  test("are those about what the commune is declared by, the newest first, without addresses", async () => {
    const first = await commit("bron/commune.yaml", "declared");
    await commit("givors/commune.yaml", "of another commune");
    await commit("Pulumi.givors.yaml", "of another stack");
    await commit("bron/approvals.jsonl", "written by a command");
    await commit("bron/news/outbox.json", "written by a command too");
    await commit("bron/tenants/chorale.yaml", "La chorale a demandé un site\n\nRéunion du 12.");
    const last = await commit("federation.yaml", "Givors est membre");
    expect(await messagesSince(stacks, "bron", first)).toEqual({
      told: [
        {
          revision: last.slice(0, 12),
          author: "Équipe numérique",
          date: "2026-11-25",
          subject: "Givors est membre",
        },
        expect.objectContaining({ subject: "La chorale a demandé un site" }),
      ],
      more: 0,
      isUnrecorded: false,
    });
  });

  test("are ten at most, with how many there are beside, each of a line that hides nothing", async () => {
    const first = await commit("bron/commune.yaml", "declared");
    // By one process: git takes a while for each.
    const changes = Array.from(
      { length: 11 },
      (_, each) => `commit HEAD
committer Équipe <numerique@bron.test> ${1_795_600_000 + each} +0000
data <<END
change ${each + 1}
END
${each === 0 ? `from ${first}\n` : ""}M 644 inline stacks/bron/commune.yaml
data <<END
${each}
END
`,
    );
    await execa("git", ["-C", folder, "fast-import", "--quiet"], { input: changes.join("\n") });
    await commit("bron/commune.yaml", `\u202erenversé\u200b et ${"long ".repeat(100)}`);
    const messages = await messagesSince(stacks, "bron", first);
    expect(messages?.told).toHaveLength(10);
    expect(messages?.more).toBe(2);
    const [subject = ""] = messages?.told.map((each) => each.subject) ?? [];
    expect(subject).toMatch(/^renversé et long/);
    expect(subject).toHaveLength(200);
  });

  test("are none of a merge, but those of what was merged", async () => {
    const first = await commit("bron/commune.yaml", "declared");
    const branch = await git("branch", "--show-current");
    await git("checkout", "--quiet", "-b", "aside");
    await commit("bron/commune.yaml", "aside");
    await git("checkout", "--quiet", branch);
    await commit("Pulumi.bron.yaml", "meanwhile");
    await git("merge", "--quiet", "--no-ff", "--message", "merged", "aside");
    const messages = await messagesSince(stacks, "bron", first);
    expect(messages?.told.map(({ subject }) => subject).sort()).toEqual(["aside", "meanwhile"]);
  });

  test("are not there yet where a file is not recorded, which is told", async () => {
    await commit("bron/commune.yaml", "declared");
    write("givors/commune.yaml");
    expect(await messagesSince(stacks, "bron", "HEAD")).toBeUndefined();
    write("bron/tenants/chorale.yaml");
    expect(await messagesSince(stacks, "bron", "HEAD")).toEqual({ told: [], more: 0, isUnrecorded: true });
  });

  test("are not told where git does not have the revision, or where none is known", async () => {
    await commit("bron/commune.yaml", "declared");
    expect(await messagesSince(stacks, "bron", "a".repeat(40))).toBeUndefined();
    expect(await messagesSince(stacks, "bron", undefined)).toBeUndefined();
    rmSync(join(folder, ".git"), { recursive: true });
    writeFileSync(join(stacks, "bron", "commune.yaml"), "");
    expect(await messagesSince(stacks, "bron", "HEAD")).toBeUndefined();
  });
});

test("the revision that was applied last is that of the last update that ended well", () => {
  const [one, other] = ["1".repeat(40), "2".repeat(40)];
  const update = (startTime: string, head: string | undefined, rest = {}) => ({
    ...{ kind: "update", startTime, result: "succeeded", ...rest },
    ...(head !== undefined && { environment: { "git.head": head } }),
  });
  const failed = update("2026-11-28T10:00:00Z", other, { result: "failed" });
  const refreshed = update("2026-11-29T10:00:00Z", other, { kind: "refresh" });
  const first = update("2026-11-26T10:00:00Z", other);
  expect(appliedFrom([failed, first, update("2026-11-27T10:00:00+01:00", one), refreshed])).toBe(one);
  expect(appliedFrom([update("2026-11-27T10:00:00Z", undefined), first])).toBeUndefined();
  expect(appliedFrom([update("2026-11-27T10:00:00Z", "--output=x")])).toBeUndefined();
  expect(appliedFrom([])).toBeUndefined();
});
