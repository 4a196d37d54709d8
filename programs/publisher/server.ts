import type { Server } from "node:http";
import {
  answersOf,
  answersPagePath,
  answersPath,
  largestAnswers,
  ofCommune,
} from "../../components/federation/answers.ts";
import { answersPage } from "../../components/federation/answers-page.ts";
import {
  descriptorPagePath,
  descriptorPath,
  largestDescriptor,
  peerHeader,
} from "../../components/federation/descriptor.ts";
import { descriptorPage } from "../../components/federation/descriptor-page.ts";
import { homePage, homePageToBe, homePath, isServedHome } from "../../components/federation/home-page.ts";
import { largestLatest, latestPagePath, latestPath } from "../../components/federation/latest.ts";
import { latestPage } from "../../components/federation/latest-page.ts";
import { newsPath } from "../../components/federation/news.ts";
import type { PublisherSettings } from "../../components/federation/settings.ts";
import { type ToldLog, toldLogPath } from "../../components/federation/told-log.ts";
import { toldLogPage } from "../../components/federation/told-log-page.ts";
import { type Html, html } from "../../components/foundation/page/html.ts";
import { pageText } from "../../components/foundation/page/page.ts";
import { type Statement, statementPath } from "../../components/foundation/page/statement.ts";
import {
  type Answer,
  neighboursLimits,
  programServer,
  type Question,
} from "../../components/foundation/program/server.ts";
import { type FramedPage, framed } from "../../components/portal/frame.ts";
import { portalHome } from "../../components/portal/home-page.ts";
import { liveFile } from "../../components/portal/live.ts";
import type { HomePortal } from "../../components/portal/published.ts";
import { unknownPage } from "../../components/portal/unknown-page.ts";
import { frenchKind, frenchPurpose, softwareTitle } from "../../components/services/list.ts";
import { encoded, type ServedFile } from "./files.ts";
import type { Publication } from "./publication.ts";

const french = { kind: frenchKind, purpose: frenchPurpose, software: softwareTitle };

/** Content for the public. */
export interface Shown {
  publication: Publication;
  own: Pick<PublisherSettings, "name" | "domain">;
  /** Address of the commune's own website, if it has one. */
  website: string | undefined;
  /** Address at which accounts of the bare domain are found, if there are any. */
  webfinger: string | undefined;
  /** The files of the commune's map and of its own pages, by path. */
  files: ReadonlyMap<string, ServedFile>;
  /** Content of its own first page, if it has one. */
  home: HomePortal | undefined;
  /** Decisions about its cloud, read again each time. */
  told: () => ToldLog | undefined;
  /** Receives a question that could not be answered. */
  failed: (error: unknown) => void;
}

/** Headers of every answer; the page carries its own style and nothing else. */
const headers = {
  "content-type": "text/plain; charset=utf-8",
  "strict-transport-security": "max-age=15552000; includeSubDomains",
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
};

const noIcon = html`<link rel="icon" href="data:,">`;

const notFound: Answer = { status: 404, body: "not found\n" };

/** Server for the public: the descriptor and its page, the commune's map. */
export function publicServer(shown: Shown): Server {
  return programServer({
    answer: (question) => publicAnswer(question, shown),
    headers,
    failed: shown.failed,
  });
}

function publicAnswer(question: Question, shown: Shown): Answer {
  const answer = knownAnswer(question, shown);
  return answer === notFound ? unknownAnswer(question, shown) : answer;
}

/** Answer for an unknown path: a page for people, and a word for programs, which ask below /.well-known/. */
function unknownAnswer({ path }: Question, shown: Shown): Answer {
  const { own, website, home, publication } = shown;
  if (path.startsWith("/.well-known/") || !isServedHome({ domain: own.domain, website })) return notFound;
  const page = unknownPage(own.name, publication.shown?.descriptor.contact, home);
  return { ...pageAnswer(shown, page), status: 404, headers: pageType };
}

function knownAnswer({ method, path, search, headers: given }: Question, shown: Shown): Answer {
  const { publication, own, website, webfinger, files } = shown;
  if (method !== "GET" && method !== "HEAD") {
    return { status: 405, headers: { allow: "GET, HEAD" }, body: "GET\n" };
  }
  const file = files.get(path);
  if (file !== undefined) {
    const { body, headers: own } = encoded(file, given["accept-encoding"]?.toString());
    return { status: 200, headers: { ...own, "cache-control": "public, max-age=300" }, body };
  }
  switch (path) {
    case homePath:
      return isServedHome({ domain: own.domain, website }) ? firstPage(shown) : notFound;
    case answersPagePath:
      return isServedHome({ domain: own.domain, website }) ? answersAnswer(shown) : notFound;
    case latestPagePath:
      return isServedHome({ domain: own.domain, website })
        ? pageAnswer(shown, latestPage(publication.latest, { name: own.name, french: french.kind }))
        : notFound;
    case toldLogPath:
      return isServedHome({ domain: own.domain, website })
        ? pageAnswer(shown, toldLogPage(shown.told(), own))
        : notFound;
    case answersPath:
      return measured(publication, new URLSearchParams(search).get(ofCommune));
    case descriptorPath:
    case descriptorPagePath:
      return described(path, given[peerHeader]?.toString() ?? "", publication, statementHere(shown));
    case "/.well-known/webfinger":
      if (webfinger === undefined) return notFound;
      return {
        status: 301,
        headers: { location: webfinger + search, "access-control-allow-origin": "*" },
        body: "",
      };
    case "/healthz":
      return { status: 200, body: "ok\n" };
    default:
      return liveAnswer(path, shown);
  }
}

/** Headers of what any program may read, from a page of another site too. */
const dataHeaders = {
  "content-type": "application/json; charset=utf-8",
  "cache-control": "public, max-age=60",
  "access-control-allow-origin": "*",
};

const pageType = { "content-type": "text/html; charset=utf-8" };

/** The present day, for data. */
function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** Data that is of the moment in which somebody asks. */
function liveAnswer(path: string, { publication, home }: Shown): Answer {
  if (home === undefined) return notFound;
  const { associations } = home;
  const descriptor = publication.shown?.descriptor;
  const file = liveFile(path, { descriptor, associations, today: today(), french: frenchKind });
  if (file === undefined) return notFound;
  if (file === "later") {
    return { status: 503, headers: { "retry-after": "60" }, body: "Nothing is counted yet.\n" };
  }
  return { status: 200, headers: { ...dataHeaders, "content-type": file.type }, body: file.text };
}

/** The first page: also before anything is known, since somebody reads it. */
function firstPage({ own, website, home, publication: { shown, latest, answered } }: Shown): Answer {
  if (shown === undefined) {
    return { status: 503, headers: { ...pageType, "retry-after": "5" }, body: homePageToBe(own.name) };
  }
  const { descriptor } = shown;
  const known = { latest, answers: answered?.answers };
  const body =
    home === undefined
      ? homePage(descriptor, { website }, french, known)
      : portalHome(descriptor, { website, today: today() }, home, french, known);
  return { status: 200, headers: pageType, body };
}

/** Page about what has answered. */
function answersAnswer(shown: Shown): Answer {
  const { name } = shown.own;
  const { answered } = shown.publication;
  return pageAnswer(shown, answersPage(answered?.answers, { name, now: new Date(), french: french.kind }));
}

/** A page in the look of the portal, if the commune has one. */
function pageAnswer({ own: { name }, home }: Shown, page: FramedPage & { footer: Html }): Answer {
  const body = home === undefined ? pageText({ ...page, head: noIcon }) : framed({ ...home, name }, page);
  return { status: 200, headers: { ...pageType, "cache-control": "public, max-age=60" }, body };
}

/** Address at which the commune says how far its pages conform. */
function statementHere({ own: { domain }, home }: Shown): Statement | undefined {
  return home && { address: `https://${domain}${statementPath}`, conformity: home.conformity };
}

/** Measured answers as JSON for programs, those of peers too. */
function measured({ answered }: Publication, of: string | null): Answer {
  if (answered === undefined) {
    return { status: 503, headers: { "retry-after": "300" }, body: "Nothing is measured yet.\n" };
  }
  return {
    status: 200,
    headers: dataHeaders,
    body: of === null ? answered.text : JSON.stringify(answersOf(answered.answers, of)),
  };
}

function described(
  path: string,
  peer: string,
  publication: Publication,
  statement: Statement | undefined,
): Answer {
  const { shown } = publication;
  // Peers take what is not named for what is no longer declared: nothing is said before it is known.
  if (shown === undefined) {
    return { status: 503, headers: { "retry-after": "5" }, body: "The links are not known yet.\n" };
  }
  if (path === descriptorPagePath) {
    return {
      status: 200,
      headers: pageType,
      body: descriptorPage(shown.descriptor, frenchKind, statement),
    };
  }
  publication.wasAskedBy(peer);
  return {
    status: 200,
    headers: dataHeaders,
    body: shown.text,
  };
}

/**
 * Server for the reconciler alone, which a network policy ensures: reports what is shown and who has asked, and takes
 * what is to be shown.
 */
export function reconcilersServer({ publication, failed }: Pick<Shown, "publication" | "failed">): Server {
  const answer = async ({ method, path, body }: Question): Promise<Answer> => {
    if (path === newsPath && method === "POST") {
      return {
        status: 200,
        headers: { "content-type": "application/json" },
        body: JSON.stringify(publication.news()),
      };
    }
    if (method !== "PUT") return notFound;
    const take = {
      [descriptorPath]: (text: string) => publication.show(text, new Date()),
      [answersPath]: (text: string) => publication.showAnswers(text),
      [latestPath]: (text: string) => publication.showLatest(text),
    }[path];
    if (take === undefined) return notFound;
    const text = await body(Math.max(largestDescriptor, largestAnswers, largestLatest));
    const why = text === undefined ? "too long" : take(text.toString("utf8"));
    return why === undefined ? { status: 204, body: "" } : { status: 422, body: `${why}\n` };
  };
  const headers = { "content-type": "text/plain; charset=utf-8" };
  return programServer({ answer, headers, failed }, neighboursLimits);
}
