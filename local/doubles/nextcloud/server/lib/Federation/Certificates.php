<?php

declare(strict_types=1);

namespace CommuneDouble\Federation;

use CommuneDouble\Server;

/** The authorities that `occ security:certificates:import` adds, kept in the data directory. */
final class Certificates
{
    /** In the place of the bundle that comes with Nextcloud's code. */
    private const SHIPPED = '/etc/ssl/certs/ca-certificates.crt';

    private readonly string $folder;

    public function __construct(Server $server)
    {
        $this->folder = $server->config->string('datadirectory', \CommuneDouble\ROOT . '/data') . '/files_external';
    }

    /** @return array<string, array<string, mixed>> what openssl reads in each, by file name */
    public function all(): array
    {
        $all = [];
        foreach (glob("$this->folder/uploads/*") ?: [] as $file) {
            $all[basename($file)] = self::parse((string) file_get_contents($file));
        }
        return $all;
    }

    public function add(string $text, string $name): void
    {
        self::parse($text);
        if (!is_dir("$this->folder/uploads")) {
            mkdir("$this->folder/uploads", 0770, true);
        }
        file_put_contents("$this->folder/uploads/$name", $text);
        $this->makeBundle();
    }

    public function remove(string $name): void
    {
        $file = "$this->folder/uploads/" . basename($name);
        if (is_file($file)) {
            unlink($file);
            $this->makeBundle();
        }
    }

    /** The file that calls are verified with. */
    public function bundle(): string
    {
        return $this->all() === [] ? self::SHIPPED : "$this->folder/rootcerts.crt";
    }

    private function makeBundle(): void
    {
        $texts = array_map(file_get_contents(...), glob("$this->folder/uploads/*") ?: []);
        $new = "$this->folder/rootcerts.crt.tmp" . random_int(0, 999999999);
        file_put_contents($new, implode("\r\n", [...$texts, (string) file_get_contents(self::SHIPPED)]));
        rename($new, "$this->folder/rootcerts.crt");
    }

    /** @return array<string, mixed> */
    private static function parse(string $text): array
    {
        $read = openssl_x509_parse($text);
        return is_array($read) ? $read : throw new \RuntimeException('Certificate could not get parsed.');
    }
}
