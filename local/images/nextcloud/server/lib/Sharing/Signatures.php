<?php

declare(strict_types=1);

namespace CommuneDouble\Sharing;

use CommuneDouble\Federation\HttpFailure;
use CommuneDouble\HttpException;
use CommuneDouble\Request;
use CommuneDouble\Server;

/**
 * Signed requests between clouds, as Nextcloud signs them since 31 (draft-cavage-http-signatures): a key pair of
 * each server, the public key in its /ocm-provider/, five minutes of life, and a digest of the body.
 */
final class Signatures
{
    private const LIFE = 300;
    private const HEADERS = ['(request-target)', 'content-length', 'date', 'digest', 'host'];

    public function __construct(private readonly Server $server)
    {
    }

    /** @return array{keyId: string, publicKeyPem: string} */
    public function publicKey(): array
    {
        return ['keyId' => $this->keyId(), 'publicKeyPem' => $this->keys()['public']];
    }

    /** @return array<string, string> the headers of a request that is signed */
    public function sign(string $method, string $url, string $body): array
    {
        $parts = parse_url($url) ?: [];
        $host = ($parts['host'] ?? '') . (isset($parts['port']) ? ":{$parts['port']}" : '');
        $values = self::values($method, $parts['path'] ?? '/', $host, $body, gmdate('D, d M Y H:i:s') . ' GMT');
        openssl_sign(self::text($values), $signature, $this->keys()['private'], OPENSSL_ALGO_SHA512);
        return [
            'Date' => $values['date'],
            'Digest' => $values['digest'],
            'Host' => $host,
            'Signature' => sprintf(
                'keyId="%s",algorithm="rsa-sha512",headers="%s",signature="%s"',
                $this->keyId(),
                implode(' ', self::HEADERS),
                base64_encode($signature),
            ),
        ];
    }

    /**
     * The host that signed a request; null when nobody did. Throws 400 for a wrong signature, and, with a host that
     * is known to sign, for none.
     */
    public function signer(Request $request): ?string
    {
        $header = $request->header('Signature');
        if ($header === null) {
            return null;
        }
        preg_match_all('/(\w+)="([^"]*)"/', $header, $found);
        $given = array_combine($found[1], $found[2]);
        $host = parse_url($given['keyId'] ?? '', PHP_URL_HOST);
        $date = strtotime($request->header('Date') ?? '');
        $values = self::values($request->method, (string) parse_url($_SERVER['REQUEST_URI'] ?? '', PHP_URL_PATH), $request->host(), $request->body(), $request->header('Date') ?? '');
        if (!is_string($host) || $date === false || abs(time() - $date) > self::LIFE || $values['digest'] !== $request->header('Digest')) {
            throw self::refusal('Invalid signature');
        }
        $port = parse_url($given['keyId'], PHP_URL_PORT);
        $host .= is_int($port) ? ":$port" : '';
        $key = $this->keyOf($host) ?? throw self::refusal('Invalid signature');
        if (openssl_verify(self::text($values), (string) base64_decode($given['signature'] ?? '', true), $key, OPENSSL_ALGO_SHA512) !== 1) {
            throw self::refusal('Invalid signature');
        }
        return $host;
    }

    /** Holds what a request says of its sender's host against who signed it. */
    public function requireOrigin(?string $signer, string $host): void
    {
        if ($signer === null && $this->known($host) !== null) {
            throw self::refusal('instance is supposed to sign its request');
        }
        if ($signer !== null && $signer !== $host) {
            throw self::refusal("share initiation ($signer) from different instance ($host)");
        }
    }

    private static function refusal(string $message): HttpException
    {
        return new HttpException(400, '400', $message);
    }

    /** The first key that a host showed is kept: another one later is not its own. */
    private function keyOf(string $host): ?string
    {
        $known = $this->known($host);
        if ($known !== null) {
            return $known;
        }
        try {
            $said = $this->server->http()->send('GET', "https://$host/ocm-provider/", ['timeout' => 10])->json();
        } catch (HttpFailure) {
            return null;
        }
        $key = $said['publicKey']['publicKeyPem'] ?? null;
        if (!is_string($key)) {
            return null;
        }
        $this->server->settings()->set('core', self::setting($host), $key);
        return $key;
    }

    private function known(string $host): ?string
    {
        return $this->server->settings()->get('core', self::setting($host));
    }

    /** Names of settings have 64 letters at most, hosts can have more. */
    private static function setting(string $host): string
    {
        return 'ocm_signatory_' . md5($host);
    }

    private function keyId(): string
    {
        return rtrim($this->server->config->string('overwrite.cli.url'), '/') . '/ocm#signature';
    }

    /** @return array{private: string, public: string} */
    private function keys(): array
    {
        $settings = $this->server->settings();
        $private = $settings->get('core', 'ocm_private_key');
        if ($private === null) {
            openssl_pkey_export(openssl_pkey_new(['private_key_bits' => 2048]), $private);
            $settings->set('core', 'ocm_private_key', $private);
        }
        return ['private' => $private, 'public' => openssl_pkey_get_details(openssl_pkey_get_private($private))['key']];
    }

    /** @return array<string, string> */
    private static function values(string $method, string $path, string $host, string $body, string $date): array
    {
        return [
            '(request-target)' => strtolower($method) . " $path",
            'content-length' => (string) strlen($body),
            'date' => $date,
            'digest' => 'SHA-512=' . base64_encode(hash('sha512', $body, true)),
            'host' => $host,
        ];
    }

    /** @param array<string, string> $values */
    private static function text(array $values): string
    {
        return implode("\n", array_map(static fn (string $name) => "$name: $values[$name]", self::HEADERS));
    }
}
