import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { environmentText } from "../../programs/restore-point/restic.ts";

test("whatever is in the key to a bucket, a shell reads it as it is and runs nothing of it", () => {
  const key = `it's; echo "$HOME" \`id\` $(id) \\ 'quoted'`;
  const text = environmentText({ AWS_SECRET_ACCESS_KEY: key, TZ: "UTC" });
  const script = `set -a\neval "$(cat)"\nset +a\nexec sh -c 'printf "%s|%s" "$AWS_SECRET_ACCESS_KEY" "$TZ"'`;
  expect(execFileSync("sh", ["-euc", script], { input: text, encoding: "utf8" })).toBe(`${key}|UTC`);
});
