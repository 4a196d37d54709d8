import { relative } from "node:path";
import type { Reporter, TestModule } from "vitest/node";
import { checkout } from "../../local/paths.ts";

/** Says why tests of a file failed when the file is done: the default reporter says it an hour later, or never. */
export default class AtOnce implements Reporter {
  onTestModuleEnd(module: TestModule): void {
    const { children } = module;
    const failed = [...children.allSuites(), ...children.allTests()].flatMap((one) => {
      const errors = one.type === "test" ? (one.result().errors ?? []) : one.errors();
      return errors.map(({ message, stack = "" }) => `${one.fullName}\n${message}\n${stack}`);
    });
    const errors = module.errors().map(({ message, stack = "" }) => `${message}\n${stack}`);
    for (const each of [...errors, ...failed])
      console.error(`\n✘ ${relative(checkout, module.moduleId)}: ${each}\n`);
  }
}
