/** One figure beside the anchor that was run with it; null where there is none to run here. */
export type BenchRow = {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** As the issue that asks for it says. */
  readonly target: string | null;
  readonly anchor: { readonly what: string; readonly value: number } | null;
};
