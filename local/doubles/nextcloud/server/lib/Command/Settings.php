<?php

declare(strict_types=1);

namespace CommuneDouble\Command;

use CommuneDouble\Command;
use CommuneDouble\ConsoleException;
use CommuneDouble\Input;
use CommuneDouble\Server;

/** config.php and the settings of apps. */
final class Settings
{
    private const SENSITIVE = ['dbhost', 'dbpassword', 'dbuser', 'dbname', 'instanceid', 'mail_smtpname', 'mail_smtppassword', 'passwordsalt', 'redis', 'secret', 'objectstore', 'trusted_proxies'];
    private const TYPES = ['mixed' => 2, 'string' => 4, 'integer' => 8, 'float' => 16, 'boolean' => 32, 'array' => 64];

    /** @return list<Command> */
    public static function all(): array
    {
        return [
            new Command('config:system:get', 'Get a system config value', ['name*'], ['default-value='], self::systemGet(...), Command::ALWAYS),
            new Command('config:system:set', 'Set a system config value', ['name*'], ['type=', 'value=', 'update-only'], self::systemSet(...), Command::ALWAYS),
            new Command('config:system:delete', 'Delete a system config value', ['name*'], ['error-if-not-exists'], self::systemDelete(...), Command::ALWAYS),
            new Command('config:app:get', 'Get an app config value', ['app', 'name'], ['default-value=', 'details'], self::appGet(...)),
            new Command('config:app:set', 'Set an app config value', ['app', 'name'], ['value=', 'type=', 'lazy', 'internal', 'sensitive', 'update-only'], self::appSet(...)),
            new Command('config:app:delete', 'Delete an app config value', ['app', 'name'], ['error-if-not-exists'], self::appDelete(...)),
            new Command('config:list', 'List all configs', ['app?'], ['private'], self::list(...)),
            new Command('config:import', 'Import a list of configs', ['file?'], [], self::import(...)),
        ];
    }

    private static function systemGet(Server $server, Input $input): int
    {
        $value = $server->config->get($input->words('name')[0]);
        foreach (array_slice($input->words('name'), 1) as $name) {
            $value = is_array($value) ? ($value[$name] ?? null) : null;
        }
        $value ??= $input->option('default-value');
        if ($value === null) {
            return 1;
        }
        self::printValue($input, $value);
        return 0;
    }

    private static function printValue(Input $input, mixed $value): void
    {
        if ($input->has('output') && $input->option('output') !== 'plain') {
            $input->print($value);
        } elseif (is_array($value)) {
            foreach ($value as $key => $item) {
                $text = is_array($item) ? json_encode($item) : (is_bool($item) ? var_export($item, true) : (string) $item);
                echo array_is_list($value) ? "$text\n" : "$key: $text\n";
            }
        } else {
            echo (is_bool($value) ? var_export($value, true) : (string) $value) . "\n";
        }
    }

    private static function systemSet(Server $server, Input $input): int
    {
        [$first, $rest] = [$input->words('name')[0], array_slice($input->words('name'), 1)];
        [$value, $shown] = self::typed($input->option('value'), $input->option('type', 'string'));
        $current = $server->config->all()[$first] ?? null;
        if ($input->has('update-only') && $current === null) {
            echo "Value not updated, as it has not been set before.\n";
            return 1;
        }
        $server->config->set([$first => self::nested($current, $rest, $value)]);
        echo 'System config value ' . implode(' => ', $input->words('name')) . " set to $shown\n";
        return 0;
    }

    /** @return array{0: mixed, 1: string} the value, and how the real one shows it */
    private static function typed(?string $value, string $type): array
    {
        return match ($type) {
            'string', 'str' => [(string) $value, $value === '' || $value === null ? 'empty string' : "string $value"],
            'integer', 'int' => is_numeric($value) ? [(int) $value, "integer $value"] : throw new ConsoleException("Non-numeric value specified"),
            'double', 'float' => is_numeric($value) ? [(float) $value, "double $value"] : throw new ConsoleException('Non-numeric value specified'),
            'boolean', 'bool' => match (strtolower((string) $value)) {
                'true', '1' => [true, 'boolean true'],
                'false', '0' => [false, 'boolean false'],
                default => throw new ConsoleException('Unable to parse value as boolean'),
            },
            'json' => [json_decode((string) $value, true, flags: JSON_THROW_ON_ERROR), "json $value"],
            'null' => [null, 'null'],
            default => throw new ConsoleException('Invalid type'),
        };
    }

    /** @param list<string> $names */
    private static function nested(mixed $current, array $names, mixed $value): mixed
    {
        if ($names === []) {
            return $value;
        }
        $current = is_array($current) ? $current : [];
        $name = array_shift($names);
        $current[$name] = self::nested($current[$name] ?? null, $names, $value);
        return $current;
    }

    private static function systemDelete(Server $server, Input $input): int
    {
        $names = $input->words('name');
        $shown = implode(' => ', $names);
        $values = $server->config->all();
        $place = &$values;
        foreach (array_slice($names, 0, -1) as $name) {
            if (!isset($place[$name]) || !is_array($place[$name])) {
                break;
            }
            $place = &$place[$name];
        }
        $last = end($names);
        if (!isset($place[$last])) {
            if ($input->has('error-if-not-exists')) {
                echo "System config $shown could not be deleted because it did not exist\n";
                return 1;
            }
        }
        unset($place[$last]);
        unset($place);
        $server->config->set([$names[0] => $values[$names[0]] ?? null]);
        echo "System config value $shown deleted\n";
        return 0;
    }

    private static function appGet(Server $server, Input $input): int
    {
        $value = $server->settings()->get($input->argument('app'), $input->argument('name')) ?? $input->option('default-value');
        if ($value === null) {
            return 1;
        }
        self::printValue($input, $value);
        return 0;
    }

    private static function appSet(Server $server, Input $input): int
    {
        [$app, $name] = [$input->argument('app'), $input->argument('name')];
        $settings = $server->settings();
        $current = $settings->get($app, $name);
        if ($input->has('update-only') && $current === null) {
            echo "Config value '$name' for app '$app' not updated, as it has not been set before.\n";
            return 1;
        }
        $value = $input->option('value') ?? throw new ConsoleException('The "--value" option is needed to set a value.');
        $type = $input->option('type') ?? array_search($settings->type($app, $name) ?? 2, self::TYPES, true);
        if (!isset(self::TYPES[$type])) {
            throw new ConsoleException("Unknown type $type");
        }
        if ($type === 'boolean') {
            $value = in_array(strtolower($value), ['1', 'true', 'yes', 'on'], true) ? '1' : '0';
        }
        $settings->set($app, $name, $value, self::TYPES[$type]);
        $shown = $input->has('sensitive') ? '<sensitive>' : $value;
        echo $current === $value
            ? "Config value were not updated\n"
            : "Config value '$name' for app '$app' is now set to '$shown', stored as $type in fast cache\n";
        return 0;
    }

    private static function appDelete(Server $server, Input $input): int
    {
        [$app, $name] = [$input->argument('app'), $input->argument('name')];
        if (!$server->settings()->delete($app, $name) && $input->has('error-if-not-exists')) {
            echo "Config $name of app $app could not be deleted because it did not exist\n";
            return 1;
        }
        echo "Config value $name of app $app deleted\n";
        return 0;
    }

    private static function list(Server $server, Input $input): int
    {
        $what = $input->argument('app', 'all');
        $result = [];
        if ($what === 'all' || $what === 'system') {
            $system = $server->config->all();
            if (!$input->has('private')) {
                foreach (array_intersect(self::SENSITIVE, array_keys($system)) as $key) {
                    $system[$key] = '***REMOVED SENSITIVE VALUE***';
                }
            }
            $result['system'] = $system;
        }
        if ($what !== 'system') {
            $result['apps'] = $server->settings()->all($what === 'all' ? null : $what);
        }
        echo json_encode($result, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES) . "\n";
        return 0;
    }

    private static function import(Server $server, Input $input): int
    {
        $text = (string) file_get_contents($input->argument('file', 'php://stdin'));
        $values = json_decode($text, true);
        if (!is_array($values) || array_diff(array_keys($values), ['system', 'apps']) !== []) {
            echo "Unable to parse json\n";
            return 1;
        }
        if (($values['system'] ?? []) !== []) {
            $server->config->set($values['system']);
        }
        foreach ($values['apps'] ?? [] as $app => $keys) {
            foreach ($keys as $key => $value) {
                if ($value === null) {
                    $server->settings()->delete($app, $key);
                } else {
                    $server->settings()->set($app, $key, is_bool($value) ? ($value ? '1' : '0') : (string) $value);
                }
            }
        }
        echo 'Config successfully imported from: ' . $input->argument('file', 'stdin') . "\n";
        return 0;
    }
}
