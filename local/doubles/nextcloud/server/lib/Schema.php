<?php

declare(strict_types=1);

namespace CommuneDouble;

/** The tables, named and shaped like the real ones as far as the double uses them. */
final class Schema
{
    private const TABLES = [
        'migrations' => 'app VARCHAR(255), version VARCHAR(255), PRIMARY KEY (app, version)',
        'appconfig' => "appid VARCHAR(32), configkey VARCHAR(64), configvalue TEXT, type INT DEFAULT 2, lazy SMALLINT DEFAULT 0, PRIMARY KEY (appid, configkey)",
        'preferences' => 'userid VARCHAR(64), appid VARCHAR(32), configkey VARCHAR(64), configvalue TEXT, PRIMARY KEY (userid, appid, configkey)',
        'users' => 'uid VARCHAR(64) PRIMARY KEY, displayname VARCHAR(64), password VARCHAR(255), uid_lower VARCHAR(64)',
        'groups' => 'gid VARCHAR(64) PRIMARY KEY, displayname VARCHAR(255)',
        'group_user' => 'gid VARCHAR(64), uid VARCHAR(64), PRIMARY KEY (gid, uid)',
        'authtoken' => 'id BIGSERIAL PRIMARY KEY, uid VARCHAR(64), login_name VARCHAR(255), name TEXT, token VARCHAR(200) UNIQUE, type SMALLINT DEFAULT 1, last_activity BIGINT DEFAULT 0',
        'storages' => 'numeric_id BIGSERIAL PRIMARY KEY, id VARCHAR(64) UNIQUE, available INT DEFAULT 1',
        'mimetypes' => 'id BIGSERIAL PRIMARY KEY, mimetype VARCHAR(255) UNIQUE',
        'filecache' => "fileid BIGSERIAL PRIMARY KEY, storage BIGINT, path VARCHAR(4000), path_hash VARCHAR(32), parent BIGINT, name VARCHAR(250), mimetype BIGINT, size BIGINT, mtime BIGINT, storage_mtime BIGINT, etag VARCHAR(40), permissions INT DEFAULT 31, UNIQUE (storage, path_hash)",
        'jobs' => "id BIGSERIAL PRIMARY KEY, class VARCHAR(255), argument TEXT DEFAULT '', last_run BIGINT DEFAULT 0, last_checked BIGINT DEFAULT 0, reserved_at BIGINT DEFAULT 0, execution_duration INT DEFAULT -1",
        'addressbooks' => 'id BIGSERIAL PRIMARY KEY, principaluri VARCHAR(255), displayname VARCHAR(255), uri VARCHAR(255), synctoken INT DEFAULT 1, UNIQUE (principaluri, uri)',
        'cards' => 'id BIGSERIAL PRIMARY KEY, addressbookid BIGINT, uri VARCHAR(255), carddata BYTEA, lastmodified BIGINT, etag VARCHAR(32), size BIGINT, UNIQUE (addressbookid, uri)',
        'addressbookchanges' => 'id BIGSERIAL PRIMARY KEY, uri VARCHAR(255), synctoken INT DEFAULT 1, addressbookid BIGINT, operation SMALLINT',
        'authorized_groups' => 'id BIGSERIAL PRIMARY KEY, group_id VARCHAR(200), class VARCHAR(200)',
        'bruteforce_attempts' => "id BIGSERIAL PRIMARY KEY, action VARCHAR(64), occurred INT, ip VARCHAR(255), subnet VARCHAR(255)",
        'share' => 'id BIGSERIAL PRIMARY KEY, share_type SMALLINT DEFAULT 0, share_with VARCHAR(255), uid_owner VARCHAR(64), uid_initiator VARCHAR(64), item_type VARCHAR(64), item_source VARCHAR(255), file_source BIGINT, permissions SMALLINT DEFAULT 0, stime BIGINT DEFAULT 0, accepted SMALLINT DEFAULT 0, token VARCHAR(32)',
        'share_external' => 'id BIGSERIAL PRIMARY KEY, remote VARCHAR(512), remote_id VARCHAR(255), share_token VARCHAR(64), name VARCHAR(4000), owner VARCHAR(64), "user" VARCHAR(64), mountpoint VARCHAR(4000), accepted INT DEFAULT 0, UNIQUE ("user", mountpoint)',
        'trusted_servers' => "id SERIAL PRIMARY KEY, url VARCHAR(512), url_hash VARCHAR(255) DEFAULT '' UNIQUE, token VARCHAR(128), shared_secret VARCHAR(256), status INT DEFAULT 2, sync_token VARCHAR(512)",
        'group_folders' => 'folder_id BIGSERIAL PRIMARY KEY, mount_point VARCHAR(4000), quota BIGINT DEFAULT -4',
        'group_folders_groups' => 'folder_id BIGINT, group_id VARCHAR(64), permissions INT, PRIMARY KEY (folder_id, group_id)',
    ];

    private const INDEXES = [
        'fs_parent_name_hash' => 'filecache (parent, name)',
        'job_lastcheck_reserved' => 'jobs (last_checked, reserved_at)',
    ];

    public static function create(Database $database): void
    {
        foreach (self::TABLES as $name => $columns) {
            $database->run("CREATE TABLE IF NOT EXISTS *PREFIX*$name ($columns)");
        }
        self::addMissingIndexes($database);
    }

    /** @return list<string> the indexes that were missing */
    public static function addMissingIndexes(Database $database): array
    {
        $added = [];
        foreach (self::INDEXES as $name => $columns) {
            if ($database->row('SELECT 1 FROM pg_indexes WHERE indexname = ?', [$name]) === null) {
                $database->run("CREATE INDEX $name ON *PREFIX*$columns");
                $added[] = $name;
            }
        }
        return $added;
    }

    /** Records that the tables are those of a version. */
    public static function stamp(Database $database, string $version): void
    {
        $database->run(
            "INSERT INTO *PREFIX*migrations (app, version) VALUES ('core', ?) ON CONFLICT DO NOTHING",
            [$version],
        );
    }
}
