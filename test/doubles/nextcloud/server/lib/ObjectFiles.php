<?php

declare(strict_types=1);

namespace CommuneDouble;

/**
 * Users' files in a bucket: names and sizes are in the table alone, bytes in an object each. A new file has a row of
 * another name until its object is there; an object is deleted before its row.
 * Source: lib/private/Files/ObjectStore/ObjectStoreStorage.php of nextcloud/server.
 */
final class ObjectFiles extends Files
{
    public function __construct(
        Database $database,
        Config $config,
        AppConfig $settings,
        Cache $cache,
        private readonly ObjectStore $store,
    ) {
        parent::__construct($database, $config, $settings, $cache);
    }

    public function find(string $user, string $path): ?array
    {
        $row = $this->known($user, $path);
        if ($row === null && $path === '') {
            $this->note($user, '', true, 0, time());
            return $this->known($user, '');
        }
        return $row;
    }

    public function open(string $user, string $path, array $row)
    {
        $bytes = fopen('php://temp', 'w+b');
        try {
            fwrite($bytes, (int) $row['size'] === 0 ? '' : $this->store->read((int) $row['fileid']));
        } catch (\Aws\S3\Exception\S3Exception $error) {
            error_log($error->getMessage());
            throw new HttpException(503, 'Sabre\\DAV\\Exception\\ServiceUnavailable', "Could not open file: {$row['name']}, file does seem to exist");
        }
        rewind($bytes);
        return $bytes;
    }

    protected function take(string $user, string $path, $input, ?int $length, ?int $mtime): void
    {
        $bytes = stream_get_contents($input);
        self::requireLength($length, strlen($bytes));
        $before = $this->known($user, $path);
        $place = $before === null ? "$path.part" : $path;
        if ($before === null) {
            $this->note($user, $place, false, strlen($bytes), $mtime ?? time());
        }
        $file = (int) $this->known($user, $place)['fileid'];
        try {
            $this->store->write($file, $bytes);
            if ($before === null && !$this->store->exists($file)) {
                throw new \RuntimeException("Object not found after writing (urn: urn:oid:$file, path: $path)");
            }
        } catch (\Throwable $error) {
            if ($before === null) {
                $this->forget($user, $place);
            }
            throw $error;
        }
        if ($before === null) {
            $this->rename($user, $place, $path);
        } else {
            $this->note($user, $path, false, strlen($bytes), $mtime ?? time());
        }
    }

    protected function makeFolderAt(string $user, string $path): void
    {
        $this->note($user, $path, true, 0, time());
    }

    protected function removeAt(string $user, string $path): void
    {
        $row = $this->known($user, $path);
        foreach ($row !== null && self::isFolder($row) ? $this->children($user, $path) : [] as $child) {
            $this->removeAt($user, ltrim("$path/{$child['name']}", '/'));
        }
        try {
            if ($row !== null && !self::isFolder($row)) {
                $this->store->delete((int) $row['fileid']);
            }
        } catch (\Aws\S3\Exception\S3Exception $error) {
            error_log($error->getMessage());
            throw new HttpException(403, 'Sabre\\DAV\\Exception\\Forbidden', 'The file cannot be deleted');
        }
        $this->forget($user, $path);
    }

    protected function moveAt(string $user, string $from, string $to): void
    {
        // An object has the number of its file, and no name.
    }

    public function scan(string $user, string $path = ''): array
    {
        return ['folders' => 0, 'files' => 0, 'new' => 0, 'updated' => 0, 'removed' => 0];
    }

    protected function storageName(string $user): string
    {
        return "object::user:$user";
    }
}
