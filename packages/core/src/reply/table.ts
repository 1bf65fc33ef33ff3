/** A dense, valid and schema-able form of many alike things. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** Builds a table, leaving out columns that are empty in every row. */
export const table = (columns: readonly string[], rows: readonly (readonly unknown[])[]): Table => {
  const used = columns.map(
    (_, index) => index === 0 || rows.some((row) => row[index] !== undefined && row[index] !== null && row[index] !== ''),
  );
  return {
    columns: columns.filter((_, index) => used[index]),
    rows: rows.map((row) => columns.flatMap((_, index) => (used[index] ? [row[index] ?? ''] : []))),
  };
};
