import { Listr, ListrLogger, ListrLogLevels, type ListrTask, PRESET_TIMER } from "listr2";

/** Leaves failures out: the error that ends the run is printed once, by the program's edge. */
class WithoutFailures extends ListrLogger<ListrLogLevels> {
  override log(...[level, message, options]: Parameters<ListrLogger<ListrLogLevels>["log"]>): void {
    if (level !== ListrLogLevels.FAILED) super.log(level, message, options);
  }
}

/**
 * Runs steps one after the other, drawn on a terminal and as plain lines elsewhere. Throws a step's error. Returns
 * what they handed on.
 */
export async function runTasks<Context extends object>(
  tasks: ListrTask<Context>[],
): Promise<Partial<Context>> {
  return new Listr<Context>(tasks, {
    fallbackRenderer: "simple",
    // A terminal that does not know how wide it is would be drawn on one letter a line.
    fallbackRendererCondition: () => process.stdout.isTTY && !process.stdout.columns,
    rendererOptions: { timer: PRESET_TIMER, collapseSubtasks: false, showErrorMessage: false },
    fallbackRendererOptions: { timer: PRESET_TIMER, logger: new WithoutFailures({ useIcons: true }) },
  }).run();
}
