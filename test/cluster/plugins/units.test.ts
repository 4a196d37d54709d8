import { execa } from "execa";
import { expect, test } from "vitest";
import { goEnvironment } from "../../../local/go.ts";
import { buildFlags } from "../../../local/toolchain/go.ts";
import { goModule } from "../../../local/toolchain/programs.ts";

test("the plugins and the cluster's programs pass their own tests, compiled from what the toolchain was built of", async () => {
  const { all, failed } = await execa(
    "go",
    ["test", "-vet=off", ...buildFlags, "./plugins/...", "./toolchain/..."],
    {
      cwd: goModule.folder,
      env: goEnvironment,
      all: true,
      reject: false,
    },
  );
  expect(failed, all).toBe(false);
  for (const one of ["plugins/internal/kubernetes", "toolchain/kube-router", "toolchain/volumes"])
    expect(all).toMatch(new RegExp(`^ok\\s+commune\\.cloud/local/${one}\\s`, "m"));
});
