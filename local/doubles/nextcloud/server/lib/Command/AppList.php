<?php

declare(strict_types=1);

namespace CommuneDouble\Command;

use CommuneDouble\Command;
use CommuneDouble\HintException;
use CommuneDouble\Input;
use CommuneDouble\Server;

/** Apps: list, install, switch on and off. */
final class AppList
{
    /** @return list<Command> */
    public static function all(): array
    {
        return [
            new Command('app:list', 'List all available apps', [], ['shipped=', 'enabled', 'disabled'], self::list(...)),
            new Command('app:install', 'install an app', ['app-id'], ['keep-disabled', 'force', 'allow-unstable'], self::install(...), short: ['f' => 'force']),
            new Command('app:enable', 'enable an app', ['app-id*'], ['groups=', 'force'], self::enable(...), short: ['g' => 'groups', 'f' => 'force']),
            new Command('app:disable', 'disable an app', ['app-id*'], [], self::disable(...)),
            new Command('app:update', 'update an app or all apps', ['app-id?'], ['all', 'showonly', 'allow-unstable'], self::update(...)),
        ];
    }

    private static function list(Server $server, Input $input): int
    {
        $apps = $server->apps()->all();
        $shipped = $input->option('shipped');
        foreach ($apps as $state => $ids) {
            if ($shipped !== null) {
                $apps[$state] = array_filter($ids, static fn ($id) => $server->apps()->isShipped($id) === ($shipped === 'true'), ARRAY_FILTER_USE_KEY);
            }
        }
        if ($input->has('output') && $input->option('output') !== 'plain') {
            $input->print($apps);
            return 0;
        }
        foreach (['enabled' => 'Enabled:', 'disabled' => 'Disabled:'] as $state => $title) {
            echo "$title\n";
            foreach ($apps[$state] as $id => $version) {
                echo $state === 'enabled' ? "  - $id: $version\n" : "  - $id\n";
            }
        }
        return 0;
    }

    private static function install(Server $server, Input $input): int
    {
        $app = $input->argument('app-id');
        if ($server->apps()->isPresent($app)) {
            echo "$app already installed\n";
            return 1;
        }
        if (!self::download($server, $app)) {
            return 1;
        }
        echo "$app " . $server->apps()->versionOf($app) . " installed\n";
        return $input->has('keep-disabled') || self::switchOn($server, $app) ? 0 : 1;
    }

    private static function download(Server $server, string $app): bool
    {
        try {
            $server->apps()->download($app);
            return true;
        } catch (HintException $error) {
            echo "Error: {$error->getMessage()}\n$error->hint\n";
            return false;
        }
    }

    private static function enable(Server $server, Input $input): int
    {
        $code = 0;
        foreach ($input->words('app-id') as $app) {
            if ($server->apps()->isEnabled($app)) {
                echo "$app already enabled\n";
            } elseif (!($server->apps()->isPresent($app) || self::download($server, $app)) || !self::switchOn($server, $app)) {
                $code = 1;
            }
        }
        return $code;
    }

    private static function switchOn(Server $server, string $app): bool
    {
        try {
            $server->apps()->enable($app);
        } catch (HintException $error) {
            echo $error->getMessage() . "\n";
            return false;
        }
        echo "$app " . $server->apps()->versionOf($app) . " enabled\n";
        return true;
    }

    private static function disable(Server $server, Input $input): int
    {
        $code = 0;
        foreach ($input->words('app-id') as $app) {
            if (!$server->apps()->isEnabled($app)) {
                echo "No such app enabled: $app\n";
            } elseif ($server->apps()->isAlwaysOn($app)) {
                echo "$app can't be disabled.\n";
                $code = 2;
            } else {
                $server->apps()->disable($app);
                echo "$app " . $server->apps()->versionOf($app) . " disabled\n";
            }
        }
        return $code;
    }

    private static function update(): int
    {
        echo "All apps are up-to-date or no updates could be found\n";
        return 0;
    }
}
