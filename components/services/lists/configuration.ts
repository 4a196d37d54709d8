import { readTemplate } from "../../foundation/template/template.ts";
import type { DatabaseConnection } from "../../platform/database/contract.ts";
import { addressReader, suffixOf } from "../../platform/directory/configuration.ts";
import { directoryAddress } from "../../platform/directory/manifests.ts";
import type { ListPlan, ListsPlan, RobotPlan } from "./plan.ts";

/** Port on which mail for lists comes in: an ordinary user may not listen on 25. */
export const mailPort = 2525;

/** Mount path of the volume. */
export const dataFolder = "/var/lib/sympa";

/** Folder of Sympa's configuration. A pod writes each file at its start, in memory, because there are passwords in them. */
const configurationFolder = "/etc/sympa";

/** Bytes of the largest message that a list takes. */
export const largestMessage = 10 * 1024 ** 2;

/** Placeholders of passwords in a file, until the pod writes them. Passwords are base64url: nothing in one ends a line. */
const passwordOf = { database: "@DATABASE_PASSWORD@", directory: "@DIRECTORY_PASSWORD@" } as const;

/** Folders that Sympa's programs keep messages in, below the spool. */
export const spools = [
  ...["msg", "automatic", "bounce", "bulk", "digest", "moderation", "auth", "subscribe", "topic", "task"],
  ...["tmp", "outgoing", "viewmail", "relay"],
];

/** A name in one line of a file of Sympa's. */
const inLine = (text: string) => text.replace(/\s+/g, " ").trim();

/**
 * `sympa.conf`. There is no web interface and nobody makes lists: those that are declared are there. What is written to
 * people goes through a program of the toolkit's, in the place of a mail server's.
 * Source: https://www.sympa.community/gpldoc/man/sympa_config.5.html
 */
export function sympaConfiguration(
  { host, contact, name }: Pick<ListsPlan, "host" | "contact" | "name">,
  { host: server, port, database, sslMode }: DatabaseConnection,
): string {
  const spool = `${dataFolder}/spool`;
  const settings: Record<string, string | number> = {
    domain: host,
    listmaster: contact,
    title: inLine(`Listes de diffusion, ${name}`),
    gecos: "Listes de diffusion",
    lang: "fr",
    supported_lang: "fr",
    db_type: "PostgreSQL",
    db_host: server,
    db_port: port,
    db_name: database,
    db_user: database,
    db_passwd: passwordOf.database,
    ...(sslMode === "disable" ? {} : { db_options: `sslmode=${sslMode}` }),
    home: `${dataFolder}/list_data`,
    arc_path: `${dataFolder}/arc`,
    bounce_path: `${dataFolder}/bounce`,
    spool,
    queue: `${spool}/msg`,
    queuebounce: `${spool}/bounce`,
    queuedigest: `${spool}/digest`,
    queuemod: `${spool}/moderation`,
    queueauth: `${spool}/auth`,
    queuesubscribe: `${spool}/subscribe`,
    queuetopic: `${spool}/topic`,
    queuetask: `${spool}/task`,
    queuebulk: `${spool}/bulk`,
    queueoutgoing: `${spool}/outgoing`,
    tmpdir: `${spool}/tmp`,
    viewmail_dir: `${spool}/viewmail`,
    sendmail: "/opt/lists/sendmail",
    sendmail_aliases: "none",
    create_list: "closed",
    max_size: largestMessage,
    // Who a message is from stays readable where the sender's provider has every other server's refused (DMARC).
    dmarc_protection_mode: "all",
    dmarc_protection_phrase: "name_via_list",
    // A message to many is one to the relay for each fifty of them.
    nrcpt: 50,
    // Nothing below errors: what is carried is named with addresses.
    log_level: 0,
    log_smtp: "off",
  };
  return `${Object.entries(settings)
    .map(([key, value]) => `${key} ${value}`)
    .join("\n")}\n`;
}

/** `robot.conf`: the lists of one association. */
function robotConfiguration(
  { name }: Pick<RobotPlan, "name">,
  { contact: commune }: Pick<ListsPlan, "contact">,
): string {
  return `title ${inLine(name)}\ngecos ${inLine(name)}\nlistmaster ${commune}\n`;
}

/**
 * Returns Sympa's query for the people in a group of the directory, in two steps: from the group to its members, then
 * to their addresses.
 */
function peopleOf(plan: Pick<ListsPlan, "commune" | "domain">, group: string): string {
  const suffix = suffixOf(plan);
  return readTemplate("services/lists/pod/members.conf", {
    HOST: directoryAddress(plan),
    ADDRESS_READER: addressReader,
    PASSWORD: passwordOf.directory,
    SUFFIX: suffix,
    GROUP: group,
  });
}

/** Path of the file with the address of an association's function, as a source of owners. */
const contactFile = (robot: RobotPlan) => `${configurationFolder}/${robot.domain}/contact`;

/** Files of one association below the folder of Sympa's configuration, by path. */
export function robotFiles(
  plan: Pick<ListsPlan, "commune" | "domain" | "contact" | "hasDirectory">,
  robot: RobotPlan,
): Record<string, string> {
  const { members, admins } = robot.groups;
  return {
    "robot.conf": robotConfiguration(robot, plan),
    contact: `${robot.contact}\n`,
    "data_sources/owners.incl": `include_file ${contactFile(robot)}\n${plan.hasDirectory ? `\n${peopleOf(plan, admins)}` : ""}`,
    ...(plan.hasDirectory ? { "data_sources/members.incl": peopleOf(plan, members) } : {}),
  };
}

/**
 * Sympa's names of who may write. `send.ownerauth` asks an owner back by mail: anybody can write an owner's address
 * above a letter.
 */
const sending = { readers: "private", moderated: "privateoreditorkey", owners: "ownerauth" } as const;

/** A list's own file, `config`. Source: https://www.sympa.community/gpldoc/man/list_config.5.html */
export function listConfiguration(
  robot: Pick<RobotPlan, "name" | "isClosed">,
  { name, purpose, readers, writers }: ListPlan,
  { hasDirectory }: Pick<ListsPlan, "hasDirectory">,
): string {
  const fromDirectory = readers === "members" && hasDirectory;
  const paragraphs = [
    `subject ${inLine(purpose)}`,
    `status ${robot.isClosed ? "closed" : "open"}`,
    "lang fr",
    "visibility conceal",
    `send ${sending[writers]}`,
    `subscribe ${readers === "members" ? "closed" : "owner"}`,
    `unsubscribe ${readers === "members" ? "closed" : "auth"}`,
    // An owner is asked back: anybody can write an owner's address above a letter.
    ...["add", "del"].map((command) => `${command} auth`),
    ...["invite", "review", "remind"].map((command) => `${command} owner`),
    "info private",
    "process_archive off",
    `custom_subject ${name}`,
    // How often the directory is asked who belongs to it, and how old its answer may be for a message, in seconds.
    "ttl 600",
    "distribution_ttl 60",
    "reject_mail_from_automates_feature on",
    "owner_include\nsource owners\nprofile privileged",
    ...(fromDirectory ? ["member_include\nsource members"] : []),
  ];
  // Sympa reads the first line alone of lines that stand together.
  return `${paragraphs.join("\n\n")}\n`;
}

/** Returns what the receiver accepts mail for: whole addresses, and Sympa's folder for the bounces of each. */
export function addressesOf(robot: Pick<RobotPlan, "domain" | "lists" | "isClosed">): {
  messages: string[];
  bounces: Record<string, string>;
} {
  const at = (local: string) => `${local}@${robot.domain}`;
  const lists = robot.isClosed ? [] : robot.lists.map(({ name }) => name);
  return {
    messages: [
      ...["sympa", "listmaster", "sympa-request", "postmaster", "abuse"].map(at),
      ...lists.flatMap((name) =>
        ["", "-request", "-editor", "-subscribe", "-unsubscribe"].map((suffix) => at(`${name}${suffix}`)),
      ),
    ],
    bounces: Object.fromEntries([
      [at("sympa-owner"), at("sympa")],
      ...lists.map((name) => [at(`${name}-owner`), at(name)]),
    ]),
  };
}
