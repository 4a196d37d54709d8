<?php

declare(strict_types=1);

namespace CommuneDouble;

/**
 * A large file in pieces: a folder of the account's, pieces in it, and a move of `.file` to where the file belongs.
 * Source: Nextcloud's developer manual, "Chunked file upload".
 */
final class Uploads
{
    public function __construct(private readonly Web $web, private readonly string $user)
    {
    }

    /** @param list<string> $path of the folder, and of a piece in it */
    public function answer(array $path): void
    {
        [$folder, $piece] = [...$path, '', ''];
        foreach ([$folder, $piece] as $name) {
            if (preg_match('/^[A-Za-z0-9._-]*$/', $name) !== 1 || in_array($name, ['.', '..'], true)) {
                throw new HttpException(400, 'OCP\\Files\\InvalidPathException', 'Invalid path');
            }
        }
        if ($folder === '') {
            throw new HttpException(403, 'Sabre\\DAV\\Exception\\Forbidden', 'Permission denied to create file');
        }
        $disk = dirname($this->web->server->files()->disk($this->user, '')) . "/uploads/$folder";
        match ($this->web->request->method) {
            'MKCOL' => $this->begin($disk),
            'PUT' => $this->take("$disk/$piece"),
            'MOVE' => $this->end($disk),
            'DELETE' => $this->drop($disk),
            'PROPFIND' => Dav::multistatus(is_dir($disk) ? $this->pieces($disk) : throw self::missing()),
            default => throw new HttpException(405, 'Sabre\\DAV\\Exception\\MethodNotAllowed', 'This method is not supported by the double.'),
        };
    }

    private static function missing(): HttpException
    {
        return new HttpException(404, 'Sabre\\DAV\\Exception\\NotFound', 'The upload is not there');
    }

    private function begin(string $disk): void
    {
        if (!is_dir($disk)) {
            mkdir($disk, 0770, true);
        }
        http_response_code(201);
    }

    private function take(string $file): void
    {
        if (!is_dir(dirname($file))) {
            throw new HttpException(409, 'Sabre\\DAV\\Exception\\Conflict', 'Parent node does not exist');
        }
        file_put_contents($file, fopen('php://input', 'rb'));
        http_response_code(201);
    }

    /** @return array<string, array<string, string>> */
    private function pieces(string $disk): array
    {
        $base = '/remote.php/dav/uploads/' . rawurlencode($this->user) . '/' . basename($disk) . '/';
        $found = [$base => ['d:resourcetype' => '<d:collection/>']];
        foreach (array_diff(scandir($disk), ['.', '..']) as $name) {
            $found[$base . rawurlencode($name)] = ['d:resourcetype' => '', 'd:getcontentlength' => (string) filesize("$disk/$name")];
        }
        return $found;
    }

    private function end(string $disk): void
    {
        if (!is_dir($disk)) {
            throw self::missing();
        }
        $target = rawurldecode((string) parse_url($this->web->request->header('Destination') ?? '', PHP_URL_PATH));
        $base = '/remote.php/dav/files/' . $this->user;
        if (!str_starts_with($target, "$base/")) {
            throw new HttpException(403, 'Sabre\\DAV\\Exception\\Forbidden', 'The destination is outside the user\'s files');
        }
        $whole = tmpfile();
        $names = array_diff(scandir($disk), ['.', '..']);
        natsort($names);
        foreach ($names as $name) {
            stream_copy_to_stream(fopen("$disk/$name", 'rb'), $whole);
        }
        $length = ftell($whole);
        rewind($whole);
        (new DavFiles($this->web, $this->user, $base))->store(Files::clean(substr($target, strlen($base))), $whole, $length);
        Disk::remove($disk);
    }

    private function drop(string $disk): void
    {
        Disk::remove($disk);
        http_response_code(204);
    }
}
