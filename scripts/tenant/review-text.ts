import type { AccountsSubject } from "../../components/tenants/accounts/plan.ts";
import type { TenantRequest } from "../../components/tenants/requests/request.ts";
import type { Review } from "../../components/tenants/requests/review.ts";
import { hasAccounts } from "../../components/tenants/tenant/account-pages.ts";
import { spoken } from "../language.ts";

/** A request as whoever decides on it reads it. */
export function reviewText(
  { request, domain, refused, doubts, tenant, needs, places }: Review,
  more = "",
): string {
  const numbers = [request.rna, request.siren].filter(Boolean).join(" ");
  const cost = needs
    ? [
        spoken({
          en: `    takes at most ${needs.memoryMiB} MiB of memory, ${needs.millicores / 1000} cores and ${needs.storageGiB} GiB of disk, in the plan ${tenant.plan}${more}`,
          fr: `    prend au plus ${needs.memoryMiB} MiB de mémoire, ${needs.millicores / 1000} cœurs et ${needs.storageGiB} GiB de disque, dans la formule ${tenant.plan}${more}`,
        }),
      ]
    : [];
  return [
    `${request.id}  ${request.name}  ${numbers}  ${[...request.applications, ...(request.services ?? [])].join(", ")}`,
    spoken({
      en: `    ${domain}, asked ${request.asked.slice(0, 10)}, confirmed by ${request.contact} ${request.confirmed.slice(0, 10)}`,
      fr: `    ${domain}, demandé le ${request.asked.slice(0, 10)}, confirmé par ${request.contact} le ${request.confirmed.slice(0, 10)}`,
    }),
    ...request.purpose.split("\n").map((line) => `    | ${line}`),
    ...administratorLines(request),
    ...refused.map((why) => spoken(`  x ${why}`)),
    ...doubts.map((doubt) => spoken(`  ! ${doubt}`)),
    ...cost,
    spoken({
      en: `    ${places.taken} of ${places.of} places are taken; hosted until ${tenant.expires}`,
      fr: `    ${places.taken} places sur ${places.of} sont prises ; hébergée jusqu’au ${tenant.expires}`,
    }),
  ].join("\n");
}

function administratorLines({ administrator }: TenantRequest): string[] {
  if (administrator === undefined) return [];
  const { givenName, surname, mail } = administrator;
  return [
    spoken({
      en: `    to be administered by ${givenName} ${surname}, ${mail}`,
      fr: `    à administrer par ${givenName} ${surname}, ${mail}`,
    }),
  ];
}

/** Next steps for an association that is approved, once it is applied. */
export function nextText(commune: AccountsSubject, { request, domain }: Review, file: string): string {
  const there = spoken({
    en: `Once it is there, tell ${request.contact}: https://${domain}`,
    fr: `Quand elle est là, dites à ${request.contact} : https://${domain}`,
  });
  if (!hasAccounts(commune))
    return spoken({
      en: `${there}, and the password of who administers each application (docs/tenants.md).`,
      fr: `${there}, et le mot de passe de qui administre chaque outil (docs/tenants.md).`,
    });
  const whom = request.administrator ? `--request ${file}` : "<address> --given-name <name> --surname <name>";
  return spoken({
    en: `${there}. Who shall administer it gets an invitation by: npx commune tenant invite ${commune.id} ${request.id} ${whom}`,
    fr: `${there}. Qui doit l’administrer reçoit une invitation par : npx commune tenant invite ${commune.id} ${request.id} ${whom}`,
  });
}
