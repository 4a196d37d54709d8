<?php

declare(strict_types=1);

namespace CommuneDouble;

/** The checks that stand before every web page, in the real one's order, and its ways to refuse. */
final class Web
{
    public readonly Request $request;

    public function __construct(public readonly Server $server)
    {
        $this->request = new Request($server->config);
    }

    /** Runs an entry script; what it throws becomes the answer that `fail` gives for it. */
    public static function serve(callable $page, callable $fail): void
    {
        $server = null;
        try {
            $server = new Server();
            $page(new self($server));
        } catch (\Throwable $error) {
            // An answer such as "not found" is no fault of the server.
            if (!$error instanceof HttpException) {
                $server?->log->exception($error);
            }
            if ($server === null) {
                error_log($error::class . ': ' . $error->getMessage());
            }
            if (!headers_sent()) {
                $fail($error);
            }
        }
    }

    /** Stops the request unless an installed instance can answer it. */
    public function requireUsable(bool $status = false): void
    {
        $problems = $this->server->problems();
        if ($problems !== []) {
            http_response_code(503);
            Pages::error('Error', implode('<br>', array_map(static fn ($problem) => htmlspecialchars(implode(' ', $problem)), $problems)));
            exit;
        }
        $config = $this->server->config;
        if (!$config->bool('installed')) {
            return;
        }
        if (!$status && $config->bool('maintenance')) {
            header('X-Nextcloud-Maintenance-Mode: 1');
            header('Retry-After: 120');
            throw new HttpException(503, 'Sabre\\DAV\\Exception\\ServiceUnavailable', 'System is in maintenance mode.');
        }
        if (!$status && $this->server->needsUpgrade()) {
            header('Retry-After: 120');
            throw new HttpException(503, 'Sabre\\DAV\\Exception\\ServiceUnavailable', 'Upgrade needed');
        }
        $this->requireTrustedHost($status);
        $this->server->database();
        $this->server->cache();
    }

    private function requireTrustedHost(bool $status): void
    {
        if ($this->request->hostIsTrusted()) {
            return;
        }
        $this->server->log->write('info', 'Trusted domain error. "' . ($_SERVER['REMOTE_ADDR'] ?? '') . '" tried to access using "' . $this->request->host() . '" as host.');
        http_response_code(400);
        if ($status) {
            header('Content-Type: application/json');
            echo '{"error": "Trusted domain error.", "code": 15}';
        } else {
            Pages::error('Access through untrusted domain', 'Please contact your administrator. If you are an administrator, edit the "trusted_domains" setting in config/config.php like the example in config.sample.php.');
        }
        exit;
    }

    /** The uid that basic authentication opens; null if none was sent. Throws 401 on a wrong one. */
    public function user(): ?string
    {
        $credentials = $this->request->credentials();
        if ($credentials === null) {
            return null;
        }
        $user = $this->server->users()->verify(...$credentials);
        if ($user === null) {
            $this->server->log->write('warning', 'Login failed: "' . $credentials[0] . '" (Remote IP: "' . ($_SERVER['REMOTE_ADDR'] ?? '') . '")');
            throw new HttpException(401, 'Sabre\\DAV\\Exception\\NotAuthenticated', 'Username or password was incorrect');
        }
        return $user;
    }
}
