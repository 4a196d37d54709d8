import { ofPlace } from "../../components/foundation/page/of-place.ts";
import { senderBy } from "../../components/platform/mail/transport.ts";
import type { Letter } from "../../components/tenants/requests/letter.ts";
import {
  linkLives,
  type SignedRequest,
  type TenantRequest,
  type Unconfirmed,
} from "../../components/tenants/requests/request.ts";
import {
  confirmPath,
  followPath,
  type RequestsSettings,
} from "../../components/tenants/requests/settings.ts";

/** Letters that the form writes, and their recipients. */
export interface Post {
  /** Asks a mailbox whether a request is its own: without a word of it, which anybody may have typed. Throws if the relay does not take it. */
  askMailbox(request: Unconfirmed, link: string): Promise<void>;
  /** Brings a confirmed request to the commune. */
  toCommune(signed: SignedRequest): Promise<void>;
  /** Confirms to a mailbox that its request has arrived, and where it is followed. */
  acknowledge(request: TenantRequest, link: string): Promise<void>;
  /** Sends what the commune has written. */
  letter(letter: Letter): Promise<void>;
}

/** Mail by the commune's relay. */
export function postBy(settings: RequestsSettings, password: () => string | undefined): Post {
  const { name, domain, contact, mail } = settings;
  const send = senderBy({ ...mail, name: `Ville ${ofPlace(name)}` }, password());
  const letter = async ({ to, subject, text }: Letter) => {
    await send({ to, replyTo: contact, subject, text });
  };
  return {
    letter,
    askMailbox: (request, link) =>
      letter({
        to: request.contact,
        subject: `Confirmez la demande de votre association à la ville ${ofPlace(name)}`,
        text: `Bonjour,

Quelqu’un a demandé à la ville ${ofPlace(name)} un espace pour une association, et a donné cette adresse.

Si c’est bien vous, ouvrez ce lien dans les ${linkLives / 3_600_000} heures, relisez la demande et envoyez-la :

https://${domain}${confirmPath}?d=${link}

Si ce n’est pas vous, ne faites rien : rien n’est parti, et nous ne gardons rien.

Ville ${ofPlace(name)}
`,
      }),
    async toCommune(signed) {
      const { request } = signed;
      await send({
        to: contact,
        replyTo: request.contact,
        subject: `Demande d’espace : ${request.name}`,
        text: `${request.name} demande l’adresse ${request.id}.${settings.tenantsDomain}. La messagerie ${request.contact} l’a confirmé.

La demande signée est jointe. Pour l’examiner, enregistrez-la puis :

npx commune tenant review ${request.commune} demande-${request.id}.json
`,
        attachments: [
          {
            filename: `demande-${request.id}.json`,
            content: `${JSON.stringify(signed, undefined, 2)}\n`,
            contentType: "application/json",
          },
        ],
      });
    },
    acknowledge: (request, link) =>
      letter({
        to: request.contact,
        subject: `Votre demande est arrivée à la ville ${ofPlace(name)}`,
        text: `Bonjour,

La demande de « ${request.name} » est arrivée. La commune l’examine, et vous répondra à cette adresse.

Pour savoir où elle en est, gardez ce lien : il ne sert qu’à cela, et qui l’a peut le lire.

https://${domain}${followPath}?d=${link}

Ville ${ofPlace(name)}
`,
      }),
  };
}
