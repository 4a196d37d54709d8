<?php

declare(strict_types=1);

namespace CommuneDouble;

/** `occ`: finds the command, reads its words as Symfony's console does, and says no in the same way. */
final class Console
{
    private const GLOBAL_OPTIONS = ['output=', 'no-interaction', 'no-warnings', 'no-ansi', 'ansi', 'quiet', 'verbose', 'help', 'version'];
    private const SHORT = ['n' => 'no-interaction', 'q' => 'quiet', 'v' => 'verbose', 'vv' => 'verbose', 'vvv' => 'verbose', 'h' => 'help', 'V' => 'version'];

    private readonly Server $server;

    /** @param list<string> $argv */
    public static function main(array $argv): int
    {
        $refusal = Config::refusalOfUser();
        if ($refusal !== null) {
            echo $refusal;
            return 1;
        }
        try {
            return (new self())->run(array_slice($argv, 1));
        } catch (\Throwable $error) {
            $hint = $error instanceof HintException && $error->hint !== '' ? "\n$error->hint" : '';
            $head = $error instanceof ConsoleException ? '' : "In " . basename($error->getFile()) . ' line ' . $error->getLine() . ":\n";
            self::complain($head, $error->getMessage() . $hint);
            return 1;
        }
    }

    private static function complain(string $head, string $message): void
    {
        $lines = explode("\n", $message);
        $width = max(array_map(mb_strlen(...), $lines)) + 4;
        $blank = str_repeat(' ', $width);
        $body = implode("\n", array_map(static fn ($line) => '  ' . mb_str_pad($line, $width - 2), $lines));
        fwrite(STDERR, "$head\n$blank\n$body\n$blank\n\n");
    }

    private function __construct()
    {
        $this->server = new Server();
    }

    /** @param list<string> $words */
    private function run(array $words): int
    {
        $config = $this->server->config;
        $problem = $config->problem();
        if ($problem !== null) {
            echo implode("\n", $problem) . "\n";
            return 1;
        }
        if (!is_file($config->file)) {
            touch($config->file);
        }
        $name = '';
        foreach ($words as $index => $word) {
            if (!str_starts_with($word, '-')) {
                $name = $word;
                array_splice($words, $index, 1);
                break;
            }
        }
        if ($name === '' && array_intersect($words, ['-V', '--version']) !== []) {
            echo 'Nextcloud ' . $this->server->version->short . " (double)\n";
            return 0;
        }
        $commands = $this->commands();
        $this->warn($words, $name);
        if ($name === '' || $name === 'list') {
            return $this->list($commands);
        }
        if (!isset($commands[$name])) {
            throw new ConsoleException($this->unknown($name, array_keys($commands)));
        }
        return $commands[$name]->execute($this->server, $this->read($commands[$name], $words));
    }

    /** @return array<string, Command> those that this state of the instance has */
    private function commands(): array
    {
        $config = $this->server->config;
        $installed = $config->bool('installed');
        if ($installed) {
            $problems = $this->server->problems();
            if ($problems !== []) {
                echo implode("\n", array_map(static fn ($problem) => implode("\n", $problem), $problems)) . "\n\n";
                throw new \RuntimeException('Environment not properly prepared.');
            }
        }
        $limited = $config->bool('maintenance') || $this->server->needsUpgrade();
        $result = [];
        $all = [
            ...Command\Maintenance::all(), ...Command\Settings::all(), ...Command\AppList::all(),
            ...Command\Accounts::all(), ...Command\Upkeep::all(), ...Command\Integrity::all(), ...Command\Login::all(),
            ...Command\Federation::all(), ...Command\Office::all(), ...Command\TeamFolders::all(),
        ];
        foreach ($all as $command) {
            $here = match ($command->when) {
                Command::ALWAYS => true,
                Command::BEFORE => !$installed,
                Command::INSTALLED => $installed,
                default => $installed && !$limited && $this->server->apps()->isEnabled($command->when),
            };
            if ($here) {
                $result[$command->name] = $command;
            }
        }
        ksort($result);
        return $result;
    }

    /** @param list<string> $words */
    private function warn(array $words, string $name): void
    {
        $config = $this->server->config;
        if (in_array('--no-warnings', $words, true) || in_array($name, ['status', 'maintenance:mode'], true)) {
            return;
        }
        if (!$config->bool('installed')) {
            fwrite(STDERR, "Nextcloud is not installed - only a limited number of commands are available\n");
        } elseif ($config->bool('maintenance')) {
            fwrite(STDERR, "Nextcloud is in maintenance mode, no apps are loaded.\nCommands provided by apps are unavailable.\n");
        } elseif ($this->server->needsUpgrade()) {
            fwrite(STDERR, "Nextcloud or one of the apps require upgrade - only a limited number of commands are available\n"
                . "You may use your browser or the occ upgrade command to do the upgrade\n");
        }
    }

    /** @param array<string, Command> $commands */
    private function list(array $commands): int
    {
        echo 'Nextcloud ' . $this->server->version->short . " (double)\n\nUsage:\n  command [options] [arguments]\n\nAvailable commands:\n";
        foreach ($commands as $command) {
            echo '  ' . str_pad($command->name, 40) . " $command->description\n";
        }
        return 0;
    }

    /** @param list<string> $names */
    private function unknown(string $name, array $names): string
    {
        $space = str_contains($name, ':') ? explode(':', $name)[0] : null;
        $known = $space === null || array_filter($names, static fn ($other) => str_starts_with($other, "$space:")) !== [];
        if (!$known) {
            return "There are no commands defined in the \"$space\" namespace.";
        }
        $close = array_filter($names, static fn ($other) => levenshtein($name, $other) <= strlen($name) / 3 || str_contains($other, $name));
        $message = "Command \"$name\" is not defined.";
        return $close === [] ? $message : "$message\n\nDid you mean one of these?\n    " . implode("\n    ", $close);
    }

    /** @param list<string> $words */
    private function read(Command $command, array $words): Input
    {
        $known = array_merge(self::GLOBAL_OPTIONS, $command->options);
        $options = [];
        $rest = [];
        $only = false;
        while ($words !== []) {
            $word = array_shift($words);
            if ($only || $word === '-' || !str_starts_with($word, '-')) {
                $rest[] = $word;
            } elseif ($word === '--') {
                $only = true;
            } else {
                $short = !str_starts_with($word, '--');
                [$key, $value] = [...explode('=', ltrim($word, '-'), 2), null];
                $name = $short ? (self::SHORT[$key] ?? $command->short[$key] ?? $key) : $key;
                if (in_array($name, $known, true)) {
                    $options[$name][] = true;
                } elseif (in_array("$name=", $known, true)) {
                    $value ??= array_shift($words) ?? throw new ConsoleException("The \"--$name\" option requires a value.");
                    $options[$name][] = $value;
                } else {
                    throw new ConsoleException($short ? "The \"-$key\" option does not exist." : "The \"--$key\" option does not exist.");
                }
            }
        }
        return new Input($this->arguments($command, $rest), $options);
    }

    /** @param list<string> $rest @return array<string, string|list<string>> */
    private function arguments(Command $command, array $rest): array
    {
        $arguments = [];
        $missing = [];
        foreach ($command->arguments as $argument) {
            $name = rtrim($argument, '?*');
            if (str_ends_with($argument, '*')) {
                $arguments[$name] = $rest;
                $rest = [];
                if ($arguments[$name] === [] && !str_ends_with($argument, '?*')) {
                    $missing[] = $name;
                }
            } elseif ($rest !== []) {
                $arguments[$name] = array_shift($rest);
            } elseif (!str_ends_with($argument, '?')) {
                $missing[] = $name;
            }
        }
        if ($missing !== []) {
            throw new ConsoleException('Not enough arguments (missing: "' . implode(', ', $missing) . '").');
        }
        if ($rest !== []) {
            $expected = implode('" "', array_map(static fn ($argument) => rtrim($argument, '?*'), $command->arguments));
            throw new ConsoleException("Too many arguments to \"$command->name\" command, expected arguments \"$expected\".");
        }
        return $arguments;
    }
}
