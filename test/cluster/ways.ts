import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";

/** A container from which a connection is tried, by what runs in it. */
export interface From {
  namespace: string;
  /** As `kubectl exec` takes it: `deployment/lists`. */
  workload: string;
  container?: string;
  /** bash where absent. */
  program?: "bash" | "node" | "python";
}

/** A connection that is tried. */
export interface Way {
  from: From;
  to: readonly [host: string, port: number];
}

/** Seconds that controls have to answer, the later ones where a busy machine is slower than the first. */
const patience = [2, 4, 8, 16, 32] as const;

/** Commands that open a connection within so many seconds, and print "reached" then. */
const attempts = {
  bash: (host: string, port: number, seconds: number) => [
    ...["bash", "-c", `timeout ${seconds} bash -c 'exec 3<>/dev/tcp/${host}/${port}' && echo reached`],
  ],
  node: (host: string, port: number, seconds: number) => [
    ...["node", "-e"],
    `const socket = require("node:net").connect({ host: "${host}", port: ${port} });
setTimeout(() => process.exit(), ${seconds * 1000});
socket.on("connect", () => { console.log("reached"); process.exit(); });
socket.on("error", () => process.exit());`,
  ],
  python: (host: string, port: number, seconds: number) => [
    ...["/app/bin/python", "-c"],
    `import socket
try:
    socket.create_connection(("${host}", ${port}), ${seconds})
    print("reached")
except OSError:
    pass`,
  ],
};

/** Environment of `kubectl`, with which connections are tried. */
type Environment = NodeJS.ProcessEnv;

async function isOpen(environment: Environment, { from, to: [host, port] }: Way, seconds: number) {
  const { namespace, workload, container, program = "bash" } = from;
  const inContainer = container === undefined ? [] : ["-c", container];
  const pod = ["exec", "-n", namespace, workload, ...inContainer, "--"];
  const words = [...pod, ...attempts[program](host, port, seconds)];
  const { stdout } = await execa("kubectl", words, { env: environment, reject: false });
  return stdout === "reached";
}

const shown = ({ from: { namespace, workload }, to: [host, port] }: Way) =>
  `${namespace} ${workload} to ${host}:${port}`;

/**
 * Those of some ways, which should be closed, that let a connection pass. Beside each stand controls that are tried in the same
 * moment: the same address from who may reach it, or something else from the same pod. That a closed way is silent counts once
 * every control has answered, in a third of the time that the closed one had: on a busy machine what is slow looks closed.
 *
 * @throws where a control answers in no time: then nothing is shown.
 */
export async function passed(
  environment: Environment,
  closed: readonly Way[],
  controls: readonly Way[],
): Promise<string[]> {
  let silent: readonly Way[] = controls;
  for (const seconds of patience) {
    const [ofClosed, ofControls] = await Promise.all([
      Promise.all(closed.map((way) => isOpen(environment, way, 3 * seconds))),
      Promise.all(controls.map((way) => isOpen(environment, way, seconds))),
    ]);
    silent = controls.filter((_, index) => ofControls[index] !== true);
    if (silent.length === 0) return closed.filter((_, index) => ofClosed[index] === true).map(shown);
    await sleep(1000);
  }
  throw new Error(`a control does not answer, so that nothing is shown: ${silent.map(shown).join(", ")}`);
}
