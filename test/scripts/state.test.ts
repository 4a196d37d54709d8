import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type Ask, stateEnvironment } from "../../scripts/state.ts";

const homes: string[] = [];
afterEach(() => {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true });
});

/** A home in which `pulumi login` was run, or not. */
function homeWith(current?: string): NodeJS.ProcessEnv {
  const home = mkdtempSync(join(tmpdir(), "commune-home-"));
  homes.push(home);
  if (current !== undefined) {
    mkdirSync(join(home, ".pulumi"));
    writeFileSync(join(home, ".pulumi", "credentials.json"), JSON.stringify({ current }));
  }
  return { HOME: home };
}
const open = { PULUMI_CONFIG_PASSPHRASE_FILE: "/phrase" };

describe("the state of a stack is kept", () => {
  test("where the environment says, whatever pulumi login said", async () => {
    const url = "s3://bron-etat?region=fr";
    const named = { ...homeWith("file:///elsewhere"), ...open, PULUMI_BACKEND_URL: url };
    expect(await stateEnvironment(named, undefined)).toEqual({ PULUMI_BACKEND_URL: url });
  });

  test("else where pulumi login went", async () => {
    const logged = { ...homeWith("file:///srv/etat"), ...open };
    expect(await stateEnvironment(logged, undefined)).toEqual({ PULUMI_BACKEND_URL: "file:///srv/etat" });
  });

  test.each([undefined, "", "https://api.pulumi.com", "https://api.pulumi.com/bron"])(
    "never in Pulumi's private cloud by itself (logged in to %s)",
    async (current) => {
      const nowhere = { ...homeWith(current), ...open, PULUMI_ACCESS_TOKEN: "pul-1" };
      await expect(stateEnvironment(nowhere, undefined)).rejects.toThrow(
        /nothing says where .* export PULUMI_BACKEND_URL="file:.*Pulumi's own cloud keeps it only where it is named\. Nothing was changed\./,
      );
    },
  );

  test("in that cloud where somebody names it, which keeps its secrets itself", async () => {
    const named = { ...homeWith(), PULUMI_BACKEND_URL: "https://api.pulumi.com" };
    expect(await stateEnvironment(named, undefined)).toEqual({
      PULUMI_BACKEND_URL: "https://api.pulumi.com",
    });
  });

  test("else in a folder that a person names, made for that person alone", async () => {
    const home = homeWith();
    const folder = join(String(home.HOME), "etat", "bron");
    const asked: boolean[] = [];
    const ask: Ask = async (_question, { isSecret }) => {
      asked.push(isSecret);
      return isSecret ? "a phrase" : folder;
    };
    expect(await stateEnvironment(home, ask)).toEqual({
      PULUMI_BACKEND_URL: `file://${folder}?metadata=skip`,
      PULUMI_CONFIG_PASSPHRASE: "a phrase",
    });
    expect(asked).toEqual([false, true]);
  });
});

describe("without a passphrase", () => {
  const named = { PULUMI_BACKEND_URL: "file:///srv/etat" };

  test("nobody to ask: says where to write one", async () => {
    await expect(stateEnvironment({ ...homeWith(), ...named }, undefined)).rejects.toThrow(
      /nothing opens the stack's secrets.* export PULUMI_CONFIG_PASSPHRASE_FILE=/,
    );
  });

  test("an empty answer is refused", async () => {
    await expect(stateEnvironment({ ...homeWith(), ...named }, async () => "")).rejects.toThrow(
      "an empty passphrase protects nothing",
    );
  });
});
