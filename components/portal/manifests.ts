import type { ConfigMap, Metadata } from "../foundation/manifest/manifest.ts";
import { brotli } from "../foundation/page/brotli.ts";
import { conformityOf } from "../foundation/page/statement.ts";
import { chatonsFiles, chatonsFolder } from "./chatons.ts";
import { dataFiles } from "./data-files.ts";
import { dataPage } from "./data-page.ts";
import { newsFeed } from "./feed.ts";
import { type FramedPage, framed } from "./frame.ts";
import { helpPages } from "./help.ts";
import { frenchHours } from "./hours.ts";
import { livePaths } from "./live.ts";
import { newestFirst } from "./news.ts";
import { legalPage, newsPage, softwarePage } from "./pages.ts";
import type { PortalPlan } from "./plan.ts";
import { type HomePortal, type PortalIndex, portalFolder, portalIndex, portalPaths } from "./published.ts";
import { statementPage } from "./statement-page.ts";

/** Pieces of news on the first page. */
const newsAtHome = 3;

const types = {
  page: "text/html; charset=utf-8",
  feed: "application/atom+xml; charset=utf-8",
  properties: "text/plain; charset=utf-8",
  drawing: "image/svg+xml; charset=utf-8",
} as const;

/** A portal, as far as who serves it needs to know: the paths of its files, and where they are found. */
export function servedPortal(plan: PortalPlan) {
  const files = portalFiles(plan);
  return {
    paths: [...files.map(({ path }) => path), ...livePaths(plan.datasets)],
    folder: portalFolder,
    configMap: (metadata: Metadata): ConfigMap => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata,
      data: { [portalIndex]: `${JSON.stringify(indexOf(plan, files), undefined, 2)}\n` },
      binaryData: Object.fromEntries(files.map(({ file, text }) => [file, brotli(text).toString("base64")])),
    }),
  };
}

interface PortalFile {
  path: string;
  type: string;
  file: string;
  text: string;
}

/** Every file of the portal but the first page, which is made where it is known what runs. */
export function portalFiles(plan: PortalPlan): PortalFile[] {
  const home = homeOf(plan);
  const page = (path: string, content: FramedPage) =>
    named(path, types.page, framed({ ...home, name: plan.commune.name }, content));
  return [
    page(portalPaths.news, newsPage(plan)),
    page(portalPaths.software, softwarePage(plan)),
    page(portalPaths.accessibility, statementPage(plan)),
    page(portalPaths.legal, legalPage(plan)),
    named(portalPaths.feed, types.feed, newsFeed(plan)),
    ...helpPages(plan).map(({ path, page: content }) => page(path, content)),
    page(portalPaths.data, dataPage(plan)),
    ...dataFiles(plan).map(({ path, type, text }) => named(path, type, text)),
    ...Object.entries(chatonsOf(plan)).map(([name, text]) =>
      named(`${chatonsFolder}/${name}`, types.properties, text),
    ),
    ...(plan.arms === undefined ? [] : [named(portalPaths.arms, types.drawing, plan.arms)]),
  ];
}

/** Without the moment: the plan knows none, and the same declaration makes the same files. */
function chatonsOf({ commune, portal, chatons: services }: PortalPlan): Record<string, string> {
  return chatonsFiles({
    ...{ commune, host: portal.host.name, services },
    ...{ datetime: undefined, generator: "commune-cloud" },
  });
}

function named(path: string, type: string, text: string): PortalFile {
  return { path, type, file: `${path.slice(1).replaceAll("/", "-").replace(/^\./, "")}.br`, text };
}

function indexOf(plan: PortalPlan, files: readonly PortalFile[]): PortalIndex {
  return { files: files.map(({ text: _, ...file }) => file), home: homeOf(plan) };
}

function homeOf({ portal, arms, news, associations, requests }: PortalPlan): HomePortal {
  const { colour, address, phone, hours, audit } = portal;
  return {
    colour,
    hasArms: arms !== undefined,
    address,
    phone,
    hours: frenchHours(hours),
    news: newestFirst(news)
      .slice(0, newsAtHome)
      .map(({ id, title, date }) => ({ title, date, path: `${portalPaths.news}#${id}` })),
    associations,
    ...(requests !== undefined && { requests }),
    conformity: conformityOf(audit),
  };
}
