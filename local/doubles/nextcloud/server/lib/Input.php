<?php

declare(strict_types=1);

namespace CommuneDouble;

/** The words that a command was given. */
final class Input
{
    /** @param array<string, string|list<string>> $arguments @param array<string, list<string|true>> $options */
    public function __construct(private readonly array $arguments, private readonly array $options)
    {
    }

    public function argument(string $name, string $default = ''): string
    {
        $value = $this->arguments[$name] ?? $default;
        return is_array($value) ? implode(' ', $value) : $value;
    }

    /** @return list<string> */
    public function words(string $name): array
    {
        return (array) ($this->arguments[$name] ?? []);
    }

    public function has(string $option): bool
    {
        return isset($this->options[$option]);
    }

    public function option(string $name, ?string $default = null): ?string
    {
        $values = $this->options[$name] ?? [];
        $last = end($values);
        return is_string($last) ? $last : $default;
    }

    /** @return list<string> every value of an option that can be repeated */
    public function all(string $name): array
    {
        return array_values(array_filter($this->options[$name] ?? [], is_string(...)));
    }

    /** Prints values as --output asks: a list of lines, or JSON. */
    public function print(mixed $items): void
    {
        $format = $this->option('output', 'plain');
        if ($format === 'json' || $format === 'json_pretty') {
            echo json_encode($items, JSON_UNESCAPED_SLASHES | ($format === 'json' ? 0 : JSON_PRETTY_PRINT)) . "\n";
            return;
        }
        self::lines((array) $items, '  ');
    }

    /** @param array<string|int, mixed> $items */
    private static function lines(array $items, string $indent): void
    {
        foreach ($items as $key => $value) {
            $label = is_int($key) ? "$indent- " : "$indent- $key: ";
            if (is_array($value)) {
                echo is_int($key) ? "$indent-\n" : "$indent- $key:\n";
                self::lines($value, "$indent  ");
            } else {
                echo $label . (is_bool($value) ? ($value ? 'true' : 'false') : (string) $value) . "\n";
            }
        }
    }
}
