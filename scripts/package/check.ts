import type { Step } from "../../components/tenants/levels/levels.ts";
import type { Bench, Visit } from "./bench.ts";

/** Failed expectation of a level, in words. */
class NotSeen extends Error {
  override name = "NotSeen";
}

function must(is: boolean, otherwise: string): void {
  if (!is) throw new NotSeen(otherwise);
}

/** The visits; throws if there are none, or one is not as it must be. */
function rightOnes(seen: readonly Visit[], under: string): readonly Visit[] {
  must(seen.length > 0, `nobody asked under ${under}`);
  const wrong = seen.filter(({ may, did }) => may !== did);
  must(
    wrong.length === 0,
    `${under}: ${wrong.map(({ who, did }) => `${who}${did ? "" : " in vain"}`).join("; ")}`,
  );
  return seen;
}

interface Tried {
  did: string;
  /** Tries it, and returns what was seen; throws if it was not as it must be. */
  run(bench: Bench, mark: (of: string) => string): Promise<string>;
}

/** Tries by level, lowest first. The levels of `levels` without the last one, which is all of them again. */
const tries: readonly Tried[] = [
  {
    did: "installed for two associations, and something written in each",
    async run(bench, mark) {
      for (const subject of ["essai", "temoin"] as const) {
        await bench.install(subject);
        await bench.write(subject, mark(subject));
        must(await bench.reads(subject, mark(subject)), `what was written in ${subject} is not read`);
      }
      return "both answer, and what was written is read";
    },
  },
  {
    did: "installed as it was before, something written, then installed as it is",
    async run(bench, mark) {
      await bench.install("ancien", { version: "before" });
      await bench.write("ancien", mark("old"));
      await bench.install("ancien");
      must(await bench.reads("ancien", mark("old")), "what was written before is not read after");
      await bench.write("ancien", mark("new"));
      must(await bench.reads("ancien", mark("new")), "nothing can be written after");
      return `from ${bench.before ?? "itself, since there is no version before"}: what was written is read, and more can be written`;
    },
  },
  {
    did: "copied, changed, taken away with its data, installed anew and restored",
    async run(bench, mark) {
      await bench.write("essai", mark("kept"));
      const copy = await bench.backup("essai");
      await bench.write("essai", mark("later"));
      await bench.wipe("essai");
      const isEmpty = copy.files === undefined && copy.rows === undefined;
      if (isEmpty) {
        must(
          await bench.reads("essai", mark("later")),
          "what is declared is not read after a new installation",
        );
        return "it keeps nothing that is not declared, and what is declared is read";
      }
      must(!(await bench.reads("essai", mark("kept"))), "a new installation has what was taken away");
      await bench.restore("essai", copy);
      must(
        await bench.reads("essai", mark("kept")),
        "what was in the copy is not read after the restoration",
      );
      must(!(await bench.reads("essai", mark("later"))), "what was written after the copy is still there");
      const sizes = [
        ...(copy.files ? [`${copy.files.length} bytes of files`] : []),
        ...(copy.rows === undefined ? [] : [`${copy.rows.length} characters of rows`]),
      ];
      return `${sizes.join(" and ")}; what was in the copy is read, what came after is not`;
    },
  },
  {
    did: "tried from within the association: other places of the cluster, objects it may not have, its own pod",
    async run(bench, mark) {
      await bench.write("temoin", mark("temoin"));
      const before = await bench.contents("temoin");
      const attempts = await bench.attempts("essai");
      const through = attempts.filter(({ refusedBy }) => refusedBy === undefined);
      must(through.length === 0, `went through: ${through.map(({ attempt }) => attempt).join("; ")}`);
      must(attempts.length > 0, "nothing was tried");
      must((await bench.contents("temoin")) === before, "the other association's objects have changed");
      must(await bench.reads("temoin", mark("temoin")), "what the other association wrote is not read");
      return `${attempts.length} attempts, each refused; the other association's objects and what it wrote are untouched`;
    },
  },
  {
    did: "given another domain",
    async run(bench, mark) {
      await bench.write("essai", mark("moving"));
      const { host, oldAnswers, namesOld } = await bench.move("essai", mark("moving"));
      must(await bench.reads("essai", mark("moving")), `what was written is not read at ${host}`);
      must(!oldAnswers, "it still answers at the old name");
      must(!namesOld, "its pages lead to the old name");
      return `it answers at ${host} with what was written, and not at the old name`;
    },
  },
  {
    did: "asked as a stranger, with a wrong password and with each kind of account, under each access; where it takes people from the commune's login, with that too",
    async run(bench) {
      const { tried, left } = bench.accesses;
      const visits: Visit[] = [];
      for (const access of tried) {
        await bench.install("essai", { access });
        visits.push(...rightOnes(await bench.visits("essai", access), access));
      }
      const { byLogin } = bench;
      const there: Visit[] = [];
      for (const access of byLogin?.accesses ?? [])
        there.push(
          ...rightOnes((await byLogin?.visits("essai", access)) ?? [], `${access} by the commune's login`),
        );
      must(
        left.length === 0,
        `${left.join(" and ")} were not tried: nobody has written how (scripts/package/applications/)`,
      );
      return [
        `${visits.length} visits under ${tried.join(", ")}`,
        ...(byLogin ? [`${there.length} by the commune's login under ${byLogin.accesses.join(", ")}`] : []),
      ]
        .join(" and ")
        .concat(": each as it must be");
    },
  },
  {
    did: "asked for a hundred pages, eight at a time",
    async run(bench) {
      const { failed, containers } = await bench.strain("essai");
      must(failed === 0, `${failed} of 100 pages failed`);
      must(containers.length > 0, "no container was measured");
      for (const {
        container,
        restarts,
        memoryMiB,
        memoryLimitMiB,
        millicores,
        millicoresLimit,
      } of containers) {
        must(restarts === 0, `${container} was started again`);
        must(memoryMiB <= memoryLimitMiB * 0.9, `${container} took ${memoryMiB} of ${memoryLimitMiB} MiB`);
        must(
          millicores <= millicoresLimit,
          `${container} took ${millicores} of ${millicoresLimit} thousandths of a core`,
        );
      }
      return containers
        .map(
          ({ container, memoryMiB, memoryLimitMiB, millicores, millicoresLimit }) =>
            `${container}: ${memoryMiB} of ${memoryLimitMiB} MiB, ${millicores} of ${millicoresLimit} thousandths of a core`,
        )
        .join("; ");
    },
  },
];

/**
 * Tries the levels of an application, lowest first, twice in a row; ends with the first that is not passed, since
 * none above it would count.
 *
 * @param rounds 1 for a short form, which shows the last but one level at most.
 * @param tell called with each step as it ends.
 */
export async function checkLevels(
  bench: Bench,
  { rounds = 2, tell = () => undefined }: { rounds?: 1 | 2; tell?: (step: Step) => void } = {},
): Promise<Step[]> {
  const steps: Step[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (let level = 1; level <= tries.length; level++) {
      const told = await tryLevel(bench, level, round);
      steps.push(told);
      tell(told);
      if (!told.passed) return steps;
    }
  }
  return steps;
}

/** Tries one level alone, from 1 on. Whoever asks must know that the lower ones are passed. */
export async function tryLevel(bench: Bench, level: number, round = 1): Promise<Step> {
  const tried = tries[level - 1];
  if (tried === undefined) throw new Error(`there is no step for level ${level}`);
  const step = await seen(() => tried.run(bench, (of) => `marque-${of}-${level}-${round}`));
  return { level, round, did: tried.did, ...step, at: new Date().toISOString() };
}

/**
 * Result of a try. A step that fails for another reason than what it saw has failed as well: the application was not
 * brought to where it should be.
 */
async function seen(run: () => Promise<string>): Promise<Pick<Step, "saw" | "passed">> {
  try {
    return { saw: await run(), passed: true };
  } catch (error) {
    return { saw: error instanceof Error ? error.message : String(error), passed: false };
  }
}
