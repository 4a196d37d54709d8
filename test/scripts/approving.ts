import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { execa } from "execa";
import { vi } from "vitest";
import type { Approver } from "../../audit/approval/approvers.ts";
import { planOf } from "../../audit/approval/plan.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import type { Previewed } from "../../scripts/approval/planned.ts";
import { approveCommand } from "../../scripts/approve.ts";
import { auditCommand } from "../../scripts/audit.ts";
import { proposeCommand } from "../../scripts/propose.ts";
import { verifyLogCommand } from "../../scripts/verify-log.ts";

const nothing = async (): Promise<KubernetesObject[]> => [];

/** A preview that changes nothing, as an engine would give it. */
const previewed: Previewed = {
  plan: planOf({
    resources: [],
    outputs: {},
    secretsCount: true,
    versions: { toolkit: "0.1.0", pulumi: "3.259.0" },
  }),
  state: { resources: new Map(), published: undefined, outputs: {}, key: undefined, logKey: undefined },
  history: [],
  before: [],
  after: [],
  engineChanges: { secrets: new Set(), released: [], outputs: [] },
  kept: new Set(),
};

/** Request that an address carries behind its `#`. */
interface Request {
  said: Record<string, unknown> & { digest: string; proposal: string };
  signers: { name: string; role: string; by: string; id: string }[];
}

/** Reads the request in an address of the page on which officials approve. */
export function requestIn(address: string): Request {
  const packed = Buffer.from(new URL(address).hash.slice(1), "base64url");
  return JSON.parse(inflateRawSync(packed).toString("utf8")) as Request;
}

/** Bron, whose team signs with an SSH key, and whose officials sign in a browser: its files, and the commands. */
export class ApprovingCommune {
  readonly folder = mkdtempSync(join(tmpdir(), "approving-"));
  readonly stacks = join(this.folder, "stacks");
  readonly report = join(this.folder, "report", "report.json");
  /** Output of the last command. */
  printed = "";
  readonly #key = join(this.folder, "team");

  /** Writes the files, with approvers who have passkeys. */
  async open(officials: readonly Approver[]): Promise<this> {
    mkdirSync(join(this.stacks, "bron"), { recursive: true });
    writeFileSync(
      join(this.stacks, "bron", "commune.yaml"),
      'id: bron\nname: Bron\ninsee: "69029"\ndomain: bron.test\npopulation: 42000\ncontact: numerique@bron.test\n',
    );
    await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", this.#key]);
    const team = {
      name: "team",
      role: "administrator",
      key: readFileSync(`${this.#key}.pub`, "utf8").trim(),
    };
    const others = officials.map(({ name, role, passkey }) => ({ name, role, passkey }));
    const lines = [team, ...others].map((each) => `  - ${JSON.stringify({ ...each, from: "2026-01-01" })}\n`);
    this.list(lines.join(""));
    return this;
  }

  /** Writes the lines of approvers.yaml, after those that it has. */
  list(lines: string): void {
    const file = join(this.stacks, "bron", "approvers.yaml");
    writeFileSync(file, `approvers:\n${this.approvers}${lines}`);
    this.approvers += lines;
  }
  approvers = "";

  /** Makes a report and proposes it. Returns the addresses at which it is approved in a browser. */
  async proposed(because = "Plus personne ne s’en sert."): Promise<string[]> {
    const command = auditCommand(this.stacks, nothing, async () => previewed);
    const told = ["bron", "--preview", "--because", because, "--to", join(this.folder, "report")];
    await this.run(command, told);
    await this.run(proposeCommand(this.stacks), [this.report, "--key", this.#key, "--yes"]);
    return this.printed.match(/https:\/\/\S+#\S+/g) ?? [];
  }

  /** Enters an answer of the page into the log. */
  entered(answer: string, ...words: string[]): Promise<number> {
    const file = join(this.folder, "answer.txt");
    writeFileSync(file, answer);
    const command = approveCommand(this.stacks, nothing, async () => previewed);
    return this.run(command, [this.report, "--passkey", file, ...words]);
  }

  /** Verifies the log; of other folders, such as those of another machine. */
  verified(stacks = this.stacks): Promise<number> {
    return this.run(verifyLogCommand(stacks), ["bron"]);
  }

  close(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** Runs a command and returns its exit code; what it throws is what a person would be told. */
  private async run(command: ReturnType<typeof verifyLogCommand>, words: string[]): Promise<number> {
    process.exitCode = undefined;
    this.printed = "";
    const note = (...words: unknown[]) => {
      this.printed += `${words.join(" ")}\n`;
    };
    const spies = (["log", "error"] as const).map((name) => vi.spyOn(console, name).mockImplementation(note));
    try {
      await command.exitOverride().parseAsync(words, { from: "user" });
      return Number(process.exitCode ?? 0);
    } finally {
      for (const spy of spies) spy.mockRestore();
      process.exitCode = undefined;
    }
  }
}
