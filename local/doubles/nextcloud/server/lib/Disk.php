<?php

declare(strict_types=1);

namespace CommuneDouble;

/** What PHP lacks for folders. */
final class Disk
{
    public static function remove(string $path): void
    {
        if (is_dir($path)) {
            foreach (array_diff(scandir($path), ['.', '..']) as $name) {
                self::remove("$path/$name");
            }
            rmdir($path);
        } elseif (file_exists($path)) {
            unlink($path);
        }
    }
}
