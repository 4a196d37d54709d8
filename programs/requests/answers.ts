import type { Answer } from "../../components/foundation/program/server.ts";
import { pageAnswer } from "../../components/portal/program-page.ts";
import { stoppedPage } from "../../components/tenants/requests/form-pages.ts";
import type { RequestsSettings } from "../../components/tenants/requests/settings.ts";

/** A link of a message that cannot be used. */
export function badLink(settings: RequestsSettings, why: "unknown" | "expired"): Answer {
  const text =
    why === "expired"
      ? "Ce lien a plus de deux jours. Remplissez le formulaire de nouveau."
      : "Ce lien n’est pas entier. Copiez-le du message jusqu’au bout, ou remplissez le formulaire de nouveau.";
  return pageAnswer(
    settings,
    why === "expired" ? 410 : 400,
    stoppedPage(settings, "Ce lien ne sert plus", text),
  );
}

/** Somebody has sent too much. */
export function tooMany(settings: RequestsSettings): Answer {
  const page = stoppedPage(
    settings,
    "Trop d’envois",
    "Beaucoup de formulaires sont venus de votre connexion. Attendez une heure, ou écrivez-nous.",
  );
  return {
    ...pageAnswer(settings, 429, page),
    headers: { "content-type": "text/html; charset=utf-8", "retry-after": "3600" },
  };
}
