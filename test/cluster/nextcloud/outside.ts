import { images } from "../../../components/foundation/image/catalogue.ts";
import { configMap, pod, service } from "../images/pods.ts";

/** The database server, as a pod. */
export function database() {
  const main = {
    name: "main",
    image: images.postgresql.reference,
    env: {
      PGDATA: "/var/lib/postgresql/data/pgdata",
      POSTGRES_USER: "nextcloud",
      POSTGRES_PASSWORD: "of-the-town",
      POSTGRES_DB: "nextcloud",
    },
    mounts: ["run:/var/run/postgresql", "data:/var/lib/postgresql/data"],
    ready: ["pg_isready", "--host=127.0.0.1"],
  };
  return [
    pod({ name: "database", uid: 999, scratch: ["run", "data"], containers: [main] }),
    service("database", 5432),
  ];
}

/** A mirror of the apps' archives, and a double of an office server: files and an answer behind nginx. */
export function mirror(archives: Record<string, string>) {
  const main = {
    name: "main",
    image: images.nginx.reference,
    mounts: ["config:/etc/nginx/nginx.conf:nginx.conf", "archives:/srv"],
    ready: ["curl", "-fsS", "http://127.0.0.1:8080/ready"],
  };
  const config = `pid /tmp/nginx.pid;
error_log /dev/stderr;
events {}
http {
  client_body_temp_path /tmp/body; proxy_temp_path /tmp/proxy; fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi; scgi_temp_path /tmp/scgi;
  server { listen 8080; root /srv; location = /ready { return 200; } }
  server { listen 9980; location = /hosting/discovery { return 200 "<wopi-discovery/>"; } }
}
`;
  return [
    configMap("mirror", { "nginx.conf": config }),
    { ...configMap("archives", {}), binaryData: archives },
    pod({
      name: "mirror",
      uid: 101,
      configs: { config: "mirror", archives: "archives" },
      containers: [main],
    }),
    service("mirror", 8080),
    { ...service("office", 9980), spec: { ...service("mirror", 9980).spec } },
  ];
}
