import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { codeOfUsage, exitCodes, exitCodesText, FAILURE } from '../../src/cli/exit-codes.js';
import { jsonText } from '../../src/cli/json-output.js';
import { repositoryText } from '../../tools/repository.js';

describe('the exit codes', () => {
  it('are one table, which docs/cli.md and --help show', () => {
    const page = repositoryText('docs/cli.md').replaceAll(/ +/g, ' ');
    for (const { code, means } of exitCodes) {
      assert.ok(page.includes(`| ${code} | ${means} |`), means);
      assert.ok(exitCodesText().includes(`  ${code}  ${means}`));
    }
    assert.deepEqual(
      exitCodes.map(({ code }) => code),
      [0, 1, 2, 3],
    );
  });

  it('tell a wrong command line from what failed', () => {
    assert.equal(codeOfUsage({ exitCode: 0, code: 'commander.helpDisplayed' }), 0);
    assert.equal(codeOfUsage({ exitCode: 1, code: 'commander.unknownOption' }), 2);
    assert.equal(codeOfUsage({ exitCode: 1, code: 'commander.error' }), 2);
    assert.equal(codeOfUsage(FAILURE), 1);
  });
});

it('JSON steers no terminal, and is the same value again', () => {
  const bytes = String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code));
  const value = { [bytes]: [`${bytes}您好`], none: undefined };
  const text = jsonText(value);
  assert.match(text, /^[\n -~]*$/);
  assert.deepEqual(JSON.parse(text), { [bytes]: [`${bytes}您好`] });
});
