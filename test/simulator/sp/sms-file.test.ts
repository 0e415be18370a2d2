import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readSmsFile, smsFileFormat } from '../../../src/simulator/sp/sms-file.js';
import type { SmsFileFormat } from '../../../src/simulator/sp/sms-file.js';

function read(text: string, format: SmsFileFormat) {
  return readSmsFile(Buffer.from(text), format, 'auto');
}

describe('a file of SMS', () => {
  const two = [
    { to: ['13800138000'], text: 'hello, world', msgFmt: 'auto' },
    { to: ['13800138000', '13800138001'], text: '你"好"', msgFmt: 15 },
  ];
  const same: { what: string; format: SmsFileFormat; text: string }[] = [
    { what: 'CSV', format: 'csv', text: '13800138000,"hello, world"\n"13800138000,13800138001","你""好""",15\n' },
    {
      what: 'CSV with a header in another order, a byte order mark and Windows line ends',
      format: 'csv',
      text: '\ufefftext,to,msg-fmt\r\n"hello, world",13800138000,\r\n\r\n你"好",13800138000;13800138001,15\r\n',
    },
    { what: 'TSV', format: 'tsv', text: '13800138000\thello, world\n13800138000 13800138001\t你"好"\t15' },
    {
      what: 'JSON lines',
      format: 'jsonl',
      text: '{"to":"13800138000","text":"hello, world"}\n\n{"to":["13800138000",13800138001],"text":"你\\"好\\"","msg-fmt":15}',
    },
  ];
  for (const { what, format, text } of same) {
    it(`is read as ${what}`, () => {
      const { messages, problems } = read(text, format);
      assert.deepEqual(problems, []);
      assert.deepEqual(
        messages.map(({ sms }) => sms),
        two,
      );
    });
  }

  it('is told by the ending of its name', () => {
    assert.deepEqual(
      ['a.csv', 'b.TSV', 'c.d.jsonl', 'e.txt', 'csv'].map((name) => smsFileFormat(name)),
      ['csv', 'tsv', 'jsonl', undefined, undefined],
    );
  });

  it('keeps every text of CSV, whatever is in it', () => {
    const text = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => text.trim() !== '');
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (texts) => {
        const csv = texts.map((text) => `1,"${text.replaceAll('"', '""')}"`).join('\n');
        const { messages, problems } = read(csv, 'csv');
        assert.deepEqual(problems, []);
        assert.deepEqual(
          messages.map(({ sms }) => sms.text),
          texts,
        );
      }),
    );
  });

  it('is read to its end, whatever is in it', () => {
    const piece = fc.constantFrom('"', '""', ',', '\n', '\r', '\r\n', 'a', '13800138000');
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        (start) => {
          const { messages } = read(`${start}\n1,last\n`, 'csv');
          const isQuoteOpen = (start.split('"').length - 1) % 2 === 1;
          assert.ok(isQuoteOpen || messages.at(-1)?.sms.text === 'last');
        },
      ),
    );
  });

  const problems: { what: string; format: SmsFileFormat; text: string; says: string[] }[] = [
    {
      what: 'every line that is wrong',
      format: 'csv',
      text: '13800138000\n,hello\n1,"a\nb",x\n1,2,3,4\n',
      says: [
        'line 1: expected to,text,msg-fmt, got 1 fields',
        'line 2: there is no number to send to',
        'line 3: expected a Msg_Fmt such as 0, 8, 15 or auto, got "x"',
        'line 5: expected to,text,msg-fmt, got 4 fields',
      ],
    },
    {
      what: 'what is no JSON',
      format: 'jsonl',
      text: 'hello\n{"to":"1","text":2}',
      says: [
        'line 1: expected a JSON object such as {"to":"13800138000","text":"hello"}',
        'line 2: text is not a string',
      ],
    },
    { what: 'that it is empty', format: 'tsv', text: '\n', says: ['there is no SMS in the file'] },
  ];
  for (const { what, format, text, says } of problems) {
    it(`is refused with a line for ${what}`, () => {
      assert.deepEqual(read(text, format).problems, says);
    });
  }

  it('that is not UTF-8 is refused', () => {
    const gbk = Buffer.from([0x31, 0x2c, 0xc4, 0xe3, 0xba, 0xc3]);
    assert.deepEqual(readSmsFile(gbk, 'csv', 'auto').problems, ['the file is not UTF-8: save it as UTF-8']);
  });
});
