import * as z from 'zod';

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

const cell = z.union([z.string(), z.number(), z.boolean()]);

/** The fields of a table in an output schema: those of these columns that are not empty, and rows of plain values by default. */
export const tableFields = <C extends string>(columns: readonly C[], cells: z.ZodType = cell) => ({
  columns: z.array(z.enum(columns)),
  rows: z.array(z.array(cells)),
});
