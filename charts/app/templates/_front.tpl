{{/* nginx in front of an application: limits, headers, and logs without addresses of people, the same for all. */}}
{{- define "app.nginx" -}}
pid /tmp/nginx.pid;
worker_processes 1;
error_log /dev/stderr warn;

events { worker_connections 512; }

http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log off;
  sendfile on;
  keepalive_timeout 65;
  server_tokens off;

  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;

  # The address of a visitor, as the ingress controller saw it; nothing else can reach this port.
  set_real_ip_from 10.0.0.0/8;
  set_real_ip_from 100.64.0.0/10;
  set_real_ip_from 172.16.0.0/12;
  set_real_ip_from 192.168.0.0/16;
  set_real_ip_from fc00::/7;
  real_ip_header X-Forwarded-For;
  real_ip_recursive on;

  # Whoever has an IPv6 address has 2^64 of them: the first half counts.
  map $binary_remote_addr $visitor {
    "~^\x00{10}\xff\xff(?<inside>[\s\S]{4})$" $inside;
    "~^(?<network>[\s\S]{8})[\s\S]{8}$" $network;
    default $binary_remote_addr;
  }
  limit_req_zone $visitor zone=visitors:1m rate=20r/s;
  # Tries of passwords, where an application says which page takes them.
  limit_req_zone $visitor zone=logins:1m rate=20r/m;
  limit_req_status 429;

  server {
    listen 8080;
    listen [::]:8080;
    server_name _;
    absolute_redirect off;
    client_max_body_size {{ .app.body | default "1m" }};
    limit_req zone=visitors burst=100 nodelay;

    gzip on;
    gzip_vary on;
    gzip_proxied any;
    gzip_min_length 256;
    gzip_types application/javascript application/json application/rss+xml application/xml image/svg+xml text/css text/javascript text/plain;

    add_header Strict-Transport-Security "max-age=15552000" always;
    add_header Referrer-Policy "same-origin" always;
    add_header X-Content-Type-Options "nosniff" always;
    add_header X-Frame-Options "SAMEORIGIN" always;

{{ .app.server | trim | indent 4 }}
  }
}
{{ end }}

{{/* Headers towards an application on 127.0.0.1. TLS ends at the ingress controller. */}}
{{- define "app.proxy" -}}
proxy_pass http://127.0.0.1:{{ . }};
proxy_http_version 1.1;
proxy_set_header Host $host;
proxy_set_header X-Real-IP $remote_addr;
proxy_set_header X-Forwarded-For $remote_addr;
proxy_set_header X-Forwarded-Proto https;
{{- end }}

{{/* nginx, without its IPv6 listener on a node whose kernel has none: it would not start there. */}}
{{- define "app.start" -}}
config=/etc/nginx/nginx.conf
if [ ! -e /proc/net/if_inet6 ]; then sed '/listen \[::\]/d' $config > /tmp/nginx.conf; config=/tmp/nginx.conf; fi
exec nginx -c $config -g 'daemon off;'
{{- end }}

{{/* The way in, where the chart itself makes it. */}}
{{- define "app.expose" }}
{{- with .app.expose }}
---
apiVersion: v1
kind: Service
metadata:
  {{- include "app.metadata" $ | nindent 2 }}
spec:
  selector:
    {{- include "app.selector" $ | nindent 4 }}
  ports: [{name: http, port: 80, targetPort: 8080}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  {{- include "app.metadata" $ | nindent 2 }}
  {{- with .annotations }}
  annotations: {{ . | toJson }}{{ end }}
spec:
  {{- with .className }}
  ingressClassName: {{ . }}{{ end }}
  tls:
    - hosts: [{{ $.app.host }}]
      {{- with .secretName }}
      secretName: {{ . }}{{ end }}
  rules:
    - host: {{ $.app.host }}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: {service: {name: {{ $.root.Release.Name }}, port: {name: http}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "app.metadata" $ | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "app.selector" $ | nindent 6 }}
  policyTypes: [Ingress]
  ingress:
    - ports: [{protocol: TCP, port: 8080}]
{{- end }}
{{- end }}
