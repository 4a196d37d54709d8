import type { Translated } from "../../components/foundation/language/language.ts";
import { lockComplaints } from "../../components/recovery/vault/growth.ts";
import type { BucketFacts, BucketTrial } from "./bucket-trial.ts";
import type { Level } from "./finding.ts";

/** Subjects of the trial of a bucket, in the order in which they are shown. */
export const bucketSubjects = {
  reach: { en: "store", fr: "service" },
  clock: { en: "clock", fr: "horloge" },
  versions: { en: "versions", fr: "versions" },
  lock: { en: "object lock", fr: "verrouillage" },
  period: { en: "period", fr: "durée" },
  reading: { en: "reading", fr: "lecture" },
  names: { en: "names", fr: "noms" },
  return: { en: "way back", fr: "retour" },
  keys: { en: "keys", fr: "clés" },
} as const satisfies Record<string, Translated>;

/** Finding about a bucket, and its meaning for copies. */
export interface BucketFinding {
  subject: keyof typeof bucketSubjects;
  level: Level;
  said: Translated;
}

/** Seconds between two clocks that cause no warning. S3 accepts signatures up to 900; copies are told apart by less. */
const largestDrift = 60;

/** Returns the findings about a bucket as a vault. Pure. */
export function bucketFindings(facts: BucketFacts): BucketFinding[] {
  const { endpoint, bucket, problem, lock, trial } = facts;
  if (problem !== undefined || lock === undefined || trial === undefined) {
    return [
      finding("reach", "stops", {
        en: `${bucket} at ${endpoint} cannot be asked: ${problem}. Compare address, region, bucket and keys with what its operator says.`,
        fr: `${bucket} à ${endpoint} ne répond pas : ${problem}. Comparez l’adresse, la région, l’espace de stockage et les clés avec ce que dit l’opérateur.`,
      }),
    ];
  }
  return [reach(facts), clock(facts), ...locking(facts, lock, trial), ...objects(trial), keys(trial)];
}

/** Returns a finding about a bucket. */
export const finding = (
  subject: BucketFinding["subject"],
  level: Level,
  said: Translated,
): BucketFinding => ({
  ...{ subject, level, said },
});

/** Returns one finding if something is so, and another if it is not. */
export function judged(
  subject: BucketFinding["subject"],
  isSo: boolean,
  { fits, otherwise, level = "stops" }: { fits: Translated; otherwise: Translated; level?: Level },
): BucketFinding {
  return isSo ? finding(subject, "fits", fits) : finding(subject, level, otherwise);
}

/** Returns the finding about the way to a bucket that answered. */
export function reach({ endpoint, bucket }: Pick<BucketFacts, "endpoint" | "bucket">): BucketFinding {
  return judged("reach", endpoint.startsWith("https://"), {
    fits: { en: `${bucket} at ${endpoint}, over TLS`, fr: `${bucket} à ${endpoint}, en TLS` },
    otherwise: {
      en: `${endpoint} is not asked over TLS. Copies are encrypted, and keys are not sent, but anybody between can answer. Name an https address.`,
      fr: `${endpoint} n’est pas joint en TLS : n’importe qui sur le chemin peut répondre à sa place. Nommez une adresse https.`,
    },
  });
}

function clock({ aheadSeconds }: BucketFacts): BucketFinding {
  if (aheadSeconds === undefined) {
    return finding("clock", "care", {
      en: "the store does not tell its time; locks end by its clock.",
      fr: "le service ne dit pas son heure ; c’est elle qui met fin aux verrous.",
    });
  }
  const seconds = Math.abs(aheadSeconds);
  const direction = aheadSeconds > 0 ? { en: "ahead", fr: "d’avance" } : { en: "behind", fr: "de retard" };
  return judged("clock", seconds <= largestDrift, {
    level: "care",
    fits: { en: `${seconds} s ${direction.en}`, fr: `${seconds} s ${direction.fr}` },
    otherwise: {
      en: `the store is ${seconds} s ${direction.en} of this machine, and locks end by its clock. Set the clock that is wrong; above 900 s no signature is taken.`,
      fr: `le service a ${seconds} s ${direction.fr} sur cette machine, et les verrous finissent à son heure. Réglez l’horloge qui est fausse ; au-delà de 900 s, aucune signature n’est acceptée.`,
    },
  });
}

function locking(
  { neededDays, bucket }: BucketFacts,
  lock: NonNullable<BucketFacts["lock"]>,
  trial: BucketTrial,
): BucketFinding[] {
  const [complaint] = lockComplaints({ ...lock, neededDays });
  const remake = {
    en: "Make another bucket with object lock from the start (most stores cannot add it), and name it instead.",
    fr: "Créez un autre compartiment avec verrouillage dès le départ (la plupart des services ne l’ajoutent pas après), et nommez-le à la place.",
  };
  const isCompliance = lock.mode === "COMPLIANCE";
  return [
    judged("versions", lock.versioning === "Enabled" && trial.keepsVersions, {
      fits: {
        en: "what is written over or deleted keeps its versions",
        fr: "ce qui est remplacé ou effacé garde ses versions",
      },
      otherwise: {
        en: `the bucket keeps no versions: one deletion is for good. ${remake.en}`,
        fr: `le compartiment ne garde pas de versions : un effacement est définitif. ${remake.fr}`,
      },
    }),
    judged("lock", isCompliance && trial.refusesDeletion && trial.refusesShortening, {
      fits: {
        en: "compliance mode: deleting a version and shortening its lock were refused",
        fr: "mode conformité : effacer une version et raccourcir son verrou ont été refusés",
      },
      otherwise: isCompliance
        ? {
            en: `says COMPLIANCE, and ${trial.refusesDeletion ? "let its lock be shortened" : "deleted a version that was locked"}: what it promises does not hold. Take another store.`,
            fr: `annonce COMPLIANCE, et ${trial.refusesDeletion ? "a laissé raccourcir un verrou" : "a effacé une version verrouillée"} : la promesse ne tient pas. Prenez un autre service.`,
          }
        : {
            en: `${complaint ?? "nothing is locked"}. Set a default retention in compliance mode for ${neededDays} days on ${bucket}. ${lock.mode === undefined ? remake.en : ""}`.trim(),
            fr: `rien n’y est verrouillé en mode conformité : qui a les clés peut tout effacer. Réglez sur ${bucket} une rétention par défaut en mode conformité de ${neededDays} jours. ${lock.mode === undefined ? remake.fr : ""}`.trim(),
          },
    }),
    judged("period", lock.days >= neededDays && trial.lockedDays >= neededDays, {
      fits: {
        en: `what comes is locked for ${trial.lockedDays} days, ${neededDays} are needed`,
        fr: `ce qui arrive est verrouillé ${trial.lockedDays} jours, il en faut ${neededDays}`,
      },
      otherwise: {
        en: `what comes is locked for ${Math.min(lock.days, trial.lockedDays)} days, and what is brought on a quarter's first day is kept for ${neededDays}. Raise the default retention of ${bucket} to ${neededDays} days, or lower recovery.keep.`,
        fr: `ce qui arrive est verrouillé ${Math.min(lock.days, trial.lockedDays)} jours, et ce qui est déposé le premier jour d’un trimestre est gardé ${neededDays} jours. Portez la rétention par défaut de ${bucket} à ${neededDays} jours, ou réduisez recovery.keep.`,
      },
    }),
  ];
}

function objects(trial: BucketTrial): BucketFinding[] {
  return [
    judged("reading", trial.isReadAtOnce, {
      fits: {
        en: "what is put is read and listed at once",
        fr: "ce qui est déposé se lit et se liste aussitôt",
      },
      otherwise: {
        en: "what was put could not be read or listed at once: restic would take its own copies for lost. Take a store that is consistent.",
        fr: "ce qui était déposé ne se lisait ou ne se listait pas aussitôt : restic croirait ses copies perdues. Prenez un service cohérent.",
      },
    }),
    judged("names", trial.refusesSecond, {
      level: "care",
      fits: {
        en: "a name that is taken is refused to a second writer (If-None-Match)",
        fr: "un nom déjà pris est refusé à un second (If-None-Match)",
      },
      otherwise: {
        en: "a name that is taken is written over (If-None-Match is not known). The oldest version counts; two points at the same moment leave a useless version.",
        fr: "un nom déjà pris est réécrit (If-None-Match n’est pas connu). La plus ancienne version compte ; deux points au même instant laissent une version inutile.",
      },
    }),
    judged("return", trial.comesBack, {
      fits: {
        en: "after it was written over and deleted, the first version came back",
        fr: "remplacée puis effacée, la première version est revenue",
      },
      otherwise: {
        en: "the first version of what was deleted did not come back: npx commune vault rewind would not work. The keys need s3:GetObjectVersion and s3:PutObject.",
        fr: "la première version de ce qui fut effacé n’est pas revenue : npx commune vault rewind ne marcherait pas. Il faut aux clés s3:GetObjectVersion et s3:PutObject.",
      },
    }),
  ];
}

function keys({ refusesOtherRule }: BucketTrial): BucketFinding {
  return judged("keys", refusesOtherRule !== false, {
    level: "care",
    fits: {
      en: "they may not change how the bucket locks",
      fr: "elles ne peuvent pas changer la règle de verrouillage",
    },
    otherwise: {
      en: "they may change for how long the bucket locks what comes later: a thief would, and then wait. Give pods keys without s3:PutBucketObjectLockConfiguration and s3:PutLifecycleConfiguration.",
      fr: "elles peuvent changer la durée de verrouillage de ce qui viendra : un voleur le ferait, puis attendrait. Donnez aux programmes des clés sans s3:PutBucketObjectLockConfiguration ni s3:PutLifecycleConfiguration.",
    },
  });
}
