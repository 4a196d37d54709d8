/** Faults of a report, of an approval of it, and of a line of a log: data of `verify-log` and of the log itself. */
export const ofApprovals: Readonly<Record<string, string>> = {
  // audit/log.ts
  "is no JSON": "n’est pas du JSON",
  "cannot be read ({}: {})": "ne peut pas être lue ({} : {})",
  "is of {}, not of {}": "est de {}, pas de {}",
  "does not follow the line before it: one was changed, taken away, put between or moved":
    "ne suit pas la ligne d’avant : une ligne a été changée, retirée, glissée entre deux ou déplacée",

  // audit/approval/verify.ts
  "its key {} is of nobody in approvers.yaml": "sa clé {} n’est à personne dans approvers.yaml",
  "lets a rule be broken as administrator: an official or the data protection officer signs that":
    "excepte une règle comme administrateur : c’est un élu ou le délégué à la protection des données qui signe cela",
  "is signed with a passkey, which approvers.yaml does not list":
    "est signée d’une clé d’accès que approvers.yaml n’a pas",
  "is not signed": "n’est pas signée",
  "is signed with another key, {}": "est signée d’une autre clé, {}",
  "its key or its numbers cannot be read": "sa clé ou ses nombres ne peuvent pas être lus",
  "its signature does not hold: {}": "sa signature ne tient pas : {}",
  "its signature does not hold": "sa signature ne tient pas",
  "is not signed with its passkey alone": "n’est pas signée de sa seule clé d’accès",
  "is no approval of a proposal that a page has shown, and passkeys sign nothing else":
    "n’est pas l’accord à une proposition qu’une page a montrée, et les clés d’accès ne signent rien d’autre",
  "names a proposal that is not before it, or is of something else":
    "nomme une proposition qui n’est pas avant elle, ou qui est d’autre chose",
  "is signed as {}, and {} is {} in approvers.yaml": "est signée comme {}, et {} est {} dans approvers.yaml",
  "is of {}, and {} may sign from {}": "est du {}, et {} peut signer à partir du {}",
  "is of {}, and {} may sign from {} until {}": "est du {}, et {} peut signer du {} au {}",
  "approves what the same key proposed": "approuve ce que la même clé a proposé",
  "would count for more than {} days": "compterait plus de {} jours",
  "says {} {}, and the report has {}": "dit {} {}, et le rapport a {}",
  "the approval was used on {}: make a report of what is to be changed now":
    "l’accord a servi le {} : faites un rapport de ce qui est à changer maintenant",
  "nobody has proposed this report, or its line does not hold":
    "personne n’a proposé ce rapport, ou sa ligne ne tient pas",
  "line {} {}": "ligne {} : {}",
  "line {} names another author": "la ligne {} nomme un autre auteur",
  "line {} is of an earlier proposal, whose update was made":
    "la ligne {} est d’une proposition antérieure, dont la mise à jour a été faite",
  "line {} is of {}, whose change it is": "la ligne {} est de {}, dont c’est le changement",
  "line {} counted until {}": "la ligne {} comptait jusqu’au {}",
  "line {} is of {}, who may not sign any more": "la ligne {} est de {}, qui ne peut plus signer",
  "{} remembers {} lines, and there are {}: the last one was taken away":
    "{} a retenu {} lignes, et il y en a {} : la dernière a été retirée",
  "{} remembers {} lines, and there are {}: the last {} were taken away":
    "{} a retenu {} lignes, et il y en a {} : les {} dernières ont été retirées",
  "{} remembers another line {}: it, or one before it, was rewritten":
    "{} a retenu une autre ligne {} : elle, ou une avant elle, a été réécrite",

  // audit/approval/needs.ts
  "the change is refused as it is written, and nobody can approve it":
    "le changement est refusé tel qu’il est écrit, et personne ne peut l’approuver",
  "nobody but its author has approved it": "personne d’autre que son auteur ne l’a approuvé",
  "two have to approve it, and {}": "deux personnes doivent l’approuver, et {}",
  "one of the two has to be an official or the data protection officer":
    "l’une des deux doit être un élu ou le délégué à la protection des données",

  // audit/approval/written.ts and audit/drills/log.ts
  "is signed by nobody, as what commands wrote before November 2026, and as what became of a first update that was not made":
    "n’est signée par personne, comme ce que les commandes écrivaient avant novembre 2026, et comme l’issue d’une première mise à jour qui n’a pas été faite",
  "is signed by nobody: anybody can have written it":
    "n’est signée par personne : n’importe qui peut l’avoir écrite",
  "is signed with {}, and the key of the log is {} in approvers.yaml":
    "est signée avec {}, et la clé du journal est {} dans approvers.yaml",
  "is signed with {}, and the lines before it with {}": "est signée avec {}, et les lignes d’avant avec {}",
  "is signed by {}, and the key of {} is {}": "est signée par {}, et la clé de {} est {}",

  // audit/approval/history.ts
  "no approval is named": "aucun accord n’est nommé",
  "the log has no line about it, and commune apply writes one":
    "le journal n’en a pas de ligne, et commune apply en écrit une",
  "nobody has proposed it": "personne ne l’a proposée",

  // audit/approval/passkey.ts
  "it is no base64url": "ce n’est pas du base64url",
  "keys of the type {} {} do not count": "les clés du type {} {} ne comptent pas",
  "something stands behind its end": "il y a quelque chose après sa fin",
  "it is no public key": "ce n’est pas une clé publique",
  "what the browser says of it cannot be read": "ce que le navigateur en dit ne peut pas être lu",
  "it was made for {}": "elle a été faite pour {}",
  "it is not of this text": "elle n’est pas de ce texte",
  "it was made on {}, not on {}": "elle a été faite sur {}, pas sur {}",
  "it was made inside a page of somebody else": "elle a été faite dans la page de quelqu’un d’autre",
  "what the authenticator says is cut short": "ce que dit l’authentificateur est coupé",
  "it is for another domain": "elle est pour un autre domaine",
  "nobody was there": "personne n’était là",
  "the device did not verify who was there, by a finger, a face or a code":
    "l’appareil n’a pas vérifié qui était là, par un doigt, un visage ou un code",
  "it is of another key": "elle est d’une autre clé",

  // audit/approval/sshsig.ts
  "it is cut short": "elle est coupée",
  "its curve {} is not known": "sa courbe {} n’est pas connue",
  "keys of the type {} are not known": "les clés du type {} ne sont pas connues",
  "its type and its content are not the same": "son type et son contenu ne sont pas les mêmes",
  "it is no signature of ssh-keygen": "ce n’est pas une signature de ssh-keygen",
  "it is no SSH signature of version 1": "ce n’est pas une signature SSH de version 1",
  "it was made for {}, not for approvals": "elle a été faite pour {}, pas pour des accords",
  "it hashes with {}": "elle condense avec {}",
  "its key makes no {}": "sa clé ne fait pas de {}",
  "nobody touched the security key": "personne n’a touché la clé de sécurité",
  "its numbers are too long": "ses nombres sont trop longs",

  // audit/approval/plan.ts
  "the report was made with {} {}, and this is {} {}": "le rapport a été fait avec {} {}, et ceci est {} {}",
  "output {}: is another one": "sortie {} : c’est une autre",
  "the commune has a seed now, and had none when the report was made":
    "la commune a maintenant une graine, et n’en avait pas quand le rapport a été fait",
  "was not in the report, and is {} now": "n’était pas dans le rapport, et est maintenant {}",
  "was {} in the report, and is not there now": "était {} dans le rapport, et n’y est plus maintenant",
  "was {} in the report, and is {} now": "était {} dans le rapport, et est maintenant {}",
  "has other values now in {}": "a maintenant d’autres valeurs dans {}",
  "would stay in the cluster when it is deleted": "resterait dans le cluster une fois supprimé",
  "would not stay in the cluster when it is deleted": "ne resterait pas dans le cluster une fois supprimé",
  "what is known of it beforehand is not the same": "ce qui en est connu d’avance n’est pas pareil",

  // audit/same-report.ts, audit/report-file.ts, audit/revision.ts and audit/in-browser.ts
  "A report that is made of a preview can be approved.": "Un rapport fait d’un aperçu peut être approuvé.",
  "{}: the report says {}, and this machine finds {}": "{} : le rapport dit {}, et cette machine trouve {}",
  "{} more of its values are others": "{} autres de ses valeurs ne sont pas les mêmes",
  "date: the report says {}, and today is {}: it counts for {} days":
    "date : le rapport dit {}, et aujourd’hui est le {} : il compte {} jours",
  "approval.plan.digest: the report says {}, and what it lists has {}":
    "approval.plan.digest : le rapport dit {}, et ce qu’il liste a {}",
  "approval.plan.digest: the report says {}, and this machine finds {}":
    "approval.plan.digest : le rapport dit {}, et cette machine trouve {}",
  "{} is no report.json of commune report ({}{}).": "{} n’est pas un report.json de commune report ({}{}).",
  "{} was made from files alone, and says nothing of what would be applied. Make one that can be approved: npx commune report {} --preview":
    "{} a été fait à partir de fichiers seuls, et ne dit rien de ce qui serait appliqué. Faites-en un que l’on peut approuver : npx commune report {} --preview",
  "there is no revision {} in the repository of {}. git log --oneline -- {} lists them.":
    "il n’y a pas de révision {} dans le dépôt de {}. git log --oneline -- {} les liste.",
  "{} has no answer of the page on which officials approve: from -----BEGIN COMMUNE APPROVAL----- to -----END COMMUNE APPROVAL-----, each line whole (docs/approval.md). Nothing was changed.":
    "{} n’a pas de réponse de la page où les élus approuvent : de -----BEGIN COMMUNE APPROVAL----- à -----END COMMUNE APPROVAL-----, chaque ligne entière (docs/approval.md). Rien n’a été changé.",

  // audit/gate/pack.ts, by the mouth of Pulumi; scripts/apply.ts
  "{} is not among what was approved. Apply with: npx commune apply":
    "{} n’est pas dans ce qui a été approuvé. Appliquez avec : npx commune apply",
  "{} has other values than approved in {}.": "{} a d’autres valeurs que celles approuvées dans {}.",
  "nobody says whether this was approved. Run it again.": "personne ne dit si ceci a été approuvé. Relancez.",
  "what would be applied could not be compared with what was approved: {}":
    "ce qui serait appliqué n’a pas pu être comparé à ce qui a été approuvé : {}",
};
