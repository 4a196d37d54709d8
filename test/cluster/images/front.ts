/** nginx in front of a server of the laboratory, in the same pod: TLS with the certificate that all trust. */
export function frontConfig(inside: string): string {
  return `
pid /tmp/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  server {
    listen 8443 ssl;
    ssl_certificate /etc/trust/tls.crt;
    ssl_certificate_key /etc/trust/tls.key;
${inside}
  }
}
`;
}

/** The Service of a server's pod, at the port of HTTPS. */
export function frontService(name: string) {
  const ports = [{ port: 443, targetPort: 8443 }];
  const metadata = { name: `web-${name}` };
  return { apiVersion: "v1", kind: "Service", metadata, spec: { selector: { app: `web-${name}` }, ports } };
}
