<?php

declare(strict_types=1);

namespace CommuneDouble;

/**
 * Users' files: bytes in <datadirectory>/<user>/files, names, sizes and ETags in the file cache. As with the
 * real one, listings come from the table, so a file laid on disk shows after `occ files:scan` only.
 */
final class Files
{
    private const FOLDER = 'httpd/unix-directory';
    private const TYPES = [
        'txt' => 'text/plain', 'md' => 'text/markdown', 'html' => 'text/html', 'pdf' => 'application/pdf',
        'png' => 'image/png', 'jpg' => 'image/jpeg', 'json' => 'application/json', 'ics' => 'text/calendar',
        'odt' => 'application/vnd.oasis.opendocument.text', 'ods' => 'application/vnd.oasis.opendocument.spreadsheet',
    ];

    public function __construct(
        private readonly Database $database,
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
        $row = $this->database->row(
            'SELECT f.*, m.mimetype AS type FROM *PREFIX*filecache f JOIN *PREFIX*mimetypes m ON m.id = f.mimetype
             WHERE storage = ? AND path_hash = ?',
            [$this->storage($user), md5($this->key($path))],
        );
        $disk = $this->disk($user, $path);
        if ($row === null && file_exists($disk) && ($path === '' || $this->find($user, self::parent($path)) !== null)) {
            $this->remember($user, $path);
            return $this->find($user, $path);
        }
        return $row;
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
            $target = $this->disk($user, $path);
            $part = $target . '.ocTransferId' . random_int(1, PHP_INT_MAX) . '.part';
            try {
                $output = fopen($part, 'wb');
                $written = stream_copy_to_stream($input, $output);
                fclose($output);
                if ($length !== null && $written !== $length) {
                    throw new HttpException(400, 'Sabre\\DAV\\Exception\\BadRequest', "Expected filesize of $length bytes but read (from Nextcloud client) and wrote (to Nextcloud storage) $written bytes.");
                }
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
            $this->touchParents($user, $path);
            return ['row' => $this->find($user, $path), 'created' => $before === null];
        });
    }

    public function makeFolder(string $user, string $path): void
    {
        if ($this->find($user, $path) !== null) {
            throw new HttpException(405, 'Sabre\\DAV\\Exception\\MethodNotAllowed', 'The resource you tried to create already exists');
        }
        $this->requireParent($user, $path);
        mkdir($this->disk($user, $path));
        $this->remember($user, $path);
        $this->touchParents($user, $path);
    }

    public function delete(string $user, string $path): void
    {
        $this->cache->locked("$user/files/$path", function () use ($user, $path) {
            Disk::remove($this->disk($user, $path));
            $this->forget($user, $path);
            $this->touchParents($user, $path);
        });
    }

    public function move(string $user, string $from, string $to): bool
    {
        $this->requireParent($user, $to);
        $replaced = $this->find($user, $to) !== null;
        if ($replaced) {
            Disk::remove($this->disk($user, $to));
            $this->forget($user, $to);
        }
        rename($this->disk($user, $from), $this->disk($user, $to));
        $this->forget($user, $from);
        $this->scan($user, $to);
        $this->touchParents($user, $from);
        $this->touchParents($user, $to);
        return !$replaced;
    }

    /** Takes what is on disk into the table and forgets what is gone; returns folders and files seen. */
    public function scan(string $user, string $path = ''): array
    {
        $this->prepare($user);
        $disk = $this->disk($user, $path);
        $row = $this->find($user, $path);
        if ($row === null || (!is_dir($disk) && (int) $row['mtime'] !== filemtime($disk))) {
            $this->remember($user, $path);
        }
        if (!is_dir($disk)) {
            return [0, 1];
        }
        $seen = [1, 0];
        $names = array_diff(scandir($disk), ['.', '..']);
        foreach ($this->children($user, $path) as $child) {
            if (!in_array($child['name'], $names, true)) {
                $this->forget($user, ltrim("$path/{$child['name']}", '/'));
            }
        }
        foreach ($names as $name) {
            if (!str_ends_with($name, '.part')) {
                [$folders, $files] = $this->scan($user, ltrim("$path/$name", '/'));
                $seen = [$seen[0] + $folders, $seen[1] + $files];
            }
        }
        $this->updateSize($user, $path);
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
        $row = $this->database->row('SELECT numeric_id FROM *PREFIX*storages WHERE id = ?', ["home::$user"])
            ?? $this->database->row(
                'INSERT INTO *PREFIX*storages (id) VALUES (?) ON CONFLICT (id) DO UPDATE SET available = 1 RETURNING numeric_id',
                ["home::$user"],
            );
        return (int) $row['numeric_id'];
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
        $folder = is_dir($disk);
        clearstatcache(true, $disk);
        $type = $folder ? self::FOLDER : (self::TYPES[strtolower(pathinfo($path, PATHINFO_EXTENSION))] ?? 'application/octet-stream');
        $mimetype = $this->database->row(
            'INSERT INTO *PREFIX*mimetypes (mimetype) VALUES (?) ON CONFLICT (mimetype) DO UPDATE SET mimetype = EXCLUDED.mimetype RETURNING id',
            [$type],
        );
        $parent = $path === '' ? -1 : (int) $this->find($user, self::parent($path))['fileid'];
        $mtime = (int) filemtime($disk);
        $this->database->run(
            'INSERT INTO *PREFIX*filecache (storage, path, path_hash, parent, name, mimetype, size, mtime, storage_mtime, etag)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (storage, path_hash) DO UPDATE SET
             mimetype = EXCLUDED.mimetype, size = EXCLUDED.size, mtime = EXCLUDED.mtime, storage_mtime = EXCLUDED.storage_mtime, etag = EXCLUDED.etag',
            [
                $this->storage($user), $this->key($path), md5($this->key($path)), $parent, basename($this->key($path)),
                (int) $mimetype['id'], $folder ? 0 : (int) filesize($disk), $mtime, $mtime, bin2hex(random_bytes(16)),
            ],
        );
    }

    private function forget(string $user, string $path): void
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
