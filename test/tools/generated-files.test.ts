import assert from 'node:assert/strict';
import { it } from 'node:test';
import { generatedFiles } from '../../tools/generated-files.js';
import { repositoryText } from '../../tools/repository.js';

for (const { name, text } of await generatedFiles()) {
  it(`${name} is what the code says`, () => {
    assert.equal(repositoryText(name), text, 'it is stale; run npm run generate');
  });
}
