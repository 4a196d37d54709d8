import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Address of a PostgreSQL. */
interface Server {
  address: string;
  port: number;
}

/**
 * A client that is lost with its server: in which of the three moments the server goes. `waits` for an answer, was
 * `idle` and asks then, or `connects` then.
 */
type Moment = "waits" | "idle" | "connects";

/** Program of a client, which says "ready" when the server may be lost, and goes on with each line that it is sent. */
interface ClientProgram {
  command(moment: Moment): readonly string[];
  moments: readonly Moment[];
  /** Text for its input before the server is lost, and after. */
  before?(moment: Moment): string;
  after?(moment: Moment): string;
}

const sleeping = "SELECT pg_sleep(600)";

/** Programs with libpq, in the words of the application that has each. */
export function clientPrograms({ address, port }: Server): Record<string, ClientProgram> {
  const at = [`--host=${address}`, `--port=${port}`, "--username=postgres", "--dbname=postgres"];
  // Nextcloud: Doctrine's DSN has these alone.
  const php = `$database = new PDO("pgsql:host=${address};port=${port};dbname=postgres", "postgres", "");
    $database->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
    $database->query("SELECT 1");
    fwrite(STDOUT, "ready\\n");
    if ($argv[1] === "idle") fgets(STDIN);
    $database->query($argv[1] === "idle" ? "SELECT 2" : "${sleeping}");`;
  // Mastodon: Rails gives PG these of config/database.yml.
  const ruby = `require "pg"
    database = PG.connect(host: "${address}", port: ${port}, dbname: "postgres", user: "postgres", sslmode: "prefer", application_name: "")
    database.exec("SELECT 1")
    STDOUT.puts("ready")
    STDOUT.flush
    STDIN.gets if ARGV[0] == "idle"
    database.exec(ARGV[0] == "idle" ? "SELECT 2" : "${sleeping}")`;
  return {
    psql: {
      command: () => ["psql", "--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", ...at],
      moments: ["waits", "idle"],
      before: (moment) => `SELECT 'ready';\n${moment === "waits" ? `${sleeping};\n` : ""}`,
      after: (moment) => (moment === "idle" ? "SELECT 2;\n" : ""),
    },
    "psql later": {
      command: () => [
        "sh",
        "-c",
        'echo ready; read -r line; exec psql "$@" --command="SELECT 1"',
        "sh",
        ...at,
      ],
      moments: ["connects"],
    },
    "PHP's PDO": { command: (moment) => ["php", "-r", php, moment], moments: ["waits", "idle"] },
    "Ruby's pg": { command: (moment) => ["ruby", "-e", ruby, moment], moments: ["waits", "idle"] },
  };
}

/** A client that runs. */
export class RunningClient {
  private readonly child: ChildProcess;
  private said = "";
  private readonly lines: string[] = [];
  /** Resolves with its exit code when it ends. */
  readonly ended: Promise<number | null>;

  constructor(
    readonly name: string,
    private readonly program: ClientProgram,
    private readonly moment: Moment,
    { words, env }: { words: readonly string[]; env: Readonly<Record<string, string>> },
  ) {
    const [first = "", ...rest] = [...words, ...program.command(moment)];
    this.child = spawn(first, rest, { env: { ...process.env, ...env } });
    this.child.stderr?.on("data", (data) => {
      this.said += data;
    });
    if (this.child.stdout) createInterface(this.child.stdout).on("line", (line) => this.lines.push(line));
    this.ended = new Promise((resolve) => this.child.on("exit", resolve));
    this.send(program.before?.(moment) ?? "");
  }

  /** Whether the server may be lost. @throws if it has ended. */
  get isReady(): boolean {
    if (!this.isRunning) throw new Error(`${this.name} has ended: ${this.said}`);
    return this.lines.includes("ready");
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Output that says why it ended. */
  get error(): string {
    return this.said.trim();
  }

  /** Lets it go on after its server was lost. */
  goOn(): void {
    this.send(this.program.after?.(this.moment) ?? "\n");
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }

  private send(text: string): void {
    if (text !== "") this.child.stdin?.write(text);
  }
}
