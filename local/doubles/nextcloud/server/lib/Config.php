<?php

declare(strict_types=1);

namespace CommuneDouble;

/**
 * config.php, then config/*.config.php in natural order, merged at the top level only; an environment
 * variable NC_<key> wins over all of them, as a string.
 */
final class Config
{
    /** @var array<string, mixed> */
    private array $values = [];
    public readonly string $folder;
    public readonly string $file;

    public function __construct()
    {
        $this->folder = self::place();
        $this->file = $this->folder . '/config.php';
        $this->read();
    }

    private static function place(): string
    {
        return rtrim(getenv('NEXTCLOUD_CONFIG_DIR') ?: ROOT . '/config', '/');
    }

    /** What to tell whoever runs a command without being the owner of config.php; null for the owner. */
    public static function refusalOfUser(): ?string
    {
        $file = self::place() . '/config.php';
        $owner = is_file($file) ? fileowner($file) : posix_getuid();
        if (posix_getuid() === $owner) {
            return null;
        }
        return "Console has to be executed with the user that owns the file config/config.php\n"
            . 'Current user id: ' . posix_getuid() . "\nOwner id of config.php: $owner\n"
            . "Try adding 'sudo -u #$owner' to the beginning of the command (without the single quotes)\n"
            . "If running with 'docker exec' try adding the option '-u $owner' to the docker command (without the single quotes)\n";
    }

    private function read(): void
    {
        $extra = glob($this->folder . '/*.config.php') ?: [];
        natsort($extra);
        foreach ([$this->file, ...$extra] as $file) {
            if (!is_file($file)) {
                continue;
            }
            $values = (static function (string $path): mixed {
                // A file that was just written must not come from the opcode cache.
                if (function_exists('opcache_invalidate')) {
                    @opcache_invalidate($path, false);
                }
                $CONFIG = null;
                include $path;
                return $CONFIG;
            })($file);
            if (is_array($values)) {
                $this->values = array_merge($this->values, $values);
            }
        }
    }

    public function get(string $key, mixed $default = null): mixed
    {
        $environment = getenv('NC_' . $key);
        if ($environment !== false) {
            return $environment;
        }
        return $this->values[$key] ?? $default;
    }

    public function string(string $key, string $default = ''): string
    {
        return (string) $this->get($key, $default);
    }

    public function bool(string $key, bool $default = false): bool
    {
        return (bool) $this->get($key, $default);
    }

    public function int(string $key, int $default = 0): int
    {
        return (int) $this->get($key, $default);
    }

    /** @return array<string, mixed> */
    public function all(): array
    {
        return $this->values;
    }

    /** @param array<string, mixed> $values a null value removes the key */
    public function set(array $values): void
    {
        if ($this->bool('config_is_read_only')) {
            throw new HintException(
                'Config is set to be read-only via option "config_is_read_only".',
                'Unset "config_is_read_only" to allow changing the config file.',
            );
        }
        $merged = array_filter(array_merge($this->values, $values), static fn ($value) => $value !== null);
        if (!is_file($this->folder . '/CAN_INSTALL') && !isset($merged['version'])) {
            throw new HintException(
                'Configuration was not read or initialized correctly, not overwriting ' . $this->file,
                'The file config/CAN_INSTALL is missing: the configuration folder was not empty at first start.',
            );
        }
        $this->values = $merged;
        $this->write();
    }

    private function write(): void
    {
        $file = @fopen($this->file, 'c+');
        if ($file === false) {
            throw new HintException(
                'Cannot write into "config" directory!',
                'This can usually be fixed by giving the web server write access to the config directory.',
            );
        }
        @chmod($this->file, 0640);
        if (!flock($file, LOCK_EX)) {
            throw new \RuntimeException('Could not acquire an exclusive lock on the config file ' . $this->file);
        }
        ftruncate($file, 0);
        // As upstream: whoever is cut short here leaves an empty file.
        Fault::point('config.php');
        fwrite($file, "<?php\n\$CONFIG = " . var_export($this->values, true) . ";\n");
        fflush($file);
        flock($file, LOCK_UN);
        fclose($file);
        if (function_exists('opcache_invalidate')) {
            @opcache_invalidate($this->file, true);
        }
    }

    /** @return array{0: string, 1: string}|null the error and its hint when config.php cannot be written */
    public function problem(): ?array
    {
        if ($this->bool('config_is_read_only') && is_file($this->file)) {
            return null;
        }
        if (is_file($this->file) ? is_writable($this->file) : is_writable($this->folder)) {
            return null;
        }
        return [
            'Cannot write into "config" directory!',
            'This can usually be fixed by giving the web server write access to the config directory.',
        ];
    }
}
