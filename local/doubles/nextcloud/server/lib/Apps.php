<?php

declare(strict_types=1);

namespace CommuneDouble;

/** Which apps are there and enabled. Apps of the store are doubles too: what their info.xml says, and no function. */
final class Apps
{
    /** On, or off, after an installation. */
    private const SHIPPED = [
        'cloud_federation_api' => true, 'comments' => true, 'dav' => true, 'federatedfilesharing' => true,
        'federation' => true, 'nextcloud_announcements' => true, 'survey_client' => true, 'weather_status' => true, 'files' => true, 'files_sharing' => true, 'files_trashbin' => true,
        'files_versions' => true, 'lookup_server_connector' => true, 'oauth2' => true, 'password_policy' => true,
        'provisioning_api' => true, 'settings' => true, 'theming' => true, 'twofactor_backupcodes' => true,
        'updatenotification' => true, 'user_status' => true, 'workflowengine' => true,
        'admin_audit' => false, 'encryption' => false, 'files_external' => false, 'user_ldap' => false,
    ];
    private const ALWAYS = ['cloud_federation_api', 'dav', 'federatedfilesharing', 'files', 'lookup_server_connector', 'oauth2', 'provisioning_api', 'settings', 'theming', 'twofactor_backupcodes', 'workflowengine'];
    private const STORE = ['calendar', 'contacts', 'deck', 'forms', 'groupfolders', 'notes', 'polls', 'richdocuments', 'spreed', 'tasks', 'user_oidc'];
    private const STORE_VERSION = '1.0.0-double';

    public function __construct(
        private readonly Config $config,
        private readonly AppConfig $settings,
        private readonly Version $version,
    ) {
    }

    public function enableShipped(): void
    {
        foreach (self::SHIPPED as $app => $on) {
            $this->settings->set($app, 'installed_version', $this->versionOf($app));
            $current = $this->settings->get($app, 'enabled');
            if ($current === null) {
                $this->settings->set($app, 'enabled', $on ? 'yes' : 'no');
            }
        }
    }

    public function isShipped(string $app): bool
    {
        return isset(self::SHIPPED[$app]);
    }

    public function isAlwaysOn(string $app): bool
    {
        return in_array($app, self::ALWAYS, true);
    }

    public function isEnabled(string $app): bool
    {
        return ($this->settings->get($app, 'enabled') ?? 'no') !== 'no';
    }

    public function isPresent(string $app): bool
    {
        return $this->isShipped($app) || is_file($this->folder($app) . '/appinfo/info.xml');
    }

    public function versionOf(string $app): string
    {
        return $this->isShipped($app) ? Version::major($this->version->full) . '.0.0' : (string) ($this->info($app)->version ?? '');
    }

    /** @return list<string> enabled apps whose code is newer than their data */
    public function outdated(): array
    {
        $outdated = fn (string $app) => $this->isEnabled($app)
            && version_compare($this->versionOf($app), $this->settings->get($app, 'installed_version') ?? '0') > 0;
        return array_values(array_filter($this->own(), $outdated));
    }

    /** @param callable(string): void $say */
    public function upgrade(callable $say): void
    {
        foreach ($this->own() as $app) {
            if ($this->isEnabled($app) && !$this->isCompatible($app)) {
                $this->disable($app);
                $say("Disabled incompatible app: $app");
            }
        }
        foreach ($this->outdated() as $app) {
            $this->requireMigration($app);
            $this->settings->set($app, 'installed_version', $this->versionOf($app));
            $say("Updated <$app> to " . $this->versionOf($app));
        }
    }

    private function requireMigration(string $app): void
    {
        if (isset($this->info($app)?->{'double-fails'})) {
            throw new HintException("The double's app $app was made to fail: double-fails in its info.xml.");
        }
    }

    /** @return list<string> apps that somebody has put into custom_apps; a name with a dot is none */
    private function own(): array
    {
        $folders = array_map(basename(...), glob(ROOT . '/custom_apps/*', GLOB_ONLYDIR) ?: []);
        return array_values(array_filter($folders, $this->isPresent(...)));
    }

    private function isCompatible(string $app): bool
    {
        $range = $this->info($app)?->dependencies->nextcloud;
        $major = Version::major($this->version->full);
        return $this->isShipped($app)
            || ($range !== null && (int) $range['min-version'] <= $major && (int) $range['max-version'] >= $major);
    }

    private function info(string $app): ?\SimpleXMLElement
    {
        $file = $this->folder($app) . '/appinfo/info.xml';
        return is_file($file) ? (simplexml_load_file($file) ?: null) : null;
    }

    /** @return array{enabled: array<string, string>, disabled: array<string, string>} versions by id */
    public function all(): array
    {
        $result = ['enabled' => [], 'disabled' => []];
        $ids = array_unique([...array_keys(self::SHIPPED), ...$this->own()]);
        sort($ids);
        foreach ($ids as $app) {
            $result[$this->isEnabled($app) ? 'enabled' : 'disabled'][$app] = $this->versionOf($app);
        }
        return $result;
    }

    /** Lays the app's folder into custom_apps, unless the store is off or does not know it. */
    public function download(string $app): void
    {
        $store = $this->config->bool('appstoreenabled', true) && $this->config->bool('has_internet_connection', true);
        $major = Version::major($this->version->full);
        if (!$store || !in_array($app, self::STORE, true)) {
            throw new HintException("Could not download app $app", "App \"$app\" not found in the store for Nextcloud $major");
        }
        if (!is_writable(ROOT . '/custom_apps')) {
            throw new HintException("Could not download app $app", 'No apps directory is writable.');
        }
        $info = $this->folder($app) . '/appinfo';
        if (!is_dir($info)) {
            mkdir($info, 0755, true);
        }
        $xml = "<?xml version=\"1.0\"?>\n<info><id>$app</id><name>$app (double)</name><version>" . self::STORE_VERSION
            . "</version><dependencies><nextcloud min-version=\"$major\" max-version=\"$major\"/></dependencies></info>\n";
        file_put_contents("$info/info.xml", $xml);
        $this->settings->set($app, 'installed_version', self::STORE_VERSION);
        if ($this->settings->get($app, 'enabled') === null) {
            $this->settings->set($app, 'enabled', 'no');
        }
    }

    public function enable(string $app): void
    {
        if (!$this->isCompatible($app)) {
            throw new HintException("App \"$app\" cannot be installed because it is not compatible with this version of the server.");
        }
        $this->requireMigration($app);
        $this->settings->set($app, 'installed_version', $this->versionOf($app));
        $this->settings->set($app, 'enabled', 'yes');
    }

    public function disable(string $app): void
    {
        $this->settings->set($app, 'enabled', 'no');
    }

    private function folder(string $app): string
    {
        return ROOT . '/custom_apps/' . basename($app);
    }
}
