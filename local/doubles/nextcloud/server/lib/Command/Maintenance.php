<?php

declare(strict_types=1);

namespace CommuneDouble\Command;

use CommuneDouble\Command;
use CommuneDouble\HintException;
use CommuneDouble\Input;
use CommuneDouble\Installer;
use CommuneDouble\Server;

use const CommuneDouble\ROOT;

/** The life of an instance: installation, upgrade, maintenance mode, status. */
final class Maintenance
{
    /** @return list<Command> */
    public static function all(): array
    {
        return [
            new Command('status', 'show some status information', [], ['exit-code'], self::status(...), Command::ALWAYS, ['e' => 'exit-code']),
            new Command('maintenance:install', 'install Nextcloud', [], [
                'database=', 'database-name=', 'database-host=', 'database-port=', 'database-user=', 'database-pass=',
                'database-table-prefix=', 'database-table-space=', 'disable-admin-user', 'admin-user=', 'admin-pass=', 'admin-email=', 'data-dir=',
            ], self::install(...), Command::BEFORE),
            new Command('upgrade', 'run upgrade routines after installation of a new release', [], [], self::upgrade(...)),
            new Command('maintenance:mode', 'set maintenance mode', [], ['on', 'off'], self::mode(...)),
            new Command('maintenance:data-fingerprint', 'update the systems data-fingerprint after a backup is restored', [], [], self::fingerprint(...)),
        ];
    }

    private static function status(Server $server, Input $input): int
    {
        $status = $server->version->status($server->config, $server->needsUpgrade());
        $input->print($status);
        if (!$input->has('exit-code')) {
            return 0;
        }
        return $status['maintenance'] ? 1 : ($status['needsDbUpgrade'] ? 2 : 0);
    }

    private static function install(Server $server, Input $input): int
    {
        $type = $input->option('database', 'sqlite');
        if ($type !== 'pgsql') {
            echo "Database <$type> is not supported. This double speaks to PostgreSQL only.\n";
            return 1;
        }
        foreach (['database-user', 'database-name', 'database-pass', 'admin-pass'] as $option) {
            if ($input->option($option) === null) {
                throw new HintException("No value given for --$option, and there is nobody to ask.");
            }
        }
        $host = $input->option('database-host', 'localhost');
        $port = $input->option('database-port');
        try {
            (new Installer($server))->install([
                'dbname' => $input->option('database-name'),
                'dbuser' => $input->option('database-user'),
                'dbpassword' => $input->option('database-pass'),
                'dbhost' => $port === null ? $host : "$host:$port",
                'prefix' => $input->option('database-table-prefix', 'oc_'),
                'admin' => $input->option('admin-user', 'admin'),
                'password' => $input->option('admin-pass'),
                'data' => rtrim($input->option('data-dir', ROOT . '/data'), '/'),
            ]);
        } catch (HintException | \RuntimeException $error) {
            echo $error->getMessage() . "\n";
            if ($error instanceof HintException && $error->hint !== '') {
                echo " -> $error->hint\n";
            }
            return 1;
        }
        echo "Nextcloud was successfully installed\n";
        return 0;
    }

    private static function upgrade(Server $server, Input $input): int
    {
        $config = $server->config;
        if ($server->needsUpgrade()) {
            if ($config->bool('config_is_read_only')) {
                echo "Nextcloud is configured to be read-only; unset config_is_read_only for the upgrade.\n";
                return 5;
            }
            try {
                (new Installer($server))->upgrade(static function (string $line): void {
                    echo "$line\n";
                });
            } catch (HintException $error) {
                echo $error->getMessage() . "\nUpdate failed\nMaintenance mode is kept active\n";
                return 5;
            }
            return 0;
        }
        if ($config->bool('maintenance')) {
            echo "Nextcloud is in maintenance mode\nMaybe an upgrade is already in process. Please check the logfile (data/nextcloud.log). "
                . "If you want to re-run the upgrade procedure, remove the \"maintenance mode\" from config.php and call this script again.\n";
            return 2;
        }
        echo "Nextcloud is already latest version\n";
        return 0;
    }

    private static function mode(Server $server, Input $input): int
    {
        $on = $server->config->bool('maintenance');
        if ($input->has('on') || $input->has('off')) {
            $wanted = $input->has('on');
            if ($wanted === $on) {
                echo 'Maintenance mode already ' . ($on ? 'enabled' : 'disabled') . "\n";
                return 0;
            }
            $server->config->set(['maintenance' => $wanted]);
            echo 'Maintenance mode ' . ($wanted ? 'enabled' : 'disabled') . "\n";
            return 0;
        }
        echo 'Maintenance mode is currently ' . ($on ? 'enabled' : 'disabled') . "\n";
        return 0;
    }

    private static function fingerprint(Server $server): int
    {
        $fingerprint = md5((string) microtime(true));
        $server->config->set(['data-fingerprint' => $fingerprint]);
        echo "Updated data-fingerprint to $fingerprint\n";
        return 0;
    }
}
