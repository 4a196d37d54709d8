<?php

declare(strict_types=1);

namespace CommuneDouble\Command;

use CommuneDouble\Command;
use CommuneDouble\Fault;
use CommuneDouble\Files;
use CommuneDouble\Input;
use CommuneDouble\Jobs;
use CommuneDouble\Schema;
use CommuneDouble\Server;

use const CommuneDouble\ROOT;

/** What is done now and then: background jobs, indices, scans. */
final class Upkeep
{
    /** @return list<Command> */
    public static function all(): array
    {
        $modes = array_map(
            static fn (string $mode) => new Command("background:$mode", "Use $mode to run background jobs", [], [], static function (Server $server) use ($mode): int {
                $server->settings()->set('core', 'backgroundjobs_mode', $mode);
                echo "Set mode for background jobs to '$mode'\n";
                return 0;
            }),
            ['cron', 'webcron', 'ajax'],
        );
        return [
            ...$modes,
            new Command('background-job:list', 'List background jobs', [], ['class=', 'limit=', 'offset='], self::jobs(...), short: ['c' => 'class', 'l' => 'limit', 'o' => 'offset']),
            new Command('background-job:execute', 'Execute a single background job manually', ['job-id'], ['force-execute'], self::execute(...)),
            new Command('db:add-missing-indices', 'Add missing indices to the database tables', [], ['dry-run'], self::indices(...)),
            new Command('db:add-missing-columns', 'Add missing optional columns to the database tables', [], ['dry-run'], self::nothingMissing(...)),
            new Command('db:add-missing-primary-keys', 'Add missing primary keys to the database tables', [], ['dry-run'], self::nothingMissing(...)),
            new Command('maintenance:repair', 'repair this installation', [], ['include-expensive'], self::repair(...)),
            new Command('setupchecks', 'Run setup checks and output the results', [], [], self::checks(...)),
            new Command('maintenance:update:htaccess', 'Updates the .htaccess file', [], [], self::htaccess(...)),
            new Command('files:scan', 'rescan filesystem', ['user_id?*'], ['path=', 'all', 'unscanned', 'shallow', 'home-only'], self::scan(...), 'files', ['p' => 'path']),
            new Command('log:file', 'manipulate logging backend', [], ['enable', 'file=', 'rotate-size='], self::log(...)),
        ];
    }

    private static function jobs(Server $server, Input $input): int
    {
        $jobs = array_map(
            static fn (array $job) => [...$job, 'last_run' => date(DATE_ATOM, (int) $job['last_run']), 'argument' => json_encode(json_decode($job['argument'], true))],
            array_slice(Jobs::all($server->database(), $input->option('class')), (int) $input->option('offset', '0'), (int) $input->option('limit', '500')),
        );
        $input->print($jobs);
        return 0;
    }

    private static function execute(Server $server, Input $input): int
    {
        $id = (int) $input->argument('job-id');
        $job = Jobs::byId($server->database(), $id);
        if ($job === null) {
            echo "Job with ID $id could not be found in the database\n";
            return 1;
        }
        echo "Job class:            {$job['class']}\nArguments:            {$job['argument']}\n\n";
        Jobs::execute($server, $job);
        echo "Job executed!\n";
        return 0;
    }

    private static function indices(Server $server, Input $input): int
    {
        foreach ($input->has('dry-run') ? [] : Schema::addMissingIndexes($server->database()) as $index) {
            echo "Adding additional $index index to the table, this can take some time...\nUpdated successfully.\n";
        }
        echo "Done.\n";
        return 0;
    }

    private static function nothingMissing(): int
    {
        echo "Done.\n";
        return 0;
    }

    /** Which version's types of files the data knows; an installation writes nothing. Source: lib/private/Repair/RepairMimeTypes.php. */
    private const TYPES = ['files', 'mimetype_version'];

    private static function checks(Server $server, Input $input): int
    {
        $known = $server->settings()->get(...[...self::TYPES, '29.0.0.10']);
        $old = version_compare((string) $known, '31.0.0.0', '<');
        $input->print(['system' => ['OCA\\Settings\\SetupChecks\\MimeTypeMigrationAvailable' => [
            'name' => 'Mimetype migrations available',
            'severity' => $old ? 'warning' : 'success',
            'description' => $old ? 'One or more mimetype migrations are available. Use the command `occ maintenance:repair --include-expensive` to perform the migrations.' : 'None',
        ]]]);
        return $old ? 1 : 0;
    }

    /** Maintenance mode is on meanwhile, and stays on when this is cut short. */
    private static function repair(Server $server, Input $input): int
    {
        $before = $server->config->bool('maintenance');
        $server->config->set(['maintenance' => true]);
        Fault::point('repair');
        echo " - Repair missing tables\n";
        Schema::create($server->database());
        echo " - Clean tags and favorites\n     - 0 tags of deleted users have been removed.\n";
        if ($input->has('include-expensive')) {
            echo " - Repair mime types\n";
            $server->settings()->set(...[...self::TYPES, $server->config->string('version')]);
        }
        $server->config->set(['maintenance' => $before]);
        return 0;
    }

    private static function htaccess(): int
    {
        file_put_contents(ROOT . '/.htaccess', "# Written by the double; php-fpm does not read it.\n");
        echo ".htaccess has been updated\n";
        return 0;
    }

    private static function scan(Server $server, Input $input): int
    {
        $known = array_map(strval(...), array_keys($server->users()->all()));
        // Whose files a path is in counts alone then: apps/files/lib/Command/Scan.php.
        [$owner, $root, $below] = explode('/', trim((string) $input->option('path', ''), '/'), 3) + ['', '', ''];
        $users = match (true) {
            $owner !== '' => [$owner],
            $input->has('all') => $known,
            default => $input->words('user_id'),
        };
        if ($users === []) {
            echo "Please specify the account to scan or --all to scan for all accounts\n";
            return 1;
        }
        $totals = [0, 0];
        $started = microtime(true);
        foreach ($users as $index => $user) {
            if (!in_array($user, $known, true)) {
                echo 'Unknown user ' . ($index + 1) . " $user\n";
                continue;
            }
            echo 'Starting scan for user ' . ($index + 1) . ' out of ' . count($users) . " ($user)\n";
            $inside = $root === 'files' ? Files::clean($below) : '';
            if ($inside !== '' && !file_exists($server->files()->disk($user, $inside))) {
                echo "Path not found: $inside\n";
                continue;
            }
            [$folders, $files] = $server->files()->scan($user, $inside);
            $totals = [$totals[0] + $folders, $totals[1] + $files];
        }
        $elapsed = gmdate('H:i:s', (int) (microtime(true) - $started));
        echo "+---------+-------+--------------+\n| Folders | Files | Elapsed time |\n+---------+-------+--------------+\n";
        printf("| %-7d | %-5d | %-12s |\n+---------+-------+--------------+\n", $totals[0], $totals[1], $elapsed);
        return 0;
    }

    private static function log(Server $server, Input $input): int
    {
        if ($input->option('file') !== null) {
            $server->config->set(['logfile' => $input->option('file')]);
        }
        $enabled = $server->config->string('log_type', 'file') === 'file';
        echo 'Log backend file: ' . ($enabled ? 'enabled' : 'disabled') . "\n";
        return 0;
    }
}
