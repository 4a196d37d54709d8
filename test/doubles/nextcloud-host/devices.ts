import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { execa, type Options } from "execa";
import { installPackages, missingPackages } from "../../../local/packages.ts";

/** The clients that people have, from Debian. */
export async function installClients(): Promise<void> {
  await installPackages(await missingPackages(["nextcloud-desktop-cmd", "vdirsyncer"]));
}

/** Address and credentials of somebody's device. */
export interface Access {
  url: string;
  uid: string;
  /** An app password. */
  token: string;
  /** Files that a device of a local cluster needs as well. */
  cluster?: {
    /** File of names, in the place of /etc/hosts. */
    hosts: string;
    /** File with the authority of the certificate. */
    authority: string;
  };
}

/** Runs a client; one of a local cluster where public names lead there. */
function started({ cluster }: Access, program: string, words: readonly string[], options: Options) {
  if (cluster === undefined) return execa(program, words, options);
  const named = 'mount --bind "$1" /etc/hosts; shift; exec "$@"';
  return execa("unshare", ["--mount", "sh", "-euc", named, "sh", cluster.hosts, program, ...words], options);
}

/** Files below a folder, by their path; names that begin with a dot are the client's own. */
function below(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    if (entry.isFile() && !/(^|\/)\./.test(name)) found[name] = readFileSync(path, "utf8");
  }
  return found;
}

/** A computer with Nextcloud's desktop client. */
export class Computer {
  readonly folder: string;

  constructor(
    home: string,
    private readonly access: Access,
  ) {
    this.folder = join(home, "files");
    mkdirSync(this.folder, { recursive: true });
  }

  /** One run. Throws where the client says that it did not end well. */
  async sync(): Promise<void> {
    const { url, uid, token, cluster } = this.access;
    const trusting = cluster === undefined ? [] : ["--trust"];
    const words = ["--non-interactive", ...trusting, "-u", uid, "-p", token, this.folder, url];
    const env = { HOME: join(this.folder, "..") };
    await started(this.access, "nextcloudcmd", words, { env, timeout: 120_000 });
  }

  write(name: string, text: string): void {
    mkdirSync(join(this.folder, name, ".."), { recursive: true });
    writeFileSync(join(this.folder, name), text);
  }

  remove(name: string): void {
    rmSync(join(this.folder, name));
  }

  /** Files that it has in common with the server, by path. */
  get files(): Record<string, string> {
    return this.some((name) => !isConflict(name));
  }

  /** Files that it keeps for itself, because the server has another text of that name. */
  get conflicts(): Record<string, string> {
    return this.some(isConflict);
  }

  private some(wanted: (name: string) => boolean): Record<string, string> {
    return Object.fromEntries(Object.entries(below(this.folder)).filter(([name]) => wanted(name)));
  }
}

const isConflict = (name: string) => name.includes(" (conflicted copy ");

const lines = (...all: readonly string[]) => `${all.join("\r\n")}\r\n`;

const eventText = (uid: string, summary: string) =>
  lines(
    ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VEVENT", `UID:${uid}`],
    ...["DTSTAMP:20261130T120000Z", "DTSTART:20261201T090000Z", `SUMMARY:${summary}`],
    ...["END:VEVENT", "END:VCALENDAR"],
  );

const personText = (uid: string, name: string) =>
  lines("BEGIN:VCARD", "VERSION:3.0", `UID:${uid}`, `FN:${name}`, `N:${name};;;;`, "END:VCARD");

const kinds = {
  calendars: { type: "caldav", home: "calendars", collection: "personal", ending: ".ics", textOf: eventText },
  contacts: {
    ...{ type: "carddav", home: "addressbooks/users", collection: "contacts", ending: ".vcf" },
    textOf: personText,
  },
} as const;

/** Writes an event and a person as somebody does in a browser. */
export async function writeInBrowser({ url, uid, token }: Access, name: string, text = name): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${uid}:${token}`).toString("base64")}`;
  for (const { home, collection, ending, textOf } of Object.values(kinds)) {
    const address = `${url}/remote.php/dav/${home}/${uid}/${collection}/${name}${ending}`;
    const answer = await fetch(address, {
      method: "PUT",
      body: textOf(name, text),
      headers: { authorization },
    });
    if (!answer.ok) throw new Error(`${address}: ${answer.status} ${await answer.text()}`);
  }
}

/** A device with vdirsyncer: one calendar and one address book, in files. */
export class Diary {
  constructor(
    private readonly home: string,
    private readonly access: Access,
  ) {
    const { url, uid, token, cluster } = access;
    // A cluster's redirects name no port.
    const start = cluster === undefined ? `${url}/` : `${url}/remote.php/dav/`;
    const sections = Object.entries(kinds).map(([kind, { type, collection, ending }]) => {
      mkdirSync(join(home, kind, collection), { recursive: true });
      const trusted = cluster === undefined ? "" : `\nverify = ${JSON.stringify(cluster.authority)}`;
      return `[pair ${kind}]
a = "${kind}_here"
b = "${kind}_there"
collections = ["${collection}"]
[storage ${kind}_here]
type = "filesystem"
path = ${JSON.stringify(join(home, kind))}
fileext = "${ending}"
[storage ${kind}_there]
type = "${type}"
url = "${start}"
username = "${uid}"
password = ${JSON.stringify(token)}${trusted}
`;
    });
    const general = `[general]\nstatus_path = ${JSON.stringify(join(home, "status"))}\n`;
    writeFileSync(join(home, "config"), general + sections.join(""));
  }

  private async run(verb: "discover" | "sync"): Promise<void> {
    const words = ["--config", join(this.home, "config"), verb];
    await started(this.access, "vdirsyncer", words, { input: "y\ny\n", timeout: 120_000 });
  }

  /** Finds what there is, from the address alone. */
  discover(): Promise<void> {
    return this.run("discover");
  }

  sync(): Promise<void> {
    return this.run("sync");
  }

  /** Writes an event and a person of one name. */
  write(name: string, text = name): void {
    for (const [kind, { collection, ending, textOf }] of Object.entries(kinds))
      writeFileSync(join(this.home, kind, collection, `${name}${ending}`), textOf(name, text));
  }

  /** Its entries: the summary of each event, and the name of each person. */
  get entries(): { calendars: string[]; contacts: string[] } {
    const read = (kind: keyof typeof kinds, field: string) =>
      Object.values(below(join(this.home, kind, kinds[kind].collection)))
        .map((text) => new RegExp(`^${field}:(.*?)\r?$`, "m").exec(text)?.[1] ?? "")
        .sort();
    return { calendars: read("calendars", "SUMMARY"), contacts: read("contacts", "FN") };
  }
}
