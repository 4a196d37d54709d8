<?php

declare(strict_types=1);

namespace CommuneDouble;

/** A user's files over WebDAV. */
final class DavFiles
{
    private readonly Files $files;

    /**
     * @param string $base path of the user's root in URLs, without a slash at the end
     * @param string $root what of the user's files is that root; all of them when it is empty
     * @param int $permissions what may be done there, of `GroupFolders`
     */
    public function __construct(
        private readonly Web $web,
        private readonly string $user,
        private readonly string $base,
        private readonly string $root = '',
        private readonly int $permissions = GroupFolders::ALL,
    ) {
        $this->files = $web->server->files();
    }

    public function answer(string $path): void
    {
        $path = trim("$this->root/$path", '/');
        $needed = match ($this->web->request->method) {
            'PUT' => $this->files->find($this->user, $path) === null ? GroupFolders::CREATE : GroupFolders::UPDATE,
            'MKCOL' => GroupFolders::CREATE,
            'DELETE' => GroupFolders::DELETE,
            'MOVE' => GroupFolders::UPDATE,
            default => GroupFolders::READ,
        };
        if (($this->permissions & $needed) !== $needed) {
            throw new HttpException(403, 'Sabre\\DAV\\Exception\\Forbidden', 'Not allowed in this folder');
        }
        match ($this->web->request->method) {
            'GET', 'HEAD' => $this->get($path),
            'PUT' => $this->put($path),
            'DELETE' => $this->delete($path),
            'MKCOL' => $this->makeFolder($path),
            'MOVE' => $this->move($path),
            'PROPFIND' => $this->list($path),
            default => throw new HttpException(405, 'Sabre\\DAV\\Exception\\MethodNotAllowed', 'This method is not supported by the double.'),
        };
    }

    /** @return array<string, mixed> */
    private function require(string $path): array
    {
        return $this->files->find($this->user, $path)
            ?? throw new HttpException(404, 'Sabre\\DAV\\Exception\\NotFound', "File with name $path could not be located");
    }

    private function get(string $path): void
    {
        $row = $this->require($path);
        if (Files::isFolder($row)) {
            // The real one's DummyGetResponsePlugin, for clients that ask so whether they may come in.
            header('Content-Type: text/plain');
            echo 'This is the WebDAV interface. It can only be accessed by WebDAV clients such as the Nextcloud desktop sync client.';
            return;
        }
        $bytes = $this->files->open($this->user, $path, $row);
        if ($bytes === null) {
            throw new HttpException(404, 'Sabre\\DAV\\Exception\\NotFound', "File not found: $path in user's storage");
        }
        $this->identify($row);
        header('Content-Type: ' . $row['type']);
        header('Content-Length: ' . fstat($bytes)['size']);
        header('Last-Modified: ' . gmdate('D, d M Y H:i:s', (int) $row['mtime']) . ' GMT');
        header('Content-Disposition: attachment; filename*=UTF-8\'\'' . rawurlencode($row['name']));
        if ($this->web->request->method === 'GET') {
            fpassthru($bytes);
        }
    }

    private function put(string $path): void
    {
        $before = $this->files->find($this->user, $path);
        Dav::requireMatch($this->web->request, $before['etag'] ?? null);
        $length = $this->web->request->header('Content-Length');
        $this->store($path, fopen('php://input', 'rb'), is_numeric($length) ? (int) $length : null);
    }

    /** @param resource $input */
    public function store(string $path, $input, ?int $length): void
    {
        $mtime = $this->web->request->header('X-OC-MTime');
        $result = $this->files->put($this->user, $path, $input, $length, is_numeric($mtime) ? (int) $mtime : null);
        http_response_code($result['created'] ? 201 : 204);
        $this->identify($result['row']);
        if ($mtime !== null) {
            header('X-OC-MTime: accepted');
        }
    }

    private function delete(string $path): void
    {
        if ($path === $this->root) {
            throw new HttpException(403, 'Sabre\\DAV\\Exception\\Forbidden', 'The root cannot be deleted');
        }
        Dav::requireMatch($this->web->request, $this->require($path)['etag']);
        $this->files->delete($this->user, $path);
        http_response_code(204);
    }

    private function makeFolder(string $path): void
    {
        $this->files->makeFolder($this->user, $path);
        http_response_code(201);
        $this->identify($this->require($path));
    }

    private function move(string $path): void
    {
        $this->require($path);
        $target = rawurldecode((string) parse_url($this->web->request->header('Destination') ?? '', PHP_URL_PATH));
        if ($path === $this->root || !str_starts_with($target, $this->base . '/')) {
            throw new HttpException(403, 'Sabre\\DAV\\Exception\\Forbidden', 'The destination is outside the user\'s files');
        }
        $to = Files::clean("$this->root/" . substr($target, strlen($this->base)));
        if ($to === $path || str_starts_with("$to/", "$path/")) {
            throw new HttpException(403, 'Sabre\\DAV\\Exception\\Forbidden', 'Source and destination are the same');
        }
        if ($this->web->request->header('Overwrite') === 'F' && $this->files->find($this->user, $to) !== null) {
            throw new HttpException(412, 'Sabre\\DAV\\Exception\\PreconditionFailed', 'The destination node already exists');
        }
        http_response_code($this->files->move($this->user, $path, $to) ? 201 : 204);
    }

    private function list(string $path): void
    {
        $row = $this->require($path);
        $resources = [$this->href($path, $row) => $this->properties($row)];
        if (Files::isFolder($row) && ($this->web->request->header('Depth') ?? '1') !== '0') {
            foreach ($this->files->children($this->user, $path) as $child) {
                $resources[$this->href(ltrim("$path/{$child['name']}", '/'), $child)] = $this->properties($child);
            }
            foreach ($path === '' ? GroupFolders::of($this->web->server, $this->user) : [] as $team) {
                $base = $this->base . '/' . rawurlencode($team['mount_point']);
                $owner = GroupFolders::owner($team['id']);
                $folder = new self($this->web, $owner, $base, '', $team['permissions']);
                $resources["$base/"] = ['d:displayname' => Dav::text($team['mount_point'])] + $folder->properties($folder->require(''));
            }
        }
        Dav::multistatus($resources);
    }

    /** @param array<string, mixed> $row */
    private function href(string $path, array $row): string
    {
        $encoded = implode('/', array_map(rawurlencode(...), explode('/', ltrim(substr($path, strlen($this->root)), '/'))));
        return rtrim("$this->base/$encoded", '/') . (Files::isFolder($row) ? '/' : '');
    }

    /** @param array<string, mixed> $row @return array<string, string> */
    private function properties(array $row): array
    {
        $folder = Files::isFolder($row);
        $common = [
            'd:getlastmodified' => gmdate('D, d M Y H:i:s', (int) $row['mtime']) . ' GMT',
            'd:getetag' => '"' . $row['etag'] . '"',
            'd:resourcetype' => $folder ? '<d:collection/>' : '',
            'oc:id' => $this->id($row),
            'oc:fileid' => (string) $row['fileid'],
            'oc:size' => (string) $row['size'],
            'oc:permissions' => $this->letters($folder),
            'oc:owner-id' => Dav::text($this->user),
        ];
        if (!$folder) {
            return $common + ['d:getcontentlength' => (string) $row['size'], 'd:getcontenttype' => $row['type']];
        }
        if ($row['name'] === 'files' && $this->root === '') {
            // Of the root alone: what a client compares with what it saw there before.
            $common['oc:data-fingerprint'] = $this->web->server->config->string('data-fingerprint');
        }
        $quota = $this->files->quota($this->user);
        $used = $this->files->used($this->user);
        return $common + [
            'd:quota-used-bytes' => (string) $used,
            // -3 is the real one's word for "no limit".
            'd:quota-available-bytes' => (string) ($quota === null ? -3 : max(0, $quota - $used)),
        ];
    }

    /** What may be done with a resource, a letter each. Source: lib/public/Files/DavUtil.php of nextcloud/server. */
    private function letters(bool $folder): string
    {
        $letters = ['R' => GroupFolders::SHARE, 'G' => GroupFolders::READ, 'D' => GroupFolders::DELETE, 'NV' => GroupFolders::UPDATE]
            + ($folder ? ['CK' => GroupFolders::CREATE] : ['W' => GroupFolders::UPDATE]);
        return implode('', array_keys(array_filter($letters, fn (int $right) => ($this->permissions & $right) !== 0)));
    }

    /** @param array<string, mixed> $row */
    private function id(array $row): string
    {
        return str_pad((string) $row['fileid'], 8, '0', STR_PAD_LEFT) . $this->web->server->config->string('instanceid');
    }

    /** @param array<string, mixed> $row */
    private function identify(array $row): void
    {
        header('ETag: "' . $row['etag'] . '"');
        header('OC-ETag: "' . $row['etag'] . '"');
        header('OC-FileId: ' . $this->id($row));
    }
}
