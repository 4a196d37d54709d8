<?php

declare(strict_types=1);

namespace CommuneDouble\Command;

use CommuneDouble\Command;
use CommuneDouble\Delegations;
use CommuneDouble\Federation\Certificates;
use CommuneDouble\Federation\Directories;
use CommuneDouble\Federation\SystemAddressBook;
use CommuneDouble\Input;
use CommuneDouble\Server;
use CommuneDouble\Version;

/** What other servers read and are trusted with: directories, authorities, delegated administration, patience. */
final class Federation
{
    /** @return list<Command> */
    public static function all(): array
    {
        return [
            new Command('dav:sync-system-addressbook', 'Synchronizes users to the system addressbook', [], [], self::update(...), 'dav'),
            new Command('federation:sync-addressbooks', 'Synchronizes addressbooks of all federated clouds', [], [], self::read(...), 'federation'),
            new Command('admin-delegation:add', 'add setting delegation to a group', ['settingClass', 'groupId'], [], self::delegate(...), 'settings'),
            new Command('admin-delegation:remove', 'remove settings delegation from a group', ['settingClass', 'groupId'], [], self::withdraw(...), 'settings'),
            new Command('admin-delegation:show', 'show delegated settings', [], [], self::delegations(...), 'settings'),
            new Command('security:bruteforce:attempts', 'Show bruteforce attempts status for a given IP address', ['ipaddress', 'action?'], [], self::attempts(...)),
            new Command('security:bruteforce:reset', 'Resets bruteforce attempts for given IP address', ['ipaddress'], [], self::reset(...)),
            new Command('security:certificates', 'list trusted certificates', [], [], self::certificates(...)),
            new Command('security:certificates:import', 'import trusted certificate in PEM format', ['path'], [], self::import(...)),
            new Command('security:certificates:remove', 'remove trusted certificate', ['name'], [], self::remove(...)),
        ];
    }

    private static function update(Server $server): int
    {
        echo "Syncing users ...\n";
        (new SystemAddressBook($server))->update();
        $server->settings()->set('dav', 'needs_system_address_book_sync', 'no');
        echo count($server->users()->all()) . " [============================]\n";
        return 0;
    }

    private static function read(Server $server): int
    {
        $count = 0;
        // Like upstream's, this command succeeds whatever became of the servers: the list tells.
        Directories::read($server, static function (string $url, ?\Throwable $error) use (&$count): void {
            if ($error !== null) {
                echo "Error while syncing $url : {$error->getMessage()}\n";
            } else {
                $count++;
            }
        });
        echo "$count [============================]\n";
        return 0;
    }

    private static function delegate(Server $server, Input $input): int
    {
        [$class, $group] = [$input->argument('settingClass'), $input->argument('groupId')];
        if (!Delegations::isKnown($class)) {
            return self::say('ERROR', 'The specified class isn’t a valid delegated setting.', 2);
        }
        if (!in_array($group, $server->users()->groups(), true)) {
            return self::say('ERROR', 'The specified group didn’t exist.', 3);
        }
        // 31.0.6 adds a row each time and says OK; the newest refuses. Which release began is not known: here it is 33.
        if (Version::major($server->version->full) >= 33 && in_array($group, $server->delegations()->groups($class), true)) {
            return self::say('WARNING', "Administration of $class is already delegated to $group.", 4);
        }
        $server->delegations()->add($group, $class);
        return self::say('OK', "Administration of $class delegated to $group.", 0);
    }

    private static function withdraw(Server $server, Input $input): int
    {
        [$class, $group] = [$input->argument('settingClass'), $input->argument('groupId')];
        if (!in_array($group, $server->delegations()->groups($class), true)) {
            return self::say('OK', "Group $group didn’t have delegation for $class.", 0);
        }
        $server->delegations()->remove($group, $class);
        return self::say('OK', "Removed delegation of $class to $group.", 0);
    }

    private static function say(string $kind, string $message, int $code): int
    {
        echo "\n [$kind] $message\n\n";
        return $code;
    }

    private static function delegations(Server $server): int
    {
        echo "\nCurrent delegations\n===================\n\n";
        foreach (Delegations::SETTINGS as $section => $settings) {
            $title = "Section: $section";
            echo "$title\n" . str_repeat('-', strlen($title)) . "\n\n";
            // As upstream's (Show.php of 31.0.6): of each section only the first setting is left by its union of lists.
            $class = array_key_first($settings);
            $rows = [[$settings[$class], $class, implode(', ', $server->delegations()->groups($class))]];
            self::table(['Name', 'SettingId', 'Delegated to groups'], $rows);
        }
        return 0;
    }

    private static function attempts(Server $server, Input $input): int
    {
        $address = self::address($input);
        if ($address === null) {
            return 1;
        }
        $action = $input->argument('action');
        $input->print([
            'bypass-listed' => false,
            'attempts' => $server->throttle()->attempts($address, $action),
            'delay' => $server->throttle()->delay($address, $action),
        ]);
        return 0;
    }

    private static function reset(Server $server, Input $input): int
    {
        $address = self::address($input);
        if ($address === null) {
            return 1;
        }
        $server->throttle()->reset($address);
        return 0;
    }

    private static function address(Input $input): ?string
    {
        $address = $input->argument('ipaddress');
        if (filter_var($address, FILTER_VALIDATE_IP) !== false) {
            return $address;
        }
        echo "\"$address\" is not a valid IP address\n";
        return null;
    }

    private static function certificates(Server $server, Input $input): int
    {
        $listed = [];
        foreach ((new Certificates($server))->all() as $name => $read) {
            $listed[] = [
                'name' => $name,
                'common_name' => $read['subject']['CN'] ?? null,
                'organization' => $read['subject']['O'] ?? null,
                'expire' => date(\DateTimeInterface::ATOM, $read['validTo_time_t']),
                'issuer' => $read['issuer']['CN'] ?? null,
                'issuer_organization' => $read['issuer']['O'] ?? null,
                'issue_date' => date(\DateTimeInterface::ATOM, $read['validFrom_time_t']),
            ];
        }
        if (str_starts_with((string) $input->option('output'), 'json')) {
            $input->print($listed);
            return 0;
        }
        self::table(
            ['File Name', 'Common Name', 'Organization', 'Valid Until', 'Issued By'],
            array_map(static fn (array $one) => [$one['name'], (string) $one['common_name'], (string) $one['organization'], $one['expire'], (string) $one['issuer']], $listed),
        );
        return 0;
    }

    private static function import(Server $server, Input $input): int
    {
        $path = $input->argument('path');
        if (!file_exists($path)) {
            echo "Certificate not found, please provide a path accessible by the web server user\n";
            return 1;
        }
        (new Certificates($server))->add((string) file_get_contents($path), basename($path));
        return 0;
    }

    private static function remove(Server $server, Input $input): int
    {
        (new Certificates($server))->remove($input->argument('name'));
        return 0;
    }

    /** @param list<string> $headers @param list<list<string>> $rows */
    private static function table(array $headers, array $rows): void
    {
        $widths = [];
        foreach ($headers as $column => $header) {
            $widths[] = max(array_map(mb_strlen(...), [$header, ...array_column($rows, $column)]));
        }
        $line = ' ' . implode(' ', array_map(static fn (int $width) => str_repeat('-', $width + 2), $widths)) . " \n";
        $print = static function (array $cells) use ($widths): void {
            echo '  ' . implode('   ', array_map(mb_str_pad(...), $cells, $widths)) . "  \n";
        };
        echo $line;
        $print($headers);
        echo $line;
        array_walk($rows, $print);
        echo "$line\n";
    }
}
