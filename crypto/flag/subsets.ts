/**
 * Sets of `size` positions among `count`, to be tried in turn for one without a faulty member.
 * First every run of neighbours on a circle: while fewer than count / size members are faulty, one run has none.
 * Then all sets in lexicographic order; the caller stops when it has seen enough.
 */
export function* subsetsOf(count: number, size: number): Generator<readonly number[]> {
  if (size < 1 || size > count) return;
  for (let start = 0; start < count; start += 1)
    yield Array.from({ length: size }, (_, step) => (start + step) % count);
  const positions = Array.from({ length: size }, (_, step) => step);
  for (;;) {
    yield [...positions];
    // The last position that can still move; those behind it follow at once.
    const moving = positions.findLastIndex((position, step) => position < count - size + step);
    if (moving < 0) return;
    const next = (positions[moving] ?? 0) + 1;
    for (let step = moving; step < size; step += 1) positions[step] = next + step - moving;
  }
}
