/** A file of SMS to send: CSV, TSV, or a JSON object a line; each with numbers, a text, and a Msg_Fmt if it likes. Pure. */

import type { OutgoingSms } from './outgoing-sms.js';

export type SmsFileFormat = 'csv' | 'tsv' | 'jsonl';

/** `line` counts from 1; a quoted CSV field may go over several. */
interface SmsOfLine {
  readonly line: number;
  readonly sms: OutgoingSms;
}

export interface ReadSmsFile {
  readonly messages: readonly SmsOfLine[];
  /** Such as `line 3: expected to,text`; every line that is wrong is in it. */
  readonly problems: readonly string[];
}

/** By the name's ending; undefined for another. */
export function smsFileFormat(fileName: string): SmsFileFormat | undefined {
  const ending = /\.(csv|tsv|jsonl)$/i.exec(fileName)?.[1]?.toLowerCase();
  return ending === 'csv' || ending === 'tsv' || ending === 'jsonl' ? ending : undefined;
}

/** Reads UTF-8, with a byte order mark or without; `msgFmt` is for lines that have none. */
export function readSmsFile(bytes: Uint8Array, format: SmsFileFormat, msgFmt: OutgoingSms['msgFmt']): ReadSmsFile {
  const content = utf8(bytes);
  if (content === undefined) return { messages: [], problems: ['the file is not UTF-8: save it as UTF-8'] };
  const rows = format === 'jsonl' ? jsonRows(content) : cellRows(content, format === 'csv' ? ',' : '\t');
  const messages: SmsOfLine[] = [];
  const problems: string[] = [];
  for (const { line, row } of rows) {
    const sms = typeof row === 'string' ? row : smsOf(row, msgFmt);
    if (typeof sms === 'string') problems.push(`line ${line}: ${sms}`);
    else messages.push({ line, sms });
  }
  if (messages.length === 0 && problems.length === 0) problems.push('there is no SMS in the file');
  return { messages, problems };
}

/** The numbers of a field: one, or several with commas, semicolons or spaces between. */
export function numbersOf(text: string): string[] {
  return text.split(/[,;\s]+/).filter((number) => number !== '');
}

/** A Msg_Fmt as it is written: a number from 0 to 255, or auto. */
export function msgFmtOf(text: string): OutgoingSms['msgFmt'] | undefined {
  if (text === 'auto') return 'auto';
  return /^\d{1,3}$/.test(text) && Number(text) <= 255 ? Number(text) : undefined;
}

interface Fields {
  readonly to: string;
  readonly text: string;
  readonly msgFmt: string;
}

interface Row {
  readonly line: number;
  /** Or what is wrong with it. */
  readonly row: Fields | string;
}

function smsOf({ to, text, msgFmt }: Fields, otherwise: OutgoingSms['msgFmt']): OutgoingSms | string {
  const numbers = numbersOf(to);
  if (numbers.length === 0) return 'there is no number to send to';
  const format = msgFmt === '' ? otherwise : msgFmtOf(msgFmt);
  if (format === undefined) return `expected a Msg_Fmt such as 0, 8, 15 or auto, got ${JSON.stringify(msgFmt)}`;
  return { to: numbers, text, msgFmt: format };
}

function jsonRows(content: string): Row[] {
  return content
    .split(/\r?\n/)
    .map((text, index) => ({ line: index + 1, text }))
    .filter(({ text }) => text.trim() !== '')
    .map(({ line, text }) => ({ line, row: jsonFields(text) }));
}

function jsonFields(text: string): Fields | string {
  const value = parsedJson(text);
  if (typeof value !== 'object' || value === null || !('to' in value) || !('text' in value)) {
    return 'expected a JSON object such as {"to":"13800138000","text":"hello"}';
  }
  const { to, text: smsText } = value;
  const msgFmt = 'msg-fmt' in value ? value['msg-fmt'] : '';
  const numbers = Array.isArray(to) ? to.map(String).join(',') : String(to);
  return typeof smsText === 'string' ? { to: numbers, text: smsText, msgFmt: String(msgFmt) } : 'text is not a string';
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function cellRows(content: string, separator: ',' | '\t'): Row[] {
  const rows = separator === ',' ? csvCells(content) : tsvCells(content);
  const header = rows[0]?.cells.map((cell) => cell.trim().toLowerCase()) ?? [];
  const hasHeader = header.includes('to') && header.includes('text');
  const columns = hasHeader ? header : ['to', 'text', 'msg-fmt'];
  const least = Math.max(columns.indexOf('to'), columns.indexOf('text')) + 1;
  return (hasHeader ? rows.slice(1) : rows).map(({ line, cells }): Row => {
    if (cells.length < least || cells.length > columns.length) {
      return { line, row: `expected ${columns.join(separator === ',' ? ',' : ', ')}, got ${cells.length} fields` };
    }
    const cell = (name: string) => cells[columns.indexOf(name)] ?? '';
    return { line, row: { to: cell('to'), text: cell('text'), msgFmt: cell('msg-fmt').trim() } };
  });
}

interface Cells {
  readonly line: number;
  readonly cells: readonly string[];
}

function tsvCells(content: string): Cells[] {
  return content
    .split(/\r?\n/)
    .map((text, index) => ({ line: index + 1, cells: text.split('\t') }))
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
}

/** A field and what ends it: in quotes, where two quotes are one, or up to the next comma or line end (RFC 4180). */
const CSV_FIELD = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n?|\n|$)/gy;

function csvCells(content: string): Cells[] {
  const rows: Cells[] = [];
  let cells: string[] = [];
  let line = 1;
  let startLine = 1;
  for (const [whole, quotedField, plainField = '', end] of content.matchAll(CSV_FIELD)) {
    cells.push(quotedField === undefined ? plainField : quotedField.replaceAll('""', '"'));
    line += whole.split('\n').length - 1;
    if (end === ',') continue;
    if (cells.some((cell) => cell.trim() !== '')) rows.push({ line: startLine, cells });
    cells = [];
    startLine = line;
  }
  return rows;
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
