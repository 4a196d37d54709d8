<?php

declare(strict_types=1);

namespace CommuneDouble;

/**
 * Small pictures of files, made when somebody looks and kept in the server's own folder, with a row for each: until
 * Nextcloud 32 in the table of files, from 33 on in one of their own. What a row says is there is not looked for.
 * Source: lib/private/Preview/Storage/Root.php of 31.0.6, Storage/LocalPreviewStorage.php of 33.
 */
final class Previews
{
    private readonly Database $database;
    private readonly string $data;
    private readonly string $below;
    private readonly bool $hasTable;

    public function __construct(private readonly Server $server)
    {
        $this->database = $server->database();
        $this->data = rtrim($server->config->string('datadirectory', ROOT . '/data'), '/');
        $this->below = 'appdata_' . $server->config->string('instanceid') . '/preview';
        $this->hasTable = Version::major($server->version->full) >= 33;
    }

    public function show(string $user): void
    {
        $row = $this->server->files()->byId($user, (int) ($_GET['fileId'] ?? 0))
            ?? throw new HttpException(404, 'NotFound', 'No such file');
        $name = (int) ($_GET['x'] ?? 32) . '-' . (int) ($_GET['y'] ?? 32) . '.png';
        $folder = "$this->below/{$row['fileid']}";
        $size = $this->known((int) $row['fileid'], "$folder/$name");
        if ($size === null) {
            $size = $this->make((int) $row['fileid'], $folder, $name);
        }
        header('Content-Type: image/png');
        header("Content-Length: $size");
        // Where the file is gone, so much was promised and nothing comes.
        @readfile("$this->data/$folder/$name");
    }

    /** Forgets the rows of what is gone. Returns files seen. Source: apps/files/lib/Command/ScanAppData.php. */
    public function scan(): int
    {
        $root = "$this->data/$this->below";
        if ($this->hasTable) {
            return iterator_count(new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator($root, \FilesystemIterator::SKIP_DOTS)));
        }
        $rows = $this->database->rows('SELECT path FROM *PREFIX*filecache WHERE storage = ?', [$this->storage()]);
        foreach ($rows as ['path' => $path]) {
            if (!file_exists("$this->data/$path")) {
                $this->database->run('DELETE FROM *PREFIX*filecache WHERE storage = ? AND path_hash = ?', [$this->storage(), md5($path)]);
            }
        }
        return count($rows);
    }

    private function known(int $file, string $path): ?int
    {
        $row = $this->hasTable
            ? $this->database->row('SELECT size FROM *PREFIX*previews WHERE file_id = ? AND name = ?', [$file, basename($path)])
            : $this->database->row('SELECT size FROM *PREFIX*filecache WHERE storage = ? AND path_hash = ?', [$this->storage(), md5($path)]);
        return $row === null ? null : (int) $row['size'];
    }

    private function make(int $file, string $folder, string $name): int
    {
        $isThere = is_dir("$this->data/$folder");
        if (!$this->hasTable && !$isThere && $this->known($file, $folder) !== null) {
            throw new \RuntimeException("The folder $folder is listed, and cannot be written to");
        }
        if (!$isThere) {
            mkdir("$this->data/$folder", 0770, true);
        }
        $picture = "preview of $file, $name";
        file_put_contents("$this->data/$folder/$name", $picture);
        if ($this->hasTable) {
            $this->database->run('INSERT INTO *PREFIX*previews (file_id, name, size) VALUES (?, ?, ?)', [$file, $name, strlen($picture)]);
        } else {
            $this->remember($folder, 0);
            $this->remember("$folder/$name", strlen($picture));
        }
        return strlen($picture);
    }

    private function remember(string $path, int $size): void
    {
        $this->database->run(
            'INSERT INTO *PREFIX*filecache (storage, path, path_hash, parent, name, size, mtime, storage_mtime, etag)
             VALUES (?, ?, ?, -1, ?, ?, ?, ?, ?) ON CONFLICT (storage, path_hash) DO NOTHING',
            [$this->storage(), $path, md5($path), basename($path), $size, time(), time(), bin2hex(random_bytes(16))],
        );
    }

    /** The storage of everything that is no account's. */
    private function storage(): int
    {
        $row = $this->database->row(
            'INSERT INTO *PREFIX*storages (id) VALUES (?) ON CONFLICT (id) DO UPDATE SET available = 1 RETURNING numeric_id',
            ["local::$this->data/"],
        );
        return (int) ($row['numeric_id'] ?? 0);
    }
}
