import { remove } from "confusables";
import { distance } from "fastest-levenshtein";
import { show } from "../../foundation/declaration/show.ts";
import { findApplication, offeredApplications } from "../applications/list.ts";
import { firstPage } from "../applications/pages.ts";
import type { Departure } from "../exit/departure.ts";
import { tenantProblems } from "../tenant/check.ts";
import { domainOf, type Tenant, type TenantsDeclaration, tenantSchema } from "../tenant/declaration.ts";
import { reservedIds } from "../tenant/domains.ts";
import { type Needs, planTenant, type TenantsSubject } from "../tenant/plan.ts";
import { daysUntil } from "../tenant/term.ts";
import { type Decision, digestOf } from "./decisions.ts";
import type { TenantRequest } from "./request.ts";

/** Facts about a commune and its decisions that a review needs. */
export interface ReviewFacts {
  subject: TenantsSubject & { tenants: TenantsDeclaration };
  hosted: readonly Tenant[];
  decided: readonly Decision[];
  /** Departed associations. */
  left: readonly Pick<Departure, "id" | "at">[];
  /** Other pending requests. */
  waiting: readonly TenantRequest[];
  /** Names that are the commune's own: itself, its services. */
  ownNames: readonly string[];
  /** ISO 8601. */
  today: string;
}

/** Terms that are agreed in addition to the request. */
export interface Agreed {
  plan: string;
  /** Last day of hosting. */
  expires: string;
}

/** Result of a review. */
export interface Review {
  request: TenantRequest;
  digest: string;
  /** Its address. */
  domain: string;
  /** Reasons why it cannot be approved. */
  refused: string[];
  /** Points that somebody has to look at. */
  doubts: string[];
  /** The file that an approval writes, as data. */
  tenant: Record<string, unknown>;
  /** That file as it is read, with the pages of its site; undefined if it cannot be read. */
  candidate: Tenant | undefined;
  needs: Needs | undefined;
  places: { taken: number; of: number };
}

/** Days for which a name stays reserved after the last decision on it: links and mail keep coming. */
export const reservedFor = 365;

/** Returns the smallest plan that suffices for a request; the first if none does. */
export function planFor(subject: ReviewFacts["subject"], request: TenantRequest): string {
  return smallestPlan(subject, (plan) => candidateOf(request, { plan, expires: "2099-12-31" }).candidate);
}

/** Returns the first plan in which an association has no problem; the first of all if there is none. */
export function smallestPlan(
  subject: ReviewFacts["subject"],
  inPlan: (plan: string) => Tenant | undefined,
): string {
  const plans = Object.keys(subject.tenants.plans);
  const fits = plans.find((plan) => {
    const candidate = inPlan(plan);
    return candidate !== undefined && tenantProblems(subject, candidate, []).length === 0;
  });
  return fits ?? plans[0] ?? "";
}

function candidateOf(request: TenantRequest, { plan, expires }: Agreed) {
  const { id, name, rna, siren, contact, applications } = request;
  const accounts = accountsOf(request);
  const tenant = {
    ...{ id, name, ...(rna && { rna }), ...(siren && { siren }), contact, plan },
    applications: Object.fromEntries(applications.map((each) => [each, findApplication(each)?.begins ?? {}])),
    ...(request.services?.includes("lists") && { lists: firstLists }),
    ...(request.services?.includes("tickets") && { tickets: {} }),
    ...(Object.keys(accounts).length > 0 && { accounts }),
    expires,
  };
  const read = tenantSchema().safeParse(tenant);
  const candidate = read.success ? { ...read.data, pages: firstPage(read.data) } : undefined;
  const why = read.success
    ? []
    : read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  return { tenant, candidate, why };
}

/** The first lists of an association. */
const firstLists = {
  membres: { purpose: "Tous les membres" },
  bureau: { purpose: "Le bureau", readers: "added", writers: "moderated" },
};

/** Returns its accounts at the commune's services: its own name, in the letters that such names have. */
function accountsOf({ id, services = [] }: TenantRequest): Record<string, string> {
  const asked = services.filter((each) => each === "mastodon" || each === "peertube");
  return Object.fromEntries(asked.map((service) => [service, id.replaceAll("-", "_")]));
}

/** Reviews a signed request. Pure: contacts nothing and changes nothing. */
export function reviewRequest(request: TenantRequest, facts: ReviewFacts, agreed: Agreed): Review {
  const { subject, hosted } = facts;
  const { tenant, candidate, why } = candidateOf(request, agreed);
  // An association with this id is reported separately.
  const others = hosted.filter(({ id }) => id !== request.id);
  const taken = hosted.filter(({ retired }) => retired === undefined).length;
  const of = subject.tenants.maximum;
  return {
    request,
    tenant,
    candidate,
    digest: digestOf(request),
    domain: domainOf(request, subject.tenants),
    refused: [
      ...why,
      ...(request.commune === subject.id
        ? []
        : [`was asked of ${show(request.commune)}, and this is ${subject.id}`]),
      ...notOffered(request),
      ...decidedProblems(request, facts),
      ...idProblems(request, facts),
      ...(taken < of ? [] : [`there is no place: ${taken} of ${of} are taken`]),
      ...(candidate
        ? tenantProblems(subject, candidate, others).map(
            ({ field, message }) => `${field.join(".")}: ${message}`,
          )
        : []),
    ],
    doubts: doubtsOf(request, facts),
    needs: candidate && planTenant(subject, candidate, { storageClass: undefined }).needs,
    places: { taken, of },
  };
}

/** Finds requested applications that are not offered: the form of another day may have listed them. */
function notOffered({ applications }: TenantRequest): string[] {
  const offered = offeredApplications().map(({ name }) => name);
  return applications
    .filter((each) => !offered.includes(each))
    .map((each) => `asks for ${show(each)}, and associations are offered ${offered.join(", ")}`);
}

function decidedProblems(request: TenantRequest, { decided }: ReviewFacts): string[] {
  const known = decided.find(({ digest }) => digest === digestOf(request));
  return known ? [`was ${known.decision} on ${known.at} already`] : [];
}

function idProblems({ id }: TenantRequest, { hosted, decided, left, today }: ReviewFacts): string[] {
  const holder = hosted.find((tenant) => tenant.id === id);
  if (holder) return [`${show(id)} is ${holder.name}${holder.retired ? ", which was retired" : ""}`];
  const approved = decided.findLast((each) => each.id === id && each.decision === "approved");
  const gone = left.findLast((each) => each.id === id);
  const past = gone ?? approved;
  if (past === undefined || -daysUntil(past.at, today) >= reservedFor) return [];
  const was = gone ? `which left on ${past.at}` : `approved on ${past.at}`;
  return [`${show(id)} was another association's, ${was}: it stays reserved for ${reservedFor} days`];
}

function doubtsOf(request: TenantRequest, { hosted, waiting, ownNames }: ReviewFacts): string[] {
  const { id, name, rna, siren, contact } = request;
  const mine = [id, name];
  const similar = (other: { id: string; name: string }) =>
    mine.some((own) => looksLike(own, other.id) || looksLike(own, other.name));
  const sameNumber = (other: { rna?: string | undefined; siren?: string | undefined; contact: string }) => [
    ...(rna !== undefined && other.rna === rna ? [`has the same RNA number, ${rna}`] : []),
    ...(siren !== undefined && other.siren === siren ? [`has the same SIREN number, ${siren}`] : []),
    ...(other.contact.toLowerCase() === contact.toLowerCase() ? [`has the same mailbox, ${contact}`] : []),
  ];
  const told = (
    what: string,
    other: {
      id: string;
      name: string;
      rna?: string | undefined;
      siren?: string | undefined;
      contact: string;
    },
  ) => [
    ...(similar(other)
      ? [`looks like ${what} ${show(other.id)} (${other.name}): the same association?`]
      : []),
    ...sameNumber(other).map((same) => `${what} ${show(other.id)} ${same}`),
  ];
  const own = [...ownNames, ...reservedIds].find((other) =>
    mine.some((each) => skeleton(each) !== "" && looksLike(each, other)),
  );
  return [
    ...hosted.flatMap((tenant) => told("the tenant", tenant)),
    ...waiting
      .filter((other) => digestOf(other) !== digestOf(request))
      .flatMap((other) => told("the request", other)),
    ...(own === undefined ? [] : [`looks like ${show(own)}, which is the commune's own name`]),
    ...(rna === undefined && siren === undefined
      ? ["has neither RNA nor SIREN number: ask for its statutes"]
      : []),
  ];
}

/**
 * Returns a name with lookalike letters unified, without accents, separators and case: `Ꮯlub-Ѕpоrt` and `club sport`
 * give one result. Source of lookalikes: Unicode Technical Standard 39, confusables.
 */
export function skeleton(name: string): string {
  return remove(name.normalize("NFKC"))
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("œ", "oe")
    .replaceAll("æ", "ae")
    .replace(/[^a-z0-9]/g, "");
}

/** Length from which one letter more or less counts as a lookalike: with shorter names, half of all would look alike. */
const shortest = 5;

/** Whether people could mistake one name for the other. */
export function looksLike(one: string, other: string): boolean {
  const [a, b] = [skeleton(one), skeleton(other)];
  if (a === "" || b === "") return false;
  return a === b || (Math.min(a.length, b.length) >= shortest && distance(a, b) <= 1);
}
