import { execa } from "execa";
import { expect, test } from "vitest";
import { goEnvironment } from "../../../local/go.ts";
import { buildFlags } from "../../../local/toolchain/go.ts";
import { goModule } from "../../../local/toolchain/programs.ts";

test("the plugins pass their own tests, compiled from what the toolchain was built of", async () => {
  const { all, failed } = await execa("go", ["test", "-vet=off", ...buildFlags, "./plugins/..."], {
    cwd: goModule.folder,
    env: goEnvironment,
    all: true,
    reject: false,
  });
  expect(failed, all).toBe(false);
  expect(all).toMatch(/^ok\s+commune\.cloud\/local\/plugins\/internal\/kubernetes\s/m);
});
