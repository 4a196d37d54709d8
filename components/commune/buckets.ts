import type { Path } from "../foundation/declaration/position.ts";
import type { FieldProblem } from "../foundation/declaration/problem.ts";
import { show } from "../foundation/declaration/show.ts";
import { services } from "../services/index.ts";
import type { CommuneDeclaration } from "./declaration.ts";
import { anySection } from "./retirement.ts";

/** A bucket that a declaration names, and where. */
export interface NamedBucket {
  field: Path;
  endpoint: string;
  bucket: string;
}

/** Finds buckets of services that something else has too, and a volume beside a bucket that has its files. */
export function bucketProblems(
  declaration: CommuneDeclaration,
  others: readonly NamedBucket[],
): FieldProblem[] {
  return services
    .filter(({ hasOwnBucket }) => hasOwnBucket)
    .flatMap((service) => {
      const section = anySection(declaration, service);
      return section?.objects === undefined
        ? []
        : ownBucketProblems([service.name], { ...section, objects: section.objects }, others);
    });
}

function ownBucketProblems(
  field: Path,
  { objects, storage }: { objects: Omit<NamedBucket, "field">; storage?: unknown },
  others: readonly NamedBucket[],
): FieldProblem[] {
  const problem = (of: Path, message: string) => ({ field: [...field, ...of], message });
  const problems: FieldProblem[] = [];
  const same = others.find(
    ({ endpoint, bucket }) => bucket === objects.bucket && endpoint === objects.endpoint,
  );
  if (same !== undefined) {
    const message = `${show(objects.bucket)} is the bucket of ${same.field.join(".")} too. Documents need one of their own, closed to the public: name another.`;
    problems.push(problem(["objects", "bucket"], message));
  }
  if (!/^https:\/\/[^/]+$/.test(objects.endpoint)) {
    const message = `${show(objects.endpoint)} has a path, and Nextcloud reaches a store by host and port alone. Write it without.`;
    problems.push(problem(["objects", "endpoint"], message));
  }
  if (storage !== undefined) {
    const message =
      "sizes the volume of files, and there is none: files are in the bucket of objects:. Remove the line.";
    problems.push(problem(["storage"], message));
  }
  return problems;
}
