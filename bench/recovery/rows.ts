import type { Site } from "../../test/programs/keeper/site.ts";

const tables = [1, 2, 3, 4];

/** Rows of the sample that says how large a row is. */
const sampled = 20_000;

/**
 * Rows of the tables: columns and indexes of Nextcloud's `oc_filecache` on PostgreSQL. Paths share their beginnings, times
 * and sizes are of one kind, and of each row its path's hash and its etag are as good as random. An account has 5,000 files,
 * a folder 40. Source: nextcloud/server, core/Migrations/Version13000Date20170718121200.php, and a dump of a new server.
 */
const tableOf = (name: string, count: number) => `
  CREATE TABLE ${name} AS
    SELECT n::bigint AS fileid, n / 5000 + 1::bigint AS storage, path, md5(path) AS path_hash, n / 40 + 1::bigint AS parent,
           split_part(path, '/', 4) AS name, n % 20 + 1::bigint AS mimetype, n % 5 + 1::bigint AS mimepart,
           (exp(random() * 8 + 8))::bigint AS size, 1500000000 + (random() * 2e8)::bigint AS mtime,
           1500000000 + (random() * 2e8)::bigint AS storage_mtime, 0 AS encrypted, 0::bigint AS unencrypted_size,
           substr(md5('${name}' || n), 1, 13) AS etag, 27 AS permissions, '' AS checksum
      FROM generate_series(1, ${count}) AS n,
           LATERAL (SELECT format('files/%s/%s/%s %s.%s',
             (array['Documents', 'Conseil municipal', 'Photos', 'Urbanisme', 'État civil'])[n / 1000 % 5 + 1], 2010 + n / 200 % 15,
             (array['Compte rendu', 'Délibération', 'IMG', 'Facture', 'Plan', 'Courrier'])[n % 6 + 1], n,
             (array['pdf', 'odt', 'jpg', 'docx'])[n % 4 + 1]) AS path) AS paths;
  ALTER TABLE ${name} ADD PRIMARY KEY (fileid);
  CREATE UNIQUE INDEX ON ${name} (storage, path_hash);
  CREATE INDEX ON ${name} (parent, name);
  CREATE INDEX ON ${name} (storage, mimetype);
  CREATE INDEX ON ${name} (storage, mimepart);
  CREATE INDEX ON ${name} (storage, size, fileid);
  CREATE INDEX ON ${name} (fileid, storage, size);
  CREATE INDEX ON ${name} (parent);
  CREATE INDEX ON ${name} (mtime);
  CREATE INDEX ON ${name} (size);
  VACUUM FREEZE ${name};`;

/** Fills a site's database with about so many bytes of rows and indexes. Returns how many there are. */
export async function fillRows(site: Site, bytes: number): Promise<number> {
  await site.sql(tableOf("sample", sampled), "town");
  const ofSample = Number(await site.sql("SELECT pg_total_relation_size('sample')", "town"));
  await site.sql("DROP TABLE sample", "town");
  const count = Math.max(1000, Math.round((bytes * sampled) / ofSample / tables.length));
  for (const table of tables) await site.sql(tableOf(`filler${table}`, count), "town");
  const names = tables.map((table) => `pg_total_relation_size('filler${table}')`);
  return Number(await site.sql(`SELECT ${names.join(" + ")}`, "town"));
}

/** Changes one row in a hundred, as a file that is written again does. */
export const changeRows = tables
  .map(
    (table) =>
      `UPDATE filler${table} SET mtime = mtime + 86400, size = size + 1, etag = substr(md5(etag), 1, 13) WHERE fileid % 100 = 0`,
  )
  .join(";\n");

export const countRows = "SELECT count(*) FROM filler1";
