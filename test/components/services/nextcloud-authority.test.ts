import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { scriptsFolder } from "../../../components/services/nextcloud/configuration.ts";
import { authorityIni, serverScripts } from "../../../components/services/nextcloud/scripts.ts";
import { installPackages, missingPackages } from "../../../local/packages.ts";
import { selfSigned } from "../../self-signed.ts";

test("a Job of a Nextcloud in a bucket, where nothing is left of a pod before it, trusts the site's authority", async ({
  onTestFinished,
}) => {
  await installPackages(await missingPackages(["php-cli"]));
  const folder = mkdtempSync(join(tmpdir(), "nextcloud-authority-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { certificate, key } = selfSigned(["localhost"], 2);
  const mirror = createServer({ cert: certificate, key }, (_, answer) => answer.end("archive"));
  onTestFinished(() => void mirror.close());
  await new Promise<void>((resolve) => mirror.listen(0, "localhost", resolve));
  const url = `https://localhost:${(mirror.address() as AddressInfo).port}/calendar.tar.gz`;

  const [html, scripts] = [join(folder, "html"), join(folder, "scripts")];
  const here = (text: string) => text.replaceAll("/var/www/html", html).replaceAll(scriptsFolder, scripts);
  for (const each of [html, scripts]) mkdirSync(each);
  for (const [name, text] of Object.entries({
    "fetch.sh": serverScripts({})["fetch.sh"],
    "apps.txt": `calendar 6.5.4 ${url}\n`,
    "authority.pem": certificate,
    "authority.ini": authorityIni,
  }))
    writeFileSync(join(scripts, name), here(text));
  const { all } = await execa("sh", [join(scripts, "fetch.sh")], {
    ...{ cwd: html, all: true, env: { PHP_INI_SCAN_DIR: `:${scripts}` } },
  });
  expect(all).toBe("app calendar 6.5.4: fetched");
  expect(readFileSync(join(html, "custom_apps/.archives/calendar-6.5.4.tar.gz"), "utf8")).toBe("archive");
});
