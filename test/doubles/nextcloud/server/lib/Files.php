<?php

declare(strict_types=1);

namespace CommuneDouble;

/**
 * Users' files: bytes in <datadirectory>/<user>/files, names, sizes and ETags in the file cache. As with the
 * real one, listings come from the table, so a file laid on disk shows after `occ files:scan` only.
 */
class Files
{
    private const FOLDER = 'httpd/unix-directory';
    private const TYPES = [
        'txt' => 'text/plain', 'md' => 'text/markdown', 'html' => 'text/html', 'pdf' => 'application/pdf',
        'png' => 'image/png', 'jpg' => 'image/jpeg', 'json' => 'application/json', 'ics' => 'text/calendar',
        'odt' => 'application/vnd.oasis.opendocument.text', 'ods' => 'application/vnd.oasis.opendocument.spreadsheet',
    ];

    public function __construct(
        protected readonly Database $database,
        private readonly Config $config,
        private readonly AppConfig $settings,
        private readonly Cache $cache,
    ) {
    }

    /** Splits and checks a path as a client sends it; the empty path is the user's root. */
    public static function clean(string $path): string
    {
        $parts = array_filter(explode('/', $path), static fn (string $part) => $part !== '');
        foreach ($parts as $part) {
            if ($part === '.' || $part === '..' || preg_match('/[\x00-\x1f\\\\]/', $part) === 1 || strlen($part) > 250) {
                throw new HttpException(400, 'OCP\\Files\\InvalidPathException', 'Invalid path');
            }
        }
        return implode('/', $parts);
    }

    public function disk(string $user, string $path): string
    {
        $data = $this->config->string('datadirectory', ROOT . '/data');
        return rtrim("$data/$user/files/$path", '/');
    }

    /** @return array<string, mixed>|null the table's row; a file that is on disk only is taken in, as by the real one */
    public function find(string $user, string $path): ?array
    {
        $this->prepare($user);
        $row = $this->known($user, $path);
        $disk = $this->disk($user, $path);
        if ($row === null && file_exists($disk) && ($path === '' || $this->find($user, self::parent($path)) !== null)) {
            $this->remember($user, $path);
            return $this->find($user, $path);
        }
        return $row;
    }

    /** @return array<string, mixed>|null the table's row, whatever is on disk */
    protected function known(string $user, string $path): ?array
    {
        return $this->database->row(
            'SELECT f.*, m.mimetype AS type FROM *PREFIX*filecache f JOIN *PREFIX*mimetypes m ON m.id = f.mimetype
             WHERE storage = ? AND path_hash = ?',
            [$this->storage($user), md5($this->key($path))],
        );
    }

    /** @return array<string, mixed>|null the row of one of the account's own files, by its number */
    public function byId(string $user, int $id): ?array
    {
        return $this->database->row(
            'SELECT f.*, m.mimetype AS type FROM *PREFIX*filecache f JOIN *PREFIX*mimetypes m ON m.id = f.mimetype WHERE storage = ? AND fileid = ?',
            [$this->storage($user), $id],
        );
    }

    /** @return list<array<string, mixed>> */
    public function children(string $user, string $path): array
    {
        return $this->database->rows(
            'SELECT f.*, m.mimetype AS type FROM *PREFIX*filecache f JOIN *PREFIX*mimetypes m ON m.id = f.mimetype
             WHERE storage = ? AND parent = ? ORDER BY name',
            [$this->storage($user), (int) $this->find($user, $path)['fileid']],
        );
    }

    public static function isFolder(array $row): bool
    {
        return $row['type'] === self::FOLDER;
    }

    /**
     * Streams to a file beside the target, then puts it in place.
     *
     * @param resource $input
     * @return array{row: array<string, mixed>, created: bool}
     */
    public function put(string $user, string $path, $input, ?int $length, ?int $mtime): array
    {
        $before = $this->find($user, $path);
        if ($before !== null && self::isFolder($before)) {
            throw new HttpException(409, 'Sabre\\DAV\\Exception\\Conflict', "PUT is not allowed on non-files.");
        }
        $this->requireParent($user, $path);
        $this->requireSpace($user, ($length ?? 0) - (int) ($before['size'] ?? 0));
        return $this->cache->locked("$user/files/$path", function () use ($user, $path, $input, $length, $mtime, $before) {
            $this->take($user, $path, $input, $length, $mtime);
            $this->touchParents($user, $path);
            return ['row' => $this->find($user, $path), 'created' => $before === null];
        });
    }

    /**
     * Streams to a file beside the target, then puts it in place.
     *
     * @param resource $input
     */
    protected function take(string $user, string $path, $input, ?int $length, ?int $mtime): void
    {
        $target = $this->disk($user, $path);
        $part = $target . '.ocTransferId' . random_int(1, PHP_INT_MAX) . '.part';
        try {
            $output = fopen($part, 'wb');
            self::requireLength($length, stream_copy_to_stream($input, $output));
            fclose($output);
            if ($mtime !== null) {
                touch($part, $mtime);
            }
            rename($part, $target);
        } finally {
            if (is_file($part)) {
                unlink($part);
            }
        }
        $this->remember($user, $path);
    }

    /** Throws 400 unless all that was announced has come. */
    protected static function requireLength(?int $length, int $written): void
    {
        if ($length !== null && $written !== $length) {
            throw new HttpException(400, 'Sabre\\DAV\\Exception\\BadRequest', "Expected filesize of $length bytes but read (from Nextcloud client) and wrote (to Nextcloud storage) $written bytes.");
        }
    }

    /** @param array<string, mixed> $row @return resource|null the bytes of a file; null if they are not there */
    public function open(string $user, string $path, array $row)
    {
        $disk = $this->disk($user, $path);
        return is_readable($disk) ? fopen($disk, 'rb') : null;
    }

    public function makeFolder(string $user, string $path): void
    {
        if ($this->find($user, $path) !== null) {
            throw new HttpException(405, 'Sabre\\DAV\\Exception\\MethodNotAllowed', 'The resource you tried to create already exists');
        }
        $this->requireParent($user, $path);
        $this->makeFolderAt($user, $path);
        $this->touchParents($user, $path);
    }

    public function delete(string $user, string $path): void
    {
        $this->cache->locked("$user/files/$path", function () use ($user, $path) {
            $this->removeAt($user, $path);
            $this->touchParents($user, $path);
        });
    }

    public function move(string $user, string $from, string $to): bool
    {
        $this->requireParent($user, $to);
        $replaced = $this->find($user, $to) !== null;
        if ($replaced) {
            $this->removeAt($user, $to);
        }
        $this->moveAt($user, $from, $to);
        $this->rename($user, $from, $to);
        $this->touchParents($user, $from);
        $this->touchParents($user, $to);
        return !$replaced;
    }

    protected function makeFolderAt(string $user, string $path): void
    {
        mkdir($this->disk($user, $path));
        $this->remember($user, $path);
    }

    protected function removeAt(string $user, string $path): void
    {
        Disk::remove($this->disk($user, $path));
        $this->forget($user, $path);
    }

    protected function moveAt(string $user, string $from, string $to): void
    {
        rename($this->disk($user, $from), $this->disk($user, $to));
    }

    /** Gives rows another path. They keep their numbers: clients know a file that was moved by them. */
    protected function rename(string $user, string $from, string $to): void
    {
        $parent = (int) $this->find($user, self::parent($to))['fileid'];
        [$old, $new] = [$this->key($from), $this->key($to)];
        $this->database->run(
            'UPDATE *PREFIX*filecache SET path = ? || substr(path, ?), path_hash = md5(? || substr(path, ?)),
             parent = CASE WHEN path = ? THEN ? ELSE parent END, name = CASE WHEN path = ? THEN ? ELSE name END
             WHERE storage = ? AND (path = ? OR starts_with(path, ?))',
            [$new, strlen($old) + 1, $new, strlen($old) + 1, $old, $parent, $old, basename($new), $this->storage($user), $old, "$old/"],
        );
    }

    /**
     * Takes what is on disk into the table and forgets what is gone. A folder is as it was where nothing in it is another.
     *
     * @return array{folders: int, files: int, new: int, updated: int, removed: int}
     */
    public function scan(string $user, string $path = ''): array
    {
        $this->prepare($user);
        $disk = $this->disk($user, $path);
        $row = $this->known($user, $path);
        $seen = ['folders' => 0, 'files' => 0, 'new' => $row === null ? 1 : 0, 'updated' => 0, 'removed' => 0];
        $isFolder = is_dir($disk);
        $isOther = $row !== null && ($isFolder !== self::isFolder($row)
            || (!$isFolder && ((int) $row['mtime'] !== filemtime($disk) || (int) $row['size'] !== filesize($disk))));
        if ($row === null || $isOther) {
            $this->remember($user, $path);
        }
        $seen['updated'] = $isOther ? 1 : 0;
        if (!$isFolder) {
            return [...$seen, 'files' => 1];
        }
        $seen['folders'] = 1;
        $names = array_values(array_diff(scandir($disk), ['.', '..']));
        foreach ($this->children($user, $path) as $child) {
            if (!in_array($child['name'], $names, true)) {
                $this->forget($user, ltrim("$path/{$child['name']}", '/'));
                $seen['removed']++;
            }
        }
        foreach ($names as $name) {
            if (!str_ends_with((string) $name, '.part')) {
                foreach ($this->scan($user, ltrim("$path/$name", '/')) as $what => $count) {
                    $seen[$what] += $count;
                }
            }
        }
        if ($seen['new'] + $seen['updated'] + $seen['removed'] > 0) {
            $this->updateSize($user, $path);
        }
        return $seen;
    }

    /** Folders above one that was scanned alone are others too, where something in it is. */
    public function scanBelow(string $user, string $path): array
    {
        $seen = $this->scan($user, $path);
        if ($path !== '' && $seen['new'] + $seen['updated'] + $seen['removed'] > 0) {
            $this->touchParents($user, $path);
        }
        return $seen;
    }

    /** Bytes that a user may hold; null when there is no limit. */
    public function quota(string $user): ?int
    {
        if (GroupFolders::isOwner($user)) {
            return GroupFolders::quotaOf($this->database, $user);
        }
        $quota = $this->settings->preference($user, 'files', 'quota', 'default');
        if ($quota === 'default') {
            $quota = $this->settings->get('files', 'default_quota', 'none');
        }
        return Bytes::of($quota);
    }

    public function used(string $user): int
    {
        return (int) ($this->find($user, '')['size'] ?? 0);
    }

    private function requireSpace(string $user, int $growth): void
    {
        $quota = $this->quota($user);
        if ($quota !== null && $this->used($user) + $growth > $quota) {
            $free = max(0, $quota - $this->used($user));
            throw new HttpException(507, 'Sabre\\DAV\\Exception\\InsufficientStorage', "Insufficient space in, $growth required, $free available");
        }
    }

    private function requireParent(string $user, string $path): void
    {
        $parent = $this->find($user, self::parent($path));
        if ($parent === null || !self::isFolder($parent)) {
            throw new HttpException(409, 'Sabre\\DAV\\Exception\\Conflict', 'Files cannot be created in non-existent collections');
        }
    }

    private static function parent(string $path): string
    {
        return str_contains($path, '/') ? dirname($path) : '';
    }

    private function key(string $path): string
    {
        return rtrim("files/$path", '/');
    }

    private function storage(string $user): int
    {
        $name = $this->storageName($user);
        $row = $this->database->row('SELECT numeric_id FROM *PREFIX*storages WHERE id = ?', [$name])
            ?? $this->database->row(
                'INSERT INTO *PREFIX*storages (id) VALUES (?) ON CONFLICT (id) DO UPDATE SET available = 1 RETURNING numeric_id',
                [$name],
            );
        return (int) $row['numeric_id'];
    }

    protected function storageName(string $user): string
    {
        return "home::$user";
    }

    /** A user's home is made at the first access, with the files of the skeleton. */
    private function prepare(string $user): void
    {
        $home = $this->disk($user, '');
        if (is_dir($home)) {
            return;
        }
        mkdir($home, 0770, true);
        $skeleton = $this->config->string('skeletondirectory', ROOT . '/core/skeleton');
        if ($skeleton !== '' && is_dir($skeleton)) {
            foreach (array_diff(scandir($skeleton), ['.', '..']) as $name) {
                copy("$skeleton/$name", "$home/$name");
            }
        }
        $this->scan($user);
    }

    private function remember(string $user, string $path): void
    {
        $disk = $this->disk($user, $path);
        clearstatcache(true, $disk);
        $folder = is_dir($disk);
        $this->note($user, $path, $folder, $folder ? 0 : (int) filesize($disk), (int) filemtime($disk));
    }

    /** Writes the row of a file or a folder, with a new ETag. */
    protected function note(string $user, string $path, bool $folder, int $size, int $mtime): void
    {
        $type = $folder ? self::FOLDER : (self::TYPES[strtolower(pathinfo($path, PATHINFO_EXTENSION))] ?? 'application/octet-stream');
        $mimetype = $this->database->row(
            'INSERT INTO *PREFIX*mimetypes (mimetype) VALUES (?) ON CONFLICT (mimetype) DO UPDATE SET mimetype = EXCLUDED.mimetype RETURNING id',
            [$type],
        );
        $parent = $path === '' ? -1 : (int) $this->find($user, self::parent($path))['fileid'];
        $this->database->run(
            'INSERT INTO *PREFIX*filecache (storage, path, path_hash, parent, name, mimetype, size, mtime, storage_mtime, etag)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (storage, path_hash) DO UPDATE SET
             mimetype = EXCLUDED.mimetype, size = EXCLUDED.size, mtime = EXCLUDED.mtime, storage_mtime = EXCLUDED.storage_mtime, etag = EXCLUDED.etag',
            [
                $this->storage($user), $this->key($path), md5($this->key($path)), $parent, basename($this->key($path)),
                (int) $mimetype['id'], $size, $mtime, $mtime, bin2hex(random_bytes(16)),
            ],
        );
    }

    protected function forget(string $user, string $path): void
    {
        $key = $this->key($path);
        $this->database->run(
            'DELETE FROM *PREFIX*filecache WHERE storage = ? AND (path_hash = ? OR starts_with(path, ?))',
            [$this->storage($user), md5($key), "$key/"],
        );
    }

    /** Every folder above a change gets a new ETag and its new size: clients look for changes by these. */
    private function touchParents(string $user, string $path): void
    {
        do {
            $path = self::parent($path);
            $this->updateSize($user, $path);
        } while ($path !== '');
    }

    private function updateSize(string $user, string $path): void
    {
        $storage = $this->storage($user);
        $hash = md5($this->key($path));
        $this->database->run(
            'UPDATE *PREFIX*filecache SET etag = ?, mtime = ?, size = (SELECT COALESCE(SUM(c.size), 0) FROM *PREFIX*filecache c
             WHERE c.storage = ? AND c.parent = (SELECT fileid FROM *PREFIX*filecache WHERE storage = ? AND path_hash = ?))
             WHERE storage = ? AND path_hash = ?',
            [bin2hex(random_bytes(16)), time(), $storage, $storage, $hash, $storage, $hash],
        );
    }
}
