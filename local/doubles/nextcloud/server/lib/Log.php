<?php

declare(strict_types=1);

namespace CommuneDouble;

/** JSON lines where log_type says: a file in the data directory, or the process's own error log. */
final class Log
{
    private const LEVELS = ['debug' => 0, 'info' => 1, 'warning' => 2, 'error' => 3, 'fatal' => 4];

    public function __construct(private readonly Config $config)
    {
    }

    public function write(string $level, string $message, string $app = 'core'): void
    {
        $number = self::LEVELS[$level];
        if ($number < $this->config->int('loglevel', 2)) {
            return;
        }
        $entry = json_encode([
            'reqId' => $_SERVER['UNIQUE_ID'] ?? bin2hex(random_bytes(10)),
            'level' => $number,
            'time' => date('c'),
            'remoteAddr' => $_SERVER['REMOTE_ADDR'] ?? '',
            'app' => $app,
            'method' => $_SERVER['REQUEST_METHOD'] ?? '',
            'url' => $_SERVER['REQUEST_URI'] ?? '--',
            'message' => $message,
            'version' => $this->config->string('version'),
        ], JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE);
        $type = $this->config->string('log_type', 'file');
        if ($type === 'errorlog') {
            error_log("[nextcloud][$app][$number] $entry");
        } elseif ($type === 'syslog' || $type === 'systemd') {
            syslog(LOG_INFO, (string) $entry);
        } else {
            $data = $this->config->string('datadirectory', ROOT . '/data');
            $file = $this->config->string('logfile', $data . '/nextcloud.log');
            if (@file_put_contents($file, $entry . "\n", FILE_APPEND | LOCK_EX) === false) {
                error_log((string) $entry);
            }
        }
    }

    public function exception(\Throwable $error): void
    {
        $this->write('error', $error::class . ': ' . $error->getMessage() . ' at ' . basename($error->getFile()) . ':' . $error->getLine());
    }
}
