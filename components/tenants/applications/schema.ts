import * as z from "zod";
import { choice } from "../../foundation/declaration/choice.ts";
import { count } from "../../foundation/declaration/count.ts";
import { flag } from "../../foundation/declaration/flag.ts";
import { line } from "../../foundation/declaration/line.ts";
import { list } from "../../foundation/declaration/list.ts";
import { named, section } from "../../foundation/declaration/section.ts";
import { softwareSection } from "../../foundation/image/catalogue-schema.ts";
import { dataCategories } from "../../foundation/manifest/data-categories.ts";
import type { Rotation } from "../../foundation/seed/labels.ts";
import { accesses } from "./access.ts";
import { missingFiles } from "./commands.ts";
import { fieldSchema, fieldsProblems } from "./fields.ts";
import {
  containerPath,
  fieldName,
  filesAt,
  kubernetesQuantity,
  memory,
  processor,
  prose,
  shortName,
  words,
} from "./scalars.ts";

const rotations = ["by itself", "by a Job", "never"] as const satisfies readonly Rotation[];

const secretSection = section({
  key: shortName("the name of its file", "key").prefault("key").describe("Name of its file."),
  rotation: choice(rotations).describe(
    "How another version of it takes effect: `by itself` if the application reads it each time, `never` if it signs or encrypts stored data.",
  ),
  description: line({ maximumLength: 200, example: "what it signs sessions with", noun: "a line" }).describe(
    "Description for the list of secrets.",
  ),
});

const accountSection = section({
  user: line({ maximumLength: 60, example: "admin", noun: "the name of an account" }).describe(
    "Name of the account, or `{contact}` for the association's mailbox.",
  ),
  rotation: choice(["by itself", "never"]).describe(
    "`never` if it is read only at the first start, when the application is installed; `by itself` if it is read at each login.",
  ),
  description: line({
    maximumLength: 200,
    example: "first password of who administers the wiki",
    noun: "a line",
  }),
});

const rowsSection = section({
  engine: choice(["mariadb", "postgresql"]).describe("What keeps its rows."),
  extensions: list(line({ maximumLength: 40, example: "postgis", noun: "an extension" }), {
    noun: "extensions",
  })
    .prefault([])
    .describe("Extensions that must be in a PostgreSQL database before it starts."),
  description: line({
    maximumLength: 200,
    example: "password of the site's user on MariaDB",
    noun: "a line",
  }),
});

const podSection = section({
  uid: count({ minimum: 1, maximum: 65_535, example: 33 }).describe("User and group that its image runs as."),
  request: memory().describe("Memory that its node keeps for it."),
  memory: memory().describe("Memory at most."),
  cpu: processor().describe("Processors at most, thousandths of a core."),
  disk: memory().describe("At most of the node's disk."),
  scratch: memory().describe("At most of each folder of `tmp`."),
  tmp: list(containerPath("/tmp"), { noun: "folders" }).describe("Folders that are empty at each start."),
  command: words("apache2-foreground")
    .optional()
    .describe("Start command, if the image's own does something else."),
  probe: line({ maximumLength: 200, example: "/health", noun: "a path" }).describe(
    "Path of a page that it answers when it is ready.",
  ),
  largestRequest: kubernetesQuantity("m", "a size in MiB", "16m").describe("Largest upload."),
  install: words("/config/install.sh")
    .optional()
    .describe("Runs before each start; a second call changes nothing."),
  files: filesAt.describe("Where in the container each file of `files/` is."),
});

const timedSection = section({
  name: shortName("a name", "events"),
  command: words("/config/timed.sh").describe("Command that runs every quarter of an hour, without volumes."),
  memory: memory().describe("Memory at most."),
  cpu: processor().describe("Processors at most, thousandths of a core."),
});

const volumeSection = section({
  name: shortName("the name of a volume", "uploads").describe(
    "Its claim is named after the release and this.",
  ),
  mount: containerPath("/var/lib/app").describe("Where it is in the container."),
  size: kubernetesQuantity("Gi", "a size in GiB", "1Gi")
    .optional()
    .describe("Its size, if no field `storage` sets it."),
});

const loginSection = section({
  tile: line({ maximumLength: 60, example: "Wiki de l’association" }).describe(
    "Title of its tile at the commune's login, in French.",
  ),
  path: line({ maximumLength: 200, example: "/wp-login.php", noun: "a path" }).describe(
    "Where its tile leads.",
  ),
  tellsWho: flag()
    .prefault(true)
    .describe(
      "Whether the application is told who asks. Otherwise only the front decides who comes in, and public pages ask for no login.",
    ),
  keepsAccounts: flag()
    .prefault(false)
    .describe("Whether its own accounts open it too, for programs that cannot log in on pages."),
  whenPublic: choice(["members", "admins"])
    .prefault("members")
    .describe("Who logs in if everybody reads: members, or only administrators."),
  probe: line({ maximumLength: 200, example: "/_ready", noun: "a path" })
    .optional()
    .describe("Replaces the pod's probe, if the login asks before every page."),
  files: filesAt.prefault({}).describe("Files that exist only with a login."),
});

const exitSection = section({
  names: list(line({ maximumLength: 100, example: "images", noun: "a name" }), { noun: "names" })
    .optional()
    .describe("Parts of the volume that leave with an association: names below its mount, `.` for all."),
  hasTools: flag().prefault(true).describe("Whether its image has bash and GNU's tar."),
  export: section({
    file: line({ maximumLength: 60, example: "export.xml", noun: "the name of a file" }),
    command: words("/config/export.sh").describe("Prints it."),
  })
    .optional()
    .describe("Its own way out, beside files and rows."),
  contents: named(
    line({ maximumLength: 60, example: "base.sql", noun: "a file of the archive" }),
    prose("la base de données"),
    "files",
  ).describe("Description of each file in its part of an archive, in French; `/` for the folder itself."),
  accounts: section({ own: z.string().max(2000), login: z.string().max(2000) })
    .optional()
    .describe(
      "Texts for `@accounts@` in guide.md: if accounts were its own, and if the commune's login identified people.",
    ),
});

// The type of the keys, which Object.keys loses.
const categories = Object.keys(dataCategories) as [
  keyof typeof dataCategories,
  ...(keyof typeof dataCategories)[],
];

/** Schema of `charts/<name>/application.yaml`: what an association may ask for, and what the application needs. */
export const applicationSchema = section({
  place: count({ minimum: 1, maximum: 1000, example: 20 }).describe(
    "Its position in the catalogue, in the form and in files.",
  ),
  description: section({
    en: line({ maximumLength: 160, example: "A wiki (DokuWiki)." }).describe(
      "For who administers the commune.",
    ),
    fr: line({ maximumLength: 160, example: "Un wiki, pour écrire à plusieurs (DokuWiki)" }).describe(
      "For who asks for it.",
    ),
  }),
  neverRun: flag()
    .prefault(false)
    .describe("Whether nobody has run its image here. Associations are not offered it then."),
  pages: line({ maximumLength: 40, example: "un wiki" })
    .optional()
    .describe(
      "Term for its pages, for visitors of the commune's portal, in French. Absent if there are none to look at.",
    ),
  image: softwareSection
    .optional()
    .describe("The software that it runs. Absent if it has only files, which the front serves."),
  data: list(choice(categories), { noun: "kinds of personal data" }).describe(
    `Kinds of personal data that it keeps: ${categories.join(", ")}.`,
  ),
  fields: named(fieldName(), fieldSchema, "fields")
    .check(fieldsProblems)
    .describe("What an association may declare."),
  tellsApart: list(choice(accesses), { noun: "accesses" })
    .optional()
    .describe(
      "Groups of people that it can distinguish alone, if they are fewer than its field `access` offers with a login.",
    ),
  pod: podSection
    .optional()
    .describe("Its pod, behind the front that all have. Absent if it has only files."),
  timed: timedSection.optional().describe("Its task of every quarter of an hour."),
  volume: volumeSection.optional().describe("The volume with its files."),
  rows: rowsSection.optional().describe("Its database, with its own name and user."),
  secrets: named(shortName("the name of a secret", "salt"), secretSection, "secrets")
    .prefault({})
    .describe("Other secrets that it reads, each derived from the commune's seed."),
  account: accountSection.optional().describe("Its first administrator."),
  members: accountSection.optional().describe("The account that members share, under `access: members`."),
  telephones: flag()
    .prefault(false)
    .describe("Whether it asks the commune's pages of accounts about passwords of telephones."),
  login: loginSection.optional().describe("Access through the commune's login."),
  commands: section({
    backup: words("tar"),
    restore: words("/config/restore.sh"),
    "move-domain": words("/config/move.sh").optional(),
  })
    .optional()
    .describe(
      "Run in its container: backup writes a tar, restore reads it, move-domain gets the old and the new host.",
    ),
  restorePoint: section({
    paths: list(line({ maximumLength: 100, example: "images", noun: "a path" }), { noun: "paths" })
      .optional()
      .describe("Parts of the volume that are copied; all of it when absent."),
    excluded: list(line({ maximumLength: 100, example: "cache", noun: "a pattern" }), { noun: "patterns" })
      .prefault([])
      .describe("Parts of it that are left out, because the application makes them again."),
    copies: named(
      line({ maximumLength: 60, example: "base.sqlite", noun: "a path" }),
      words("/config/copy.sh"),
      "files",
    )
      .optional()
      .describe(
        "Files that may tear if they are read while they are written to, as SQLite's, each with the command of the pod's image that copies `{file}` to `{copy}`.",
      ),
  }).optional(),
  exit: exitSection,
}).check(({ value, issues }) => {
  const refuse = (path: string[], message: string) =>
    issues.push({ code: "custom", input: value, path, message });
  const { pod, image, volume, fields, restorePoint, exit, timed } = value;
  if ((pod === undefined) !== (image === undefined))
    refuse(
      [image === undefined ? "pod" : "image"],
      "needs the other: pod and image go together. Write both, or neither.",
    );
  if (volume !== undefined && volume.size === undefined && fields.storage === undefined)
    refuse(["volume"], "has no size. Write size, or a field storage with which associations choose.");
  if (fields.storage !== undefined && volume === undefined)
    refuse(["fields", "storage"], "sizes a volume, but there is none. Write volume, or remove the field.");
  if ((volume === undefined) !== (restorePoint === undefined))
    refuse(
      [volume === undefined ? "restorePoint" : "volume"],
      "needs the other: a volume, and only a volume, has restore points. Write both, or neither.",
    );
  if (exit.names !== undefined && volume === undefined)
    refuse(["exit", "names"], "are names on a volume, but there is none. Remove the line.");
  if (timed !== undefined && pod === undefined)
    refuse(["timed"], "runs the pod's image, but there is no pod.");
  for (const { path, file } of missingFiles(value))
    refuse(path, `names ${file}, where no file is. Write it in files of pod, or correct the path.`);
});

/** An `application.yaml`, read and with its defaults. */
export type DeclaredApplication = z.output<typeof applicationSchema>;
/** An `application.yaml` as it is written. */
export type WrittenApplication = z.input<typeof applicationSchema>;
