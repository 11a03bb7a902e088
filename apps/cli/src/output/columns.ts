import stringWidth from "string-width";

export interface Column {
  readonly title: string;
  /** Columns are at least this wide, so that two tables of one program line up. */
  readonly minWidth?: number;
}

/** Rows under their titles, two spaces apart, the last column unpadded. Widths are those on a terminal. */
export function columns(titles: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = titles.map(({ title, minWidth = 0 }, index) =>
    Math.max(minWidth, stringWidth(title), ...rows.map((row) => stringWidth(row[index] ?? ""))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) =>
        index === titles.length - 1 ? cell : cell + " ".repeat((widths[index] ?? 0) - stringWidth(cell)),
      )
      .join("  ")
      .trimEnd();
  return [titles.map(({ title }) => title), ...rows].map((row) => `${line(row)}\n`).join("");
}
