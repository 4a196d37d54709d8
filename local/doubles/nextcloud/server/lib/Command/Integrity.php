<?php

declare(strict_types=1);

namespace CommuneDouble\Command;

use CommuneDouble\Command;
use CommuneDouble\Input;
use CommuneDouble\Server;

use const CommuneDouble\ROOT;

/**
 * Whether the files of an app are those that its publisher signed. The double knows no authority: it compares
 * every file with its hash, and takes the certificate's text for its owner's name.
 */
final class Integrity
{
    private const SIGNATURE = 'appinfo/signature.json';

    /** @return list<Command> */
    public static function all(): array
    {
        return [
            new Command('integrity:check-app', 'Check integrity of an app using a signature.', ['appid'], ['path='], self::check(...), Command::ALWAYS),
        ];
    }

    private static function check(Server $server, Input $input): int
    {
        $app = $input->argument('appid');
        $path = $input->option('path') ?? ROOT . "/custom_apps/$app";
        // The real one is content here too: who wants a signature must look for it.
        if (!is_file("$path/" . self::SIGNATURE)) {
            echo "App signature not found, skipping app integrity check\n";
            return 0;
        }
        $found = self::differences($app, $path);
        $input->print($found);
        return $found === [] ? 0 : 1;
    }

    /** @return array<string, mixed> */
    private static function differences(string $app, string $path): array
    {
        $signed = json_decode((string) file_get_contents("$path/" . self::SIGNATURE), true);
        if (!is_array($signed) || !isset($signed['hashes'], $signed['certificate'])) {
            return ['EXCEPTION' => ['class' => 'OC\\IntegrityCheck\\Exceptions\\InvalidSignatureException', 'message' => 'Signature data not found.']];
        }
        if ($signed['certificate'] !== "CN=$app") {
            return ['EXCEPTION' => ['class' => 'OC\\IntegrityCheck\\Exceptions\\InvalidSignatureException', 'message' => "Certificate is not valid for required scope. (Requested: $app, current: {$signed['certificate']})"]];
        }
        $hashes = self::hashes($path);
        $found = [];
        foreach ($signed['hashes'] + $hashes as $file => $hash) {
            $expected = $signed['hashes'][$file] ?? '';
            $current = $hashes[$file] ?? '';
            if ($expected !== $current) {
                $kind = $expected === '' ? 'EXTRA_FILE' : ($current === '' ? 'FILE_MISSING' : 'INVALID_HASH');
                $found[$kind][$file] = ['expected' => $expected, 'current' => $current];
            }
        }
        return $found;
    }

    /** @return array<string, string> SHA-512 of every file but the signature, by path */
    private static function hashes(string $path): array
    {
        $hashes = [];
        $files = new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator($path, \RecursiveDirectoryIterator::SKIP_DOTS));
        foreach ($files as $file) {
            $name = substr($file->getPathname(), strlen($path) + 1);
            if ($name !== self::SIGNATURE) {
                $hashes[$name] = hash_file('sha512', $file->getPathname());
            }
        }
        return $hashes;
    }
}
