<?php

declare(strict_types=1);

namespace CommuneDouble;

/** What an installed instance is made of; each part is made when first asked for. */
final class Server
{
    public readonly Config $config;
    public readonly Version $version;
    public readonly Log $log;
    private ?Database $database = null;
    private ?AppConfig $settings = null;
    private ?Users $users = null;
    private ?Cache $cache = null;
    private ?Files $files = null;

    public function __construct()
    {
        $this->config = new Config();
        $this->version = new Version();
        $this->log = new Log($this->config);
        $zone = $this->config->string('logtimezone', 'UTC');
        date_default_timezone_set($zone === '' ? 'UTC' : $zone);
    }

    public function database(): Database
    {
        return $this->database ??= new Database($this->config);
    }

    public function settings(): AppConfig
    {
        return $this->settings ??= new AppConfig($this->database());
    }

    public function users(): Users
    {
        return $this->users ??= new Users($this->database(), $this->config, $this->settings());
    }

    public function cache(): Cache
    {
        return $this->cache ??= new Cache($this->config);
    }

    public function files(): Files
    {
        if ($this->files === null) {
            $parts = [$this->database(), $this->config, $this->settings(), $this->cache()];
            $bucket = $this->config->get('objectstore');
            $this->files = $bucket === null ? new Files(...$parts) : new ObjectFiles(...$parts, store: new ObjectStore($bucket['arguments']));
        }
        return $this->files;
    }

    public function delegations(): Delegations
    {
        return new Delegations($this->database());
    }

    public function throttle(): Throttle
    {
        return new Throttle($this->database(), $this->config);
    }

    public function http(): Federation\HttpClient
    {
        return new Federation\HttpClient($this);
    }

    /** `mairie@cloud.example`: how other servers call an account. */
    public function cloudId(string $uid): string
    {
        return $uid . '@' . preg_replace('#^https?://|/+$#', '', $this->config->string('overwrite.cli.url', 'http://localhost'));
    }

    public function apps(): Apps
    {
        return new Apps($this->config, $this->settings(), $this->version);
    }

    /** Whether `occ upgrade` has something to do: for this code, or for an app that is newer than its data. */
    public function needsUpgrade(): bool
    {
        return $this->version->needsUpgrade($this->config)
            || ($this->config->bool('installed') && $this->apps()->outdated() !== []);
    }

    /**
     * What makes an installed instance unusable, checked at every start.
     *
     * @return list<array{0: string, 1: string}> errors and hints
     */
    public function problems(): array
    {
        $problems = [];
        $problem = $this->config->problem();
        if ($problem !== null) {
            $problems[] = $problem;
        }
        if (!$this->config->bool('installed')) {
            return $problems;
        }
        $data = $this->config->string('datadirectory', ROOT . '/data');
        if (!is_dir($data) || !is_writable($data)) {
            $problems[] = [
                'Your data directory is not writable.',
                'This can usually be fixed by giving the web server write access to ' . $data,
            ];
        }
        if (!is_file("$data/.ncdata") && !is_file("$data/.ocdata")) {
            $problems[] = [
                'Your data directory is invalid.',
                'Ensure there is a file called ".ncdata" in the root of the data directory.',
            ];
        }
        if (is_dir($data) && $this->config->bool('check_data_directory_permissions', true) && self::isOpen($data)) {
            @chmod($data, 0770);
            if (self::isOpen($data)) {
                $problems[] = [
                    'Your data directory is readable by other people.',
                    'Please change the permissions to 0770 so that the directory cannot be listed by other people.',
                ];
            }
        }
        return $problems;
    }

    private static function isOpen(string $folder): bool
    {
        clearstatcache(true, $folder);
        return (fileperms($folder) & 0007) !== 0;
    }
}
