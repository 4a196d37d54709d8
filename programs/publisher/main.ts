import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { logHeadFolder } from "../../components/federation/approvals.ts";
import {
  type PublisherSettings,
  publicationPort,
  publisherPort,
  publisherSettingsFile,
} from "../../components/federation/settings.ts";
import { mapFolder } from "../../components/places/map/published.ts";
import { portalFolder } from "../../components/portal/published.ts";
import { readMap } from "./files.ts";
import { readPortal } from "./portal.ts";
import { Publication } from "./publication.ts";
import { publicServer, reconcilersServer } from "./server.ts";
import { toldIn } from "./told.ts";

const {
  PUBLISHER_SETTINGS = publisherSettingsFile,
  PUBLISHER_MAP = mapFolder,
  PUBLISHER_PORTAL = portalFolder,
  PUBLISHER_LOG = logHeadFolder,
  PUBLISHER_PORT = publisherPort,
  PUBLICATION_PORT = publicationPort,
} = process.env;

const { webfinger, website, ...own } = JSON.parse(
  readFileSync(PUBLISHER_SETTINGS, "utf8"),
) as PublisherSettings;
const publication = new Publication(own);
const failed = (error: unknown) =>
  console.log(
    `${new Date().toISOString()} a request failed: ${error instanceof Error ? error.message : error}`,
  );
const portal = readPortal(PUBLISHER_PORTAL);
const files = new Map([...readMap(PUBLISHER_MAP), ...(portal?.files ?? [])]);
const servers = [
  publicServer({
    publication,
    own,
    website,
    webfinger,
    files,
    home: portal?.home,
    told: toldIn(PUBLISHER_LOG),
    failed,
  }).listen(Number(PUBLISHER_PORT)),
  reconcilersServer({ publication, failed }).listen(Number(PUBLICATION_PORT)),
];

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, async () => {
    // Until the ingress controller has heard that this pod ends.
    await sleep(2_000);
    for (const server of servers) server.close();
    await sleep(5_000);
    for (const server of servers) server.closeAllConnections();
  });
}
