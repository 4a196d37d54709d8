import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Pool } from "pg";
import { mediaFolder } from "./home.ts";
import { Refusal } from "./refusal.ts";
import type { Services } from "./services.ts";
import { type Media, mediaPath } from "./store/media.ts";
import { writeSetting } from "./store/settings.ts";
import { hashed, UserStore } from "./store/users.ts";

/** A command line of tootctl, taken apart: words, and options with their values. */
export interface Words {
  words: string[];
  options: Record<string, string | true>;
}

const withValue = ["email", "role", "days", "limit", "concurrency", "only", "chunk-size", "batch-size"];

/** Takes a command line apart as Thor does: `--role Owner`, `--role=Owner`, `--confirmed`. */
export function takeApart(args: string[]): Words {
  const found: Words = { words: [], options: {} };
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [, name, inline] = word.match(/^--([a-z-]+)(?:=(.*))?$/s) ?? [];
    if (name === undefined) found.words.push(word);
    else if (!withValue.includes(name)) found.options[name] = inline ?? true;
    else {
      const value = inline ?? rest.shift();
      if (value === undefined) throw new Refusal(`No value provided for option '--${name}'`);
      found.options[name] = value;
    }
  }
  return found;
}

type Tool = (services: Services, words: string[], options: Words["options"]) => Promise<void>;

const tools: Record<string, { arguments: number; options: string[]; run: Tool }> = {
  "accounts create": { arguments: 1, options: ["email", "confirmed", "approve", "role"], run: createAccount },
  "accounts modify": {
    arguments: 1,
    options: ["role", "remove-role", "email", "confirm", "enable", "disable", "approve", "reset-password"],
    run: modifyAccount,
  },
  "settings registrations open": { arguments: 0, options: [], run: registrations("open") },
  "settings registrations close": { arguments: 0, options: [], run: registrations("none") },
  "settings registrations approved": {
    arguments: 0,
    options: ["require-reason"],
    run: registrations("approved"),
  },
  "media remove": {
    arguments: 0,
    options: [
      "days",
      "concurrency",
      "verbose",
      "dry-run",
      "prune-profiles",
      "remove-headers",
      "include-follows",
    ],
    run: removeMedia,
  },
  "search deploy": {
    arguments: 0,
    options: ["concurrency", "batch-size", "only", "import", "clean", "reset-chewy", "only-mapping"],
    run: async () => {
      throw new Refusal(
        "Elasticsearch is not enabled (ES_ENABLED), and the double has no search engine: there is nothing to deploy.",
      );
    },
  },
};

/** Reads a command line and returns what to do with the services. Throws Refusal for what is not there. */
export function parseTootctl(args: string[]): (services: Services) => Promise<void> {
  const { words, options } = takeApart(args);
  const name = Object.keys(tools).find((each) =>
    each.split(" ").every((word, index) => words[index] === word),
  );
  const tool = name === undefined ? undefined : tools[name];
  if (name === undefined || tool === undefined) {
    const known = Object.keys(tools).join(", ");
    throw new Refusal(`Could not find command "${words.join(" ")}". The double's tootctl has: ${known}.`);
  }
  const given = words.slice(name.split(" ").length);
  if (given.length !== tool.arguments) {
    throw new Refusal(
      `ERROR: "tootctl ${name}" was called with ${given.length === 0 ? "no arguments" : `arguments ${JSON.stringify(given)}`}`,
    );
  }
  const unknown = Object.keys(options).find((option) => !tool.options.includes(option));
  if (unknown) throw new Refusal(`Unknown switches "--${unknown}"`);
  return (services) => tool.run(services, given, options);
}

async function createAccount({ pool }: Services, [username = ""]: string[], options: Words["options"]) {
  if (typeof options.email !== "string")
    throw new Refusal("No value provided for required options '--email'");
  const users = new UserStore(pool);
  const password = randomBytes(16).toString("hex");
  await users.create({
    username,
    email: options.email,
    password,
    role: typeof options.role === "string" ? await users.role(options.role) : null,
    confirmed: options.confirmed === true,
    approved: options.approve === true || (await registrationsAreOpen(pool)),
  });
  console.log(`OK\nNew password: ${password}`);
}

async function modifyAccount({ pool }: Services, [username = ""]: string[], options: Words["options"]) {
  const users = new UserStore(pool);
  const password = randomBytes(16).toString("hex");
  await users.modify(username, {
    ...(typeof options.role === "string" && { role_id: await users.role(options.role) }),
    ...(options["remove-role"] && { role_id: null }),
    ...(typeof options.email === "string" && { email: options.email.toLowerCase() }),
    ...(options.enable && { disabled: false }),
    ...(options.disable && { disabled: true }),
    ...(options.approve && { approved: true }),
    ...(options.confirm && { confirmed_at: new Date().toISOString() }),
    ...(options["reset-password"] && { encrypted_password: await hashed(password) }),
  });
  console.log("OK");
  if (options["reset-password"]) console.log(`New password: ${password}`);
}

async function registrationsAreOpen(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query("SELECT value FROM settings WHERE var = 'registrations_mode'");
  return rows[0]?.value === '"open"';
}

function registrations(mode: string): Tool {
  return async ({ pool }, _, options) => {
    await writeSetting(pool, "registrations_mode", mode);
    if (options["require-reason"]) await writeSetting(pool, "require_invite_text", true);
    console.log("OK");
  };
}

/** The double fetches no files of other servers: what it removes are uploads that no post uses. */
async function removeMedia({ pool }: Services, _: string[], options: Words["options"]) {
  const days = Number(options.days ?? 7);
  if (!Number.isInteger(days))
    throw new Refusal(`Expected numeric value for '--days'; got "${options.days}"`);
  const { rows } = await pool.query<Media>(
    "SELECT * FROM media_attachments WHERE status_id IS NULL AND remote_url = '' AND created_at < now() - $1 * interval '1 day'",
    [days],
  );
  const bytes = rows.reduce((sum, row) => sum + (row.file_file_size ?? 0), 0);
  if (!options["dry-run"]) {
    for (const row of rows) {
      await rm(join(mediaFolder, mediaPath(row)), { force: true });
      await pool.query("DELETE FROM media_attachments WHERE id = $1", [row.id]);
    }
  }
  const trial = options["dry-run"] ? " (DRY RUN)" : "";
  console.log(`Removed ${rows.length} media attachments (approx. ${bytes} Bytes)${trial}`);
}
