type Named<Value> = Readonly<Record<string, Value>>;

/** Fields of an application in which commands and the places of its files are. */
interface Commanded {
  pod?: { command?: string[] | undefined; install?: string[] | undefined; files: Named<string> } | undefined;
  timed?: { command: string[] } | undefined;
  login?: { files: Named<string> } | undefined;
  commands?: Named<string[] | undefined> | undefined;
  restorePoint?: { copies?: Named<string[]> | undefined } | undefined;
  exit: { export?: { command: string[] } | undefined };
}

/** Returns every command of an application, with its place. */
function commandsOf({ pod, timed, commands, restorePoint, exit }: Commanded) {
  const below = (path: string[], named: Named<string[] | undefined> = {}) =>
    Object.entries(named).map(([name, command = []]) => ({ path: [...path, name], command }));
  return [
    ...below(["pod"], { command: pod?.command, install: pod?.install }),
    ...below(["timed"], { command: timed?.command }),
    ...below(["commands"], commands),
    ...below(["restorePoint", "copies"], restorePoint?.copies),
    ...below(["exit", "export"], { command: exit.export?.command }),
  ];
}

/** Returns the files below `/config/` that commands name and that no file of the chart becomes, each with its place. */
export function missingFiles(application: Commanded): { path: string[]; file: string }[] {
  const { pod, login } = application;
  const there = new Set([...Object.values(pod?.files ?? {}), ...Object.values(login?.files ?? {})]);
  return commandsOf(application).flatMap(({ path, command }) =>
    command
      .flatMap((word) => word.match(/(?<![\w.-])\/config\/[\w./-]+/g) ?? [])
      .filter((file) => !there.has(file))
      .map((file) => ({ path, file })),
  );
}
