import { type Html, html, trusted } from "../../foundation/page/html.ts";
import { pageText } from "../../foundation/page/page.ts";
import { type Statement, statementLine } from "../../foundation/page/statement.ts";
import { readTemplate } from "../../foundation/template/template.ts";

/** Languages that the first page knows. */
export const languages = ["fr", "en", "es", "pt", "ar"] as const;

type Language = (typeof languages)[number];

interface Texts {
  direction: "ltr" | "rtl";
  welcome: string;
  free: string;
  privacy: string;
  unencrypted: string;
  help: string;
  go: string;
  done: string;
  failed: string;
}

const texts: Record<Language, Texts> = {
  fr: {
    direction: "ltr",
    welcome: "Wi-Fi public de",
    free: "L’accès est libre et gratuit : ni compte, ni adresse, ni numéro de téléphone.",
    privacy: "Ce que vous lisez n’est pas enregistré.",
    unencrypted:
      "Si votre appareil affiche ce réseau sans cadenas, d’autres peuvent voir les adresses que vous ouvrez : préférez les sites en https.",
    help: "Besoin d’aide, ou pas d’appareil ? Quelqu’un vous répond :",
    go: "Accéder à Internet",
    done: "Vous êtes connecté. Vous pouvez fermer cette page.",
    failed: "La connexion n’a pas abouti. Éteignez puis rallumez le Wi-Fi de votre appareil, et recommencez.",
  },
  en: {
    direction: "ltr",
    welcome: "Public Wi-Fi of",
    free: "Access is free for everyone: no account, no address, no telephone number.",
    privacy: "What you read is not recorded.",
    unencrypted:
      "If your device shows this network without a padlock, others can see which addresses you open: prefer sites with https.",
    help: "Do you need help, or have no device? Somebody answers you here:",
    go: "Go to the Internet",
    done: "You are connected. You can close this page.",
    failed: "The connection failed. Switch your device’s Wi-Fi off and on, and try again.",
  },
  es: {
    direction: "ltr",
    welcome: "Wi-Fi público de",
    free: "El acceso es libre y gratuito: sin cuenta, sin dirección, sin número de teléfono.",
    privacy: "Lo que usted lee no se registra.",
    unencrypted:
      "Si su dispositivo muestra esta red sin candado, otras personas pueden ver las direcciones que abre: prefiera los sitios https.",
    help: "¿Necesita ayuda o no tiene dispositivo? Alguien le atiende aquí:",
    go: "Acceder a Internet",
    done: "Está conectado. Puede cerrar esta página.",
    failed: "La conexión ha fallado. Apague y encienda el Wi-Fi de su dispositivo e inténtelo de nuevo.",
  },
  pt: {
    direction: "ltr",
    welcome: "Wi-Fi público de",
    free: "O acesso é livre e gratuito: sem conta, sem endereço, sem número de telefone.",
    privacy: "O que lê não é registado.",
    unencrypted:
      "Se o seu aparelho mostra esta rede sem cadeado, outras pessoas podem ver os endereços que abre: prefira sítios https.",
    help: "Precisa de ajuda ou não tem aparelho? Alguém o atende aqui:",
    go: "Aceder à Internet",
    done: "Está ligado. Pode fechar esta página.",
    failed: "A ligação falhou. Desligue e volte a ligar o Wi-Fi do seu aparelho e tente de novo.",
  },
  ar: {
    direction: "rtl",
    welcome: "الواي فاي العمومي لبلدية",
    free: "الدخول حر ومجاني: بلا حساب ولا عنوان ولا رقم هاتف.",
    privacy: "ما تقرؤه لا يُسجَّل.",
    unencrypted:
      "إذا أظهر جهازك هذه الشبكة بلا قفل، فقد يرى آخرون العناوين التي تفتحها: فضّل المواقع التي تبدأ بـ https.",
    help: "هل تحتاج إلى مساعدة أو ليس لديك جهاز؟ هنا من يجيبك:",
    go: "الدخول إلى الإنترنت",
    done: "أنت متصل الآن. يمكنك إغلاق هذه الصفحة.",
    failed: "فشل الاتصال. أطفئ الواي فاي في جهازك ثم شغّله وحاول مرة أخرى.",
  },
};

/** Content of the page before the first use, and its languages. */
export interface Portal {
  commune: string;
  languages: readonly Language[];
  /** One more sentence, in French. */
  information: string | undefined;
  /** Place at which somebody answers in person. */
  help: string;
}

const style = `body{font:1.1rem/1.5 sans-serif;max-width:36rem;margin:0 auto;padding:1rem;color:#1b1b1b;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.2rem}section{border-top:1px solid #767676;margin-top:1.5rem}
button{font:inherit;padding:.7rem 1.4rem;color:#fff;background:#000091;border:0;border-radius:.2rem}
button:focus{outline:3px solid #e67e00;outline-offset:2px}`;

/** The page for the name that points ask: what the network is, for people who look there. */
export function informationPage(portal: Portal, statement?: Statement): string {
  return pageText({
    title: `${texts.fr.welcome} ${portal.commune}`,
    body: html`${portal.languages.map((language) => part(portal, language, information(portal, language)))}`,
    footer: statementLine(statement),
  });
}

/**
 * A theme for openNDS 10.3: one page, one button, nothing asked, nothing written down. It is sourced by
 * libopennds.sh, which calls these functions. Source: openNDS 10.3.1, docs/source/themespec.rst.
 */
export function portalTheme(portal: Portal): string {
  const result = (wanted: "done" | "failed") =>
    portal.languages
      .map((language) => part(portal, language, html`<p>${texts[language][wanted]}</p>`))
      .join("\n");
  const forms = portal.languages.map((language) => {
    const [before = "", after = ""] = part(portal, language, html`${information(portal, language)}\n@form@`)
      .toString()
      .split("\n@form@");
    return `${printed(before)}
	continue_form "${html`${texts[language].go}`}"
${printed(after)}`;
  });
  return readTemplate("places/hotspots/point/theme.sh", {
    HEAD: printed(head(portal)),
    FORMS: forms.join("\n"),
    DONE: printed(result("done")),
    FAILED: printed(result("failed")),
  });
}

/** Text as a shell prints it, whatever is in it: each line is HTML and begins with "<", so none ends the text early. */
function printed(text: string): string {
  return `cat <<'PAGE'\n${text}\nPAGE`;
}

function head({ commune, languages: [first = "fr"] }: Portal): string {
  const { direction, welcome } = texts[first];
  return html`<!doctype html>
<html lang="${first}" dir="${direction}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${welcome} ${commune}</title><style>
${trusted(style)}
</style></head><body><main><h1>${welcome} ${commune}</h1>`.toString();
}

function part({ commune, languages: [first] }: Portal, language: Language, inner: Html): Html {
  const { direction, welcome } = texts[language];
  const heading = language === first ? undefined : html`<h2>${welcome} ${commune}</h2>\n`;
  return html`<section lang="${language}" dir="${direction}">${heading}${inner}</section>`;
}

/** Language of what a commune writes itself. */
const ofTheCommune: Language = "fr";

function information({ information: more, help }: Portal, language: Language): Html {
  const { free, privacy, unencrypted, help: question } = texts[language];
  const own = language === ofTheCommune && more !== undefined ? [more] : [];
  const sentences = [free, privacy, unencrypted, ...own].map((each) => html`<p>${each}</p>\n`);
  return html`${sentences}<p>${question} <strong lang="fr">${help}</strong></p>`;
}
