import { describe, expect, test } from "vitest";
import { nextcloudConfig } from "../../../components/services/nextcloud/configuration.ts";
import { nextcloudProxy } from "../../../components/services/nextcloud/sidecar-proxy.ts";
import { web } from "./nextcloud-pods.ts";
import { spec } from "./nextcloud-spec.ts";

describe("nginx", () => {
  const config = nextcloudProxy();

  /** Returns the configuration for a kind of body. */
  const place = (name: string) =>
    new RegExp(`location @${name} \\{\\n([\\s\\S]*?)\\n {4}\\}`).exec(config)?.[1] ?? "";

  test("gives a body to PHP as it arrives only where PHP sees who asks before it reads", () => {
    expect(config.match(/fastcgi_request_buffering/g)).toHaveLength(1);
    expect(place("stream")).toContain("fastcgi_request_buffering off;");
  });

  test("gives the places for bodies of untold length to accounts alone", () => {
    expect(place("untold")).toMatch(/^ +auth_request \/\.signed-in;\n +try_files \/dev\/null @gathered;$/);
    expect(place("gathered")).toMatch(/limit_conn untold 4;\n +limit_conn untold_of_one 2;/);
  });

  test("has room in /tmp for what it and PHP keep of the largest bodies", () => {
    const tmp = web(spec).spec.volumes.find(({ name }) => name === "tmp");
    expect(tmp).toEqual({ name: "tmp", emptyDir: { sizeLimit: "32Gi" } });
    expect(config).toMatch(/client_max_body_size 4g;/);
    expect(place("gathered")).toContain("client_max_body_size 1g;");
    expect(place("form")).toMatch(/client_max_body_size 512m;[\s\S]*limit_conn forms 8;/);
  });

  test("says what the setup checks want to hear, beside files too", () => {
    expect(config.match(/X-XSS-Protection "1; mode=block"/g)).toHaveLength(2);
  });

  test("has the headers of every front, and what Nextcloud's own checks ask for, on every kind of answer", () => {
    for (const header of ["Strict-Transport-Security", "X-Robots-Tag", "X-Frame-Options"]) {
      // Once for all, and once more in the location that has headers of its own.
      expect(config.split(`add_header ${header}`).length - 1, header).toBe(2);
    }
  });

  test("lets no visitor say where a request comes from", () => {
    expect(config).toContain('fastcgi_param HTTP_X_FORWARDED_FOR "";');
    expect(nextcloudConfig(spec).trusted_proxies).toEqual([]);
  });
});
