import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";

const config = readFileSync(process.env.MOBILIZON_CONFIG_PATH ?? "/etc/mobilizon/config.exs", "utf8");

/** A setting of one line, as the chart writes it. */
function setting(pattern: RegExp): string {
  const found = pattern.exec(config)?.[1];
  if (found === undefined) throw new Error(`the configuration has no ${pattern}`);
  return found;
}

/** Asks the server that the configuration names, with the password that it names a file of. */
function sql(statement: string): string {
  const env = {
    ...process.env,
    PGHOST: setting(/hostname: "(database\.[^"]+)"/),
    PGPORT: setting(/port: (\d+),\n {2}database/),
    PGDATABASE: setting(/database: "([^"]+)"/),
    PGUSER: setting(/username: "([^"]+)"/),
    PGPASSWORD: readFileSync(setting(/password: secret\.\("([^"]+)"\)/), "utf8").trim(),
  };
  const words = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"];
  return execFileSync("psql", words, { env, input: statement, encoding: "utf8" }).trim();
}

/** As its first migrations: what is missing of extensions would be made, which an ordinary role may not. */
function migrate(): void {
  sql(`CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE TABLE IF NOT EXISTS users (id serial PRIMARY KEY, email text NOT NULL UNIQUE, password_hash text NOT NULL, role text NOT NULL);
CREATE TABLE IF NOT EXISTS events (id serial PRIMARY KEY, title text NOT NULL, place geometry(Point, 4326));
CREATE INDEX IF NOT EXISTS events_title ON events USING gin (title gin_trgm_ops);
`);
}

/** Makes the first administrator, if there is none. */
function administrator(code: string): void {
  const email = /email: "([^"]+)"/.exec(code)?.[1] ?? "";
  const password = readFileSync(
    /"(\/run\/secrets\/[^"]+)" \|> File\.read!/.exec(code)?.[1] ?? "",
    "utf8",
  ).trim();
  const hash = createHash("sha256").update(password).digest("hex");
  sql(`INSERT INTO users (email, password_hash, role) SELECT '${email}', '${hash}', 'administrator'
 WHERE NOT EXISTS (SELECT FROM users);`);
}

function evaluate(code: string): void {
  if (code.includes('Mobilizon.CLI.run("migrate")')) migrate();
  else if (code.includes("Mobilizon.Users.register(")) administrator(code);
  else throw new Error("the double does not know this code");
}

/** Its front page: the name, and the titles of what is on. A picture is kept as it comes. */
function serve(): void {
  const name = setting(/name: "((?:[^"\\]|\\.)*)"/);
  const uploads = setting(/uploads: "([^"]+)"/);
  mkdirSync(uploads, { recursive: true });
  createServer((request, response) => {
    try {
      if (request.method === "GET" && request.url === "/") {
        const titles = sql("SELECT title FROM events ORDER BY id").split("\n");
        response.end(`<title>${name}</title>${titles.map((title) => `<h2>${title}</h2>`).join("")}`);
      } else if (request.method === "PUT" && request.url?.startsWith("/media/")) {
        const chunks: Buffer[] = [];
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.on("end", () => {
          writeFileSync(`${uploads}/${request.url?.slice(7)}`, Buffer.concat(chunks));
          response.end();
        });
      } else response.writeHead(404).end();
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  }).listen(4000, "127.0.0.1");
  // The first process of a container ends by itself, or in half a minute.
  process.on("SIGTERM", () => process.exit());
}

const [verb, code = ""] = process.argv.slice(2);
if (verb === "eval") evaluate(code);
else if (verb === "start") serve();
else throw new Error(`the double does not know ${verb}`);
