/** Does the same for each of many values, several at a time. Waits for what has begun when one fails, and throws that. */
export async function several<T>(
  values: AsyncIterable<T> | Iterable<T>,
  atOnce: number,
  work: (value: T) => Promise<void>,
): Promise<void> {
  const left = taken(values);
  let hasFailed = false;
  const worker = async () => {
    for (;;) {
      const { done, value } = await left.next();
      if (done || hasFailed) return;
      await work(value);
    }
  };
  const workers = Array.from({ length: atOnce }, () =>
    worker().catch((error: unknown) => {
      hasFailed = true;
      throw error;
    }),
  );
  const failed = (await Promise.allSettled(workers)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}

async function* taken<T>(values: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T, undefined> {
  yield* values;
}
