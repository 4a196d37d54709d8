import { frontConfig } from "./front.ts";
import type { Laboratory } from "./laboratory.ts";
import { configMap, pod } from "./pods.ts";

/** One Nextcloud of the laboratory: its public host, its version, and the name of its database. */
export interface Cloud {
  name: string;
  host: string;
  version: string;
}

const password = "a-long-password";
const root = "/var/www/html";
const list = "/ocs/v2.php/apps/federation/trusted-servers";

const frontend = frontConfig(`    root ${root};
    index index.php;
    location ~ \\.php(?:$|/) {
      fastcgi_split_path_info ^(.+?\\.php)(/.*)$;
      include fastcgi_params;
      fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
      fastcgi_param HTTPS on;
      fastcgi_pass 127.0.0.1:9000;
    }
    location / { try_files $uri $uri/ /index.php$request_uri; }`);

/** Files that the pods read beside the trust of the other doubles: nginx in front, and PHP's own authorities. */
export const cloudConfig = configMap("cloud", {
  "nginx.conf": frontend,
  "trust.ini": "openssl.cafile=/etc/trust/tls.crt\n",
});

/** A Nextcloud that installs itself, behind nginx with TLS; it knows the addresses of the others. */
export function cloud(lab: Laboratory, { name, host, version }: Cloud, addresses: Record<string, string>) {
  const php = {
    name: "php",
    image: lab.image(`library/nextcloud:${version}`),
    env: {
      POSTGRES_HOST: "database",
      POSTGRES_DB: `cloud_${name}`,
      POSTGRES_USER: "town",
      POSTGRES_PASSWORD: "of-the-town",
      NC_setup_create_db_user: "false",
      NEXTCLOUD_ADMIN_USER: "admin",
      NEXTCLOUD_ADMIN_PASSWORD: password,
      NEXTCLOUD_TRUSTED_DOMAINS: host,
      OVERWRITECLIURL: `https://${host}`,
      OC_PASS: password,
    },
    mounts: [`html:${root}`, "trust:/etc/trust", "cloud:/usr/local/etc/php/conf.d/zz-trust.ini:trust.ini"],
    // php-fpm starts when the installation is done.
    ready: ["php", "-r", '@fsockopen("127.0.0.1", 9000) || exit(1);'],
  };
  const front = {
    name: "front",
    image: lab.image("nginx-unprivileged"),
    mounts: [`html:${root}`, "trust:/etc/trust", "cloud:/etc/nginx/nginx.conf:nginx.conf"],
  };
  const made = pod({
    name: `web-${name}`,
    uid: 33,
    scratch: ["html"],
    configs: { trust: "trust", cloud: "cloud" },
    containers: [php, front],
  });
  const hostAliases = Object.entries(addresses).map(([each, ip]) => ({ ip, hostnames: [each] }));
  return { ...made, spec: { ...made.spec, hostAliases } };
}

/** An administrator, or another account, of a Nextcloud of the laboratory. */
export class Clerk {
  constructor(
    private readonly lab: Laboratory,
    private readonly cloud: Cloud,
  ) {}

  /** Output of `occ`, whatever its exit code. */
  async occ(...words: string[]): Promise<string> {
    return (await this.run("php", "php", `${root}/occ`, ...words)).output;
  }

  /** Runs the background jobs once. */
  async cron(...jobs: string[]): Promise<void> {
    const { code, output } = await this.run("php", "php", "-f", `${root}/cron.php`, "--", ...jobs);
    if (code !== 0) throw new Error(`the background jobs of ${this.cloud.name} failed: ${output}`);
  }

  /** Status and body of a request to the public address. */
  async ask(path: string, account: string, ...curl: string[]): Promise<{ status: number; body: string }> {
    const output = await this.lab.curl(
      `web-${this.cloud.name}`,
      "front",
      ...["--cacert", "/etc/trust/tls.crt", "-w", "\n%{http_code}"],
      ...["-H", "OCS-APIRequest: true", "-H", "Accept: application/json", "-u", `${account}:${password}`],
      ...curl,
      `https://${this.cloud.host}${path}`,
    );
    const end = output.lastIndexOf("\n");
    return { status: Number(output.slice(end + 1)), body: output.slice(0, end).trim() };
  }

  /** Status, message and data of an OCS request. */
  async ocs(path: string, account: string, ...curl: string[]) {
    const { status, body } = await this.ask(path, account, ...curl);
    const { ocs } = JSON.parse(body) as { ocs: { meta: { message: string }; data: unknown } };
    return { status, message: ocs.meta.message, data: ocs.data };
  }

  trust(host: string, account = "admin") {
    return this.ocs(list, account, "-d", `url=https://${host}`);
  }

  /** The trusted servers: address, and how the trust stands. */
  async trusted(account = "admin") {
    const { data } = await this.ocs(list, account);
    return data as { id: number; url: string; status: number }[];
  }

  async distrust(account = "admin") {
    const [first] = await this.trusted(account);
    return this.ocs(`${list}/${first?.id}`, account, "-X", "DELETE");
  }

  private run(container: "php" | "front", ...command: string[]) {
    return this.lab.exec(`web-${this.cloud.name}`, container, command);
  }
}
