import type { Path } from "../foundation/declaration/position.ts";
import type { FieldProblem } from "../foundation/declaration/problem.ts";
import { show } from "../foundation/declaration/show.ts";
import type { CommuneDeclaration } from "./declaration.ts";

interface Bucket {
  endpoint: string;
  bucket: string;
}

/** Finds buckets that something else has too, and a volume beside a bucket that has its files. */
export function bucketProblems({
  media,
  recovery,
  nextcloud,
  retired,
}: Pick<CommuneDeclaration, "media" | "recovery" | "nextcloud" | "retired">): FieldProblem[] {
  const section = nextcloud ?? retired.nextcloud;
  const objects = section?.objects;
  if (objects === undefined) return [];
  const others: [Path, Bucket][] = [
    ...(media ? [[["media"], media] as [Path, Bucket]] : []),
    ...Object.entries(recovery?.buckets ?? {}).map(([name, bucket]): [Path, Bucket] => [
      ["recovery", "buckets", name],
      bucket,
    ]),
  ];
  const same = others.find(
    ([, { endpoint, bucket }]) => bucket === objects.bucket && endpoint === objects.endpoint,
  );
  return [
    ...(same === undefined
      ? []
      : [
          {
            field: ["nextcloud", "objects", "bucket"],
            message: `${show(objects.bucket)} is the bucket of ${same[0].join(".")} too. Documents need one of their own, closed to the public: name another.`,
          },
        ]),
    ...(/^https:\/\/[^/]+$/.test(objects.endpoint)
      ? []
      : [
          {
            field: ["nextcloud", "objects", "endpoint"],
            message: `${show(objects.endpoint)} has a path, and Nextcloud reaches a store by host and port alone. Write it without.`,
          },
        ]),
    ...(section?.storage === undefined
      ? []
      : [
          {
            field: ["nextcloud", "storage"],
            message:
              "sizes the volume of files, and there is none: files are in the bucket of objects:. Remove the line.",
          },
        ]),
  ];
}
