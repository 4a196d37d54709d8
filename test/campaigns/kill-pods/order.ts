/**
 * `count` items in an order that the seed decides: every item once before any comes again, so that a campaign as
 * long as the list leaves none out.
 */
export function shuffled<Item>(items: readonly Item[], count: number, seed: number): Item[] {
  const random = generator(seed);
  const order: Item[] = [];
  while (order.length < count) {
    const round = items.map((item) => ({ item, place: random() }));
    order.push(...round.sort((a, b) => a.place - b.place).map(({ item }) => item));
  }
  return order.slice(0, count);
}

/** mulberry32, public domain: the same seed gives the same numbers from 0 to 1 on every machine. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
