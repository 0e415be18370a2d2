/** Fits a table into the width of a terminal: what is long is cut, and what matters least is left out. Pure. */

export interface Column {
  readonly title: string;
  /** Numbers stand to the right. */
  readonly align: 'left' | 'right';
  /** It may be cut to so many characters; undefined if it may not be cut. */
  readonly leastWidth?: number;
  /** Where there is no room, the highest is left out first; undefined if it always stays. */
  readonly leftOutAs?: number;
  /** It is there only while a row has something in it. */
  readonly isRare?: boolean;
}

const GAP = 2;

/** The head, and a line for each row; none is longer than `width`. Cells hold one character for each place on the screen. */
export function fitTable(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string[] {
  const all = [columns.map(({ title }) => title), ...rows];
  const isShown = ({ isRare = false }: Column, index: number): boolean =>
    !isRare || rows.some((row) => row[index] !== '');
  let natural = columns
    .map((column, index) => ({ ...column, index, width: Math.max(...all.map((row) => row[index]?.length ?? 0)) }))
    .filter((column) => isShown(column, column.index));
  let kept = shrink(natural, width);
  while (totalWidth(kept) > width) {
    const least = Math.max(...natural.map(({ leftOutAs }) => leftOutAs ?? -1));
    if (least < 0) break;
    natural = natural.filter(({ leftOutAs }) => leftOutAs !== least);
    kept = shrink(natural, width);
  }
  const drawn = all.map((row) =>
    kept
      .map(({ index, align, width: room }) => {
        const cell = cut(row[index] ?? '', room);
        return align === 'left' ? cell.padEnd(room) : cell.padStart(room);
      })
      .join(' '.repeat(GAP)),
  );
  return drawn.map((line) => cut(line.trimEnd(), width));
}

interface Sized extends Column {
  readonly width: number;
}

/** Takes what is too much from the columns that may be cut, the last one first. */
function shrink<Some extends Sized>(columns: readonly Some[], width: number): Some[] {
  let excess = totalWidth(columns) - width;
  return columns
    .toReversed()
    .map((column) => {
      const taken = Math.max(0, Math.min(excess, column.width - (column.leastWidth ?? column.width)));
      excess -= taken;
      return { ...column, width: column.width - taken };
    })
    .toReversed();
}

function totalWidth(columns: readonly Sized[]): number {
  return columns.reduce((sum, column) => sum + column.width, 0) + GAP * (columns.length - 1);
}

/** A text of at most `width` characters; `~` says that there was more. */
export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}~`.slice(0, width);
}

/** `999`, `1.2k`, `34M`: at most four characters. */
export function shortNumber(value: number): string {
  const units = ['', 'k', 'M', 'G', 'T'];
  let left = value;
  let unit = 0;
  while (left >= 999.5 && unit < units.length - 1) {
    left /= 1000;
    unit += 1;
  }
  return `${left < 9.95 && !Number.isInteger(left) ? left.toFixed(1) : Math.round(left)}${units[unit] ?? ''}`;
}
