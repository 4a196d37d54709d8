import { checksum } from "../../foundation/manifest/checksum.ts";
import { patiently } from "../../foundation/manifest/reach.ts";
import { authorityKey } from "../../foundation/site/authority.ts";
import { readTemplate, type TemplateValues } from "../../foundation/template/template.ts";
import { dataFolder, scriptsFolder, secretsFolder } from "./configuration.ts";
import { reconcilerAccount } from "./reconciler-account.ts";

/** A file of the folder pod/. */
const pod = (name: string, values?: TemplateValues) => readTemplate(`services/nextcloud/pod/${name}`, values);

const SCRIPTS = scriptsFolder;

/** The system's authorities and the site's, in one file. */
const authorities = "/var/www/html/config/authorities.pem";

/** Puts the authorities in place where the site has one of its own. */
const trust = () => pod("trust.sh", { SCRIPTS, AUTHORITY_KEY: authorityKey, AUTHORITIES: authorities });

/** Settings that only commands make. */
const settle = () => pod("settle.sh", { SCRIPTS });

/** Nextcloud's background jobs, and the turns of two servers that exchange a secret. */
const jobs = () => pod("jobs.sh", { SCRIPTS });

/** Nextcloud's commands, for scripts of sh: `patiently occ <command>` waits until they reach the database. */
export const patientOcc = () => pod("occ.sh", { PATIENTLY: patiently() });

/**
 * Scripts in the pods, by the name that each has there. On the volume of the code they leave marks beside the archives of
 * apps: a name with a dot is no app to Nextcloud, and the image's entry point leaves `custom_apps` alone, and fills `config/`
 * only while it is empty. Its lock is theirs while it installs or upgrades (nextcloud/docker, docker-entrypoint.sh).
 */
export function podScripts() {
  /** One field of `occ status`, as JSON. */
  const STATE = pod("state.sh");
  /**
   * Nextcloud empties config.php, then writes it: a process that is killed in between has lost the instance's keys.
   * `keep` puts a copy aside; its counterpart restores the copy if there is no complete file. Source:
   * lib/private/Config.php of nextcloud/server.
   */
  const CONFIG_COPY = pod("config-copy.sh");
  return {
    /**
     * Runs the image's entry point, which installs or upgrades, and first takes away what an installation that was cut short
     * has left: the entry point takes `version.php` for an installed instance, and Nextcloud's installer does not go on where
     * it stopped (an account that exists, a configuration that was being written).
     *
     * After a restore the code may be another release's than the data, or half of it: `core/signature.json`, which names every
     * file of a release, tells. Source: lib/private/IntegrityCheck/Checker.php of nextcloud/server.
     *
     * `.unfinished` stands from before the entry point until `configure` has seen that all is there: until then nobody can
     * have written anything. It says whether the start installs or upgrades; `.mixed`, that code is being put in place.
     */
    "install.sh": pod("install.sh", { SCRIPTS, CONFIG_COPY }),
    /**
     * Looks at the database before an installation. `none`: it must hold no Nextcloud, because there is no configuration to
     * one. `remove`: takes away the tables of an installation that did not end, unless somebody has had an account in it.
     * Tables: lib/private/User/Database.php and lib/private/User/User.php (`lastLogin`) of nextcloud/server.
     */
    "half.php": pod("half.php", { SCRIPTS }),
    /**
     * Runs after the image's own installer, before PHP serves anything: puts the toolkit's configuration beside
     * config.php, where it cannot be mounted, because the installer refuses a `config/` that is not empty; and ends
     * what an upgrade that was cut short has left.
     */
    "configure.sh": pod("configure.sh", { SCRIPTS, CONFIG_COPY, STATE, SETTLE: settle() }),
    /**
     * Takes the keys of the toolkit's file, as it was at the last start and as it is now, out of config.php. Nextcloud writes
     * all merged keys into it whenever it writes it, secrets included, and would go on with those that are in the toolkit's
     * file no longer. Source: lib/private/Config.php of nextcloud/server, readData and writeData.
     */
    "own-keys.php": pod("own-keys.php", { SCRIPTS }),
    /** The database, for scripts that ask it themselves: Nextcloud's own commands may not be able to yet. */
    "database.php": pod("database.php"),
    /**
     * Fetches the archives of apps that are not on the volume yet. It never fails: documents are served without
     * apps, and the background jobs come here again every five minutes.
     */
    "fetch.sh": pod("fetch.sh", { SCRIPTS, TRUST: "" }),
    /**
     * Puts fetched apps in place and switches them on or off. It never fails: an app that cannot be had is named in
     * the log, and documents are served without it.
     *
     * `place` only unpacks: between new code and `occ upgrade`, which would switch an older app off. `all` does
     * everything. `late`, in the background jobs, does the same when an archive has come since, and nothing else.
     *
     * An archive is trusted when its publisher's certificate, signed by Nextcloud, has signed every file of it. Source:
     * lib/private/IntegrityCheck/Checker.php of nextcloud/server.
     */
    "apps.sh": pod("apps.sh", { SCRIPTS, STATE, OFFICE: pod("office.sh", { SCRIPTS }) }),
    /** Run by the image's entry point between new code and `occ upgrade`. */
    "place-apps.sh": pod("place-apps.sh", { SCRIPTS }),
    /**
     * The background jobs. While the code is being replaced they are left out, and a replacement waits until they end. They
     * wait up to a minute for the database; those that miss it run five minutes later.
     */
    "cron.sh": pod("cron.sh", { SCRIPTS, REACH_DATABASE: pod("reach-database.sh"), JOBS: jobs() }),
    /**
     * Runs before anything of a new major version is there: waits until the background jobs have done what the last
     * major upgrade left to them. Source: Nextcloud's administration manual, "How to upgrade", "Wait for background
     * migrations to finish after major upgrades".
     *
     * It asks the database itself: the code on the volume may be too old for the PHP of the new image.
     */
    "before.sh": pod("before.sh", { SCRIPTS }),
    /**
     * Counts the background migrations that are left. The job's class: lib/private/Migration/BackgroundRepair.php of
     * nextcloud/server; a job that is done removes itself.
     */
    "migrations.php": pod("migrations.php", { SCRIPTS }),
    /**
     * Sets what only commands can set of the exchange with other communes' Nextclouds: the account of the reconciler, which
     * may change trusted servers and nothing else, the switches, and the site's certificate authority.
     *
     * The switches of files have no type: with `--type=boolean` Nextcloud stores 1 and compares with "yes".
     * Source: apps/federatedfilesharing/lib/FederatedShareProvider.php of nextcloud/server.
     */
    "federation.sh": pod("federation.sh", {
      SCRIPTS,
      SECRETS: secretsFolder,
      RECONCILER_ACCOUNT: reconcilerAccount,
      AUTHORITY_KEY: authorityKey,
      AUTHORITIES: authorities,
    }),
    /**
     * Counts the grants by which a group may change trusted servers. It queries the database, because
     * `admin-delegation:show` of 31.0.6 leaves out most settings. Source:
     * apps/settings/lib/Command/AdminDelegation/Show.php of nextcloud/server.
     */
    "delegated.php": pod("delegated.php", { SCRIPTS }),
  } as const satisfies Record<string, string>;
}

/** Scripts for the pods with the volumes, where one server installs, upgrades and runs background jobs. */
const onVolumes = ["install.sh", "configure.sh", "own-keys.php", "place-apps.sh", "cron.sh"];

/**
 * Scripts in the pods of a Nextcloud whose files are in a bucket: nothing that it needs is on a volume, so each pod puts
 * everything in place for itself, and what all share is in the database.
 *
 * @param settings whatever decides what `settle` sets: another text, and it is set again.
 */
export function serverScripts(settings: unknown) {
  const both = Object.entries(podScripts()).filter(([name]) => !onVolumes.includes(name));
  return {
    ...Object.fromEntries(both),
    /** Fetches archives for the Job that puts them into the bucket: no pod before it has left the authorities. */
    "fetch.sh": pod("fetch.sh", { SCRIPTS, TRUST: trust() }),
    /**
     * Puts code, configuration and apps in place in a new pod: the code that comes with the image, as it is there
     * (nextcloud/docker, Dockerfile: /usr/src/nextcloud). It installs and upgrades if nobody has yet, unless it is told
     * the number of a Job; a server's number is its pod's and one: Nextcloud takes 0 for none
     * (lib/private/ServerInfo.php of nextcloud/server).
     */
    "ship.sh": pod("ship.sh", {
      SCRIPTS,
      DATA: dataFolder,
      TRUST: trust(),
      REACH_DATABASE: pod("reach-database.sh"),
    }),
    /** One step of it. What its command writes into config.php is left in the pod, which forgets it. */
    "step.sh": pod("step.sh", { SCRIPTS, SETTLE: settle() }),
    /**
     * Says what is to be done next, from what is there. Pure: every start asks it again, so a step that was cut short is
     * the next one again.
     */
    "next-step.php": pod("next-step.php"),
    /**
     * Facts that all servers share, in a table of their own beside Nextcloud's: the version of the rows, what was begun, the
     * settings that are in force. It is in every dump of the rows, as config.php's version is in every copy of a volume.
     */
    "state.php": pod("state.php"),
    /**
     * Does what is next, one server at a time: the lock is the database's, which frees it when the connection ends. What
     * was done is noted over that same connection, so whoever has lost the lock notes nothing.
     */
    "lead.php": pod("lead.php", { SCRIPTS }),
    /** Runs background jobs on one server; the others wait for its lock, and one of them goes on when it is gone. */
    "background.php": pod("background.php", { SCRIPTS }),
    "jobs.sh": pod("background.sh", { JOBS: jobs() }),
    /**
     * Archives of apps in the bucket, below `apps/`: `put` those that were fetched, before anything changes, and `get` those
     * that a pod needs. `new` fails if the bucket has files: Nextcloud's own objects begin with `urn:oid:`. Its library for
     * S3 is in its 3rdparty folder.
     */
    "archives.php": pod("archives.php", { SCRIPTS }),
    /** Before a change: archives into the bucket, then `before.sh`, which looks at the version of what is installed. */
    "before-servers.sh": pod("before-servers.sh", { SCRIPTS, PATIENTLY: patiently() }),
    settings: `${checksum(settings)}\n`,
  };
}

/**
 * Prints the open work on trusted servers, by the word that it is given: `uncopied`, the number without a proper copy
 * of their directory, which the daily job would make in the night; `new`, the number of these that have never had one;
 * `exchanges`, the numbers of the jobs that exchange a secret; `exchanged`, the number of secrets and of first copies.
 *
 * A job that asks the other side to fetch a secret is among them while it has failed once or twice: the sixth refusal
 * is the last, and those before must leave the other side the time to trust this one. Tables and tries:
 * apps/federation/lib/DbHandler.php, BackgroundJob/RequestSharedSecret.php and lib/private/BackgroundJob/JobList.php of
 * nextcloud/server; status 1 is a server whose directory has been copied, and the token is what it was then.
 */
export const trustedScript = () => pod("trusted.php", { SCRIPTS });

/**
 * Brings the folders of teams to what the list says, as often as it runs: nothing is deleted, a folder that somebody has
 * deleted is made again, and groups that are no longer listed lose the folder. The app can come late, since it is
 * fetched from outside: this waits for it.
 * Source: lib/Command of nextcloud/groupfolders, v21.0.15 (Create, Group, ListCommand, Quota, Rename).
 */
export const foldersScript = () => pod("folders.sh");

/** Tells Nextcloud the password of `admin`. The password policy is asked as well, and says what it refuses. */
export const adminPasswordScript = () =>
  pod("admin-password.sh", { SECRETS: secretsFolder, OCC: patientOcc() });

/**
 * PHP settings of the certificate authorities. Calls to trusted servers do not use Nextcloud's own list, to which a
 * command adds: they ask for "verify: true". Source: apps/federation/lib/TrustedServers.php of nextcloud/server.
 */
export const authorityIni = `curl.cainfo = ${authorities}\nopenssl.cafile = ${authorities}\n`;

/**
 * php-fpm's pool: workers are started when requests come and leave when idle, so that a quiet commune uses
 * little memory. nginx is in the same pod, and nothing else may speak FastCGI to PHP; one line per probe in a log helps nobody,
 * and paths carry the names of people and files. Loaded after the image's own pool files. Source: https://www.php.net/manual/install.fpm.configuration.php
 */
export const fpmPool = (workers: number) => pod("fpm.ini", { WORKERS: workers });
