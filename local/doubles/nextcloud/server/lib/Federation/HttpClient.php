<?php

declare(strict_types=1);

namespace CommuneDouble\Federation;

use CommuneDouble\Server;

/**
 * Every call to another server goes through here, with upstream's two rules.
 *
 * Addresses: nothing inside is asked, and the address that was checked is the one that is used, unless
 * `allow_local_remote_servers` is true. Certificates: a call that names a peer's trust (`peer`) is verified with
 * the authorities of the system, those of `openssl.cafile` or `curl.cainfo`, and not at all when
 * `sharing.federation.allowSelfSignedCertificates` is true; the others are verified with those that came with
 * Nextcloud and those that `occ security:certificates:import` added, and with none of the system's own.
 * (lib/private/Http/Client/Client.php: what the caller says of `verify` replaces the bundle.)
 */
final class HttpClient
{
    private const REDIRECTS = 5;

    public function __construct(private readonly Server $server)
    {
    }

    /**
     * @param array{query?: array<string, string>, form?: array<string, string>, json?: mixed, body?: string,
     *     headers?: array<string, string>, auth?: array{0: string, 1: string}, timeout?: int, peer?: bool} $options
     *     timeout in seconds, for the connection and for the whole; 30 if none is given
     */
    public function send(string $method, string $url, array $options = []): HttpResponse
    {
        $target = isset($options['query']) ? $url . '?' . http_build_query($options['query']) : $url;
        for ($redirects = 0; ; $redirects++) {
            [$status, $body, $location] = $this->once($method, $target, $options);
            if ($location === null) {
                break;
            }
            if ($redirects === self::REDIRECTS) {
                throw new HttpFailure('Will not follow more than ' . self::REDIRECTS . ' redirects');
            }
            $target = $location;
            // As a browser does: what was posted is not posted again elsewhere.
            if ($status !== 307 && $status !== 308) {
                $method = $method === 'HEAD' ? 'HEAD' : 'GET';
                unset($options['form'], $options['json'], $options['body']);
            }
        }
        if ($status >= 400) {
            throw HttpFailure::answered($method, $target, $status, $body);
        }
        return new HttpResponse($status, $body);
    }

    /**
     * @param array<string, mixed> $options
     * @return array{0: int, 1: string, 2: string|null} status, body, and where it was sent on to
     */
    private function once(string $method, string $url, array $options): array
    {
        $handle = curl_init();
        $headers = ['User-Agent: Nextcloud Server Crawler'];
        foreach ($options['headers'] ?? [] as $name => $value) {
            $headers[] = "$name: $value";
        }
        if (isset($options['form'])) {
            curl_setopt($handle, CURLOPT_POSTFIELDS, http_build_query($options['form']));
        } elseif (isset($options['json'])) {
            $headers[] = 'Content-Type: application/json';
            curl_setopt($handle, CURLOPT_POSTFIELDS, json_encode($options['json'], JSON_THROW_ON_ERROR));
        } elseif (isset($options['body'])) {
            curl_setopt($handle, CURLOPT_POSTFIELDS, $options['body']);
        }
        if (isset($options['auth'])) {
            curl_setopt($handle, CURLOPT_USERPWD, implode(':', $options['auth']));
        }
        $timeout = $options['timeout'] ?? 30;
        curl_setopt_array($handle, [
            CURLOPT_URL => $url,
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_NOBODY => $method === 'HEAD',
            CURLOPT_HTTPHEADER => $headers,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_CONNECTTIMEOUT => $timeout,
            CURLOPT_TIMEOUT => $timeout,
            CURLOPT_PROTOCOLS_STR => 'http,https',
            CURLOPT_RESOLVE => $this->pinned($url),
            ...$this->trust($options['peer'] ?? false),
        ]);
        $body = curl_exec($handle);
        if ($body === false) {
            throw new HttpFailure('cURL error ' . curl_errno($handle) . ': ' . curl_error($handle) . " for $url");
        }
        $status = curl_getinfo($handle, CURLINFO_RESPONSE_CODE);
        $location = $status >= 300 && $status < 400 ? curl_getinfo($handle, CURLINFO_REDIRECT_URL) : '';
        return [$status, (string) $body, $location === '' || $location === false ? null : $location];
    }

    /** @return list<string> curl's own name lookups: the addresses that were checked, and no others */
    private function pinned(string $url): array
    {
        if ($this->server->config->bool('allow_local_remote_servers')) {
            return [];
        }
        $parts = parse_url(str_contains($url, '://') ? $url : "http://$url");
        $host = trim((string) ($parts['host'] ?? ''), '[]');
        if ($host === '') {
            throw new HttpFailure('Could not detect any host');
        }
        if (Addresses::isLocalName(strtolower($host)) || Addresses::isLocal($host)) {
            $this->server->log->write('warning', "Host $host was not connected to because it violates local access rules");
            throw new HttpFailure("Host \"$host\" violates local access rules");
        }
        $addresses = Addresses::resolve($host);
        if ($addresses === []) {
            throw new HttpFailure("No DNS record found for $host");
        }
        $port = $parts['port'] ?? (($parts['scheme'] ?? 'http') === 'https' ? 443 : 80);
        foreach ($addresses as $address) {
            if (Addresses::isLocal($address)) {
                throw new HttpFailure("Host \"$address\" ($host:$port) violates local access rules");
            }
        }
        return ["$host:$port:" . implode(',', $addresses)];
    }

    /** @return array<int, mixed> */
    private function trust(bool $peer): array
    {
        if (!$peer) {
            return [CURLOPT_CAINFO => (new Certificates($this->server))->bundle()];
        }
        return $this->server->config->bool('sharing.federation.allowSelfSignedCertificates')
            ? [CURLOPT_SSL_VERIFYPEER => false, CURLOPT_SSL_VERIFYHOST => 0]
            : [];
    }
}
