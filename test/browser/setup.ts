import { installPackages, missingPackages } from "../../local/packages.ts";

/** Installs Debian's Chromium where it is missing: the tests look at pages with a real browser. */
export default async function setup(): Promise<void> {
  await installPackages(await missingPackages(["chromium", "lynx"]));
}
