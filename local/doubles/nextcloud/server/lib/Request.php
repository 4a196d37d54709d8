<?php

declare(strict_types=1);

namespace CommuneDouble;

/** What a web request asks, seen through the reverse proxies that config.php trusts. */
final class Request
{
    public readonly string $method;
    /** Decoded path after the entry script: `/login` of `/index.php/login`. */
    public readonly string $path;
    private ?string $body = null;
    /** @var array<string, mixed>|null */
    private ?array $parameters = null;

    public function __construct(private readonly Config $config)
    {
        $this->method = $_SERVER['REQUEST_METHOD'] ?? 'GET';
        $uri = rawurldecode((string) parse_url('http://host' . ($_SERVER['REQUEST_URI'] ?? '/'), PHP_URL_PATH));
        $this->path = (string) preg_replace('#^/[^/]+\.php(?=/|$)|^/ocs/v[12]\.php#', '', $uri) ?: '/';
    }

    public function header(string $name): ?string
    {
        $key = strtoupper(str_replace('-', '_', $name));
        return $_SERVER["HTTP_$key"] ?? $_SERVER[$key] ?? null;
    }

    /** The host that the client named, with its port if it named one. */
    public function host(): string
    {
        $forwarded = $this->header('X-Forwarded-Host');
        if ($forwarded !== null && $this->fromTrustedProxy()) {
            return trim(explode(',', $forwarded)[0]);
        }
        return $this->header('Host') ?? $_SERVER['SERVER_NAME'] ?? 'localhost';
    }

    public function fromTrustedProxy(): bool
    {
        $remote = $_SERVER['REMOTE_ADDR'] ?? '';
        $proxies = $this->config->get('trusted_proxies', []);
        foreach (is_array($proxies) ? $proxies : [] as $range) {
            if (self::inRange($remote, (string) $range)) {
                return true;
            }
        }
        return false;
    }

    private static function inRange(string $address, string $range): bool
    {
        [$base, $bits] = [...explode('/', $range, 2), null];
        $ip = @inet_pton($address);
        $net = @inet_pton($base);
        if ($ip === false || $net === false || strlen($ip) !== strlen($net)) {
            return false;
        }
        $bits = $bits === null ? strlen($ip) * 8 : (int) $bits;
        $mask = str_pad(str_repeat("\xff", intdiv($bits, 8)), strlen($ip), "\0");
        if ($bits % 8 !== 0) {
            $mask[intdiv($bits, 8)] = chr(0xff << (8 - $bits % 8) & 0xff);
        }
        return ($ip & $mask) === ($net & $mask);
    }

    /** Same rules as the real one: `*` is a wildcard, localhost always passes, overwritehost switches the check off. */
    public function hostIsTrusted(): bool
    {
        if ($this->config->string('overwritehost') !== '') {
            return true;
        }
        $host = strtolower($this->host());
        $name = (string) preg_replace('/:\d+$/', '', $host);
        $trusted = $this->config->get('trusted_domains', []);
        if (!is_array($trusted)) {
            return false;
        }
        if (preg_match('/^(127\.0\.0\.1|localhost|\[::1])$/', $name) === 1) {
            return true;
        }
        if (preg_match('/^[a-z0-9.:\-_\[\]]+$/', $host) !== 1 || str_starts_with($host, '-') || str_contains($host, '..')) {
            return false;
        }
        foreach ($trusted as $domain) {
            if (!is_string($domain)) {
                continue;
            }
            $pattern = '/^' . implode('[-.a-z0-9]*', array_map(static fn ($part) => preg_quote($part, '/'), explode('*', strtolower($domain)))) . '$/';
            if (preg_match($pattern, $name) === 1 || preg_match($pattern, $host) === 1) {
                return true;
            }
        }
        return false;
    }

    private function overwritten(): bool
    {
        $pattern = $this->config->string('overwritecondaddr');
        return $pattern === '' || preg_match("/$pattern/", $_SERVER['REMOTE_ADDR'] ?? '') === 1;
    }

    /** `https://cloud.example`: the base of links in answers. */
    public function origin(): string
    {
        $protocol = ($_SERVER['HTTPS'] ?? 'off') !== 'off' ? 'https' : 'http';
        $forwarded = $this->header('X-Forwarded-Proto');
        if ($forwarded !== null && $this->fromTrustedProxy()) {
            $protocol = strtolower(trim(explode(',', $forwarded)[0])) === 'https' ? 'https' : 'http';
        }
        $host = $this->host();
        if ($this->overwritten()) {
            $protocol = $this->config->string('overwriteprotocol') ?: $protocol;
            $host = $this->config->string('overwritehost') ?: $host;
        }
        return "$protocol://$host";
    }

    public function body(): string
    {
        return $this->body ??= (string) file_get_contents('php://input');
    }

    /** A parameter of the address, or of a body that is a form or JSON. */
    public function parameter(string $name): mixed
    {
        if ($this->parameters === null) {
            $type = $this->header('Content-Type') ?? '';
            $form = $_POST;
            if (str_contains($type, 'application/json')) {
                $form = json_decode($this->body(), true) ?? [];
            } elseif ($this->method !== 'POST' && str_contains($type, 'application/x-www-form-urlencoded')) {
                parse_str($this->body(), $form);
            }
            $this->parameters = [...$_GET, ...(is_array($form) ? $form : [])];
        }
        return $this->parameters[$name] ?? null;
    }

    /** A text that must be there: without it the real one breaks, and so does this one. */
    public function required(string $name): string
    {
        $value = $this->parameter($name);
        return is_scalar($value) ? (string) $value : throw new \TypeError("Argument (\"$name\") must be of type string");
    }

    /** Where the request comes from, behind the proxies that are trusted. */
    public function remoteAddress(): string
    {
        $forwarded = $this->header('X-Forwarded-For');
        return $forwarded !== null && $forwarded !== '' && $this->fromTrustedProxy()
            ? trim(explode(',', $forwarded)[0])
            : $_SERVER['REMOTE_ADDR'] ?? '';
    }

    /** Whether administration is allowed from where the request comes (`allowed_admin_ranges`). */
    public function mayAdminister(): bool
    {
        $ranges = $this->config->get('allowed_admin_ranges', []);
        if (!is_array($ranges) || $ranges === []) {
            return true;
        }
        $in = fn (string $range): bool => self::inRange($this->remoteAddress(), $range);
        return array_filter(array_map(strval(...), $ranges), $in) !== [];
    }

    /** @return array{0: string, 1: string}|null name and password of basic authentication */
    public function credentials(): ?array
    {
        if (isset($_SERVER['PHP_AUTH_USER'])) {
            return [$_SERVER['PHP_AUTH_USER'], $_SERVER['PHP_AUTH_PW'] ?? ''];
        }
        $header = $this->header('Authorization') ?? '';
        if (stripos($header, 'basic ') !== 0) {
            return null;
        }
        $parts = explode(':', (string) base64_decode(substr($header, 6), true), 2);
        return count($parts) === 2 ? $parts : null;
    }
}
