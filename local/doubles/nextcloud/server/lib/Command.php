<?php

declare(strict_types=1);

namespace CommuneDouble;

/** One command of occ: its words and what it does. */
final class Command
{
    public const ALWAYS = 'always';
    public const BEFORE = 'before installation';
    public const INSTALLED = 'installed';

    /**
     * @param list<string> $arguments `name`, `name?` optional, `name*` one or more, `name?*` any number
     * @param list<string> $options `name` a switch, `name=` with a value
     * @param \Closure(Server, Input): int $work returns the exit code
     * @param string $when one of the constants, or the app that brings the command
     * @param array<string, string> $short one-letter names of options
     */
    public function __construct(
        public readonly string $name,
        public readonly string $description,
        public readonly array $arguments,
        public readonly array $options,
        private readonly \Closure $work,
        public readonly string $when = self::INSTALLED,
        public readonly array $short = [],
    ) {
    }

    public function execute(Server $server, Input $input): int
    {
        if ($input->has('help')) {
            $options = implode(' ', array_map(static fn ($option) => '[--' . $option . ']', $this->options));
            echo "Description:\n  $this->description\n\nUsage:\n  $this->name $options " . implode(' ', $this->arguments) . "\n";
            return 0;
        }
        // Like the real one, a command on an installed instance needs its caches to answer.
        if ($server->config->bool('installed')) {
            $server->cache();
        }
        return ($this->work)($server, $input);
    }
}
