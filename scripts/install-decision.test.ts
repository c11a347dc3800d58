import assert from 'node:assert/strict';
import test from 'node:test';
import { findNodeProblem, planInstall } from './install-decision.mjs';

test('Node 20 and newer can bootstrap', () => {
  for (const version of ['20.0.0', '22.14.0', '24.21.0', '100.0.0']) assert.equal(findNodeProblem(version), undefined);
});

test('an older Node is told what is needed and what is here', () => {
  assert.match(findNodeProblem('18.20.4') ?? '', /Node\.js 20 or newer.*18\.20\.4/);
  assert.notEqual(findNodeProblem('9.11.2'), undefined);
});

test('a finished install of the same lock file is kept', () => {
  assert.equal(planInstall({ lockStamp: 'a', installedStamp: 'a' }), 'nothing');
});

test('a changed lock file, and an install that did not finish, are installed from the lock file', () => {
  assert.equal(planInstall({ lockStamp: 'b', installedStamp: 'a' }), 'ci');
  assert.equal(planInstall({ lockStamp: 'b', installedStamp: undefined }), 'ci');
});

test('without a lock file the manifests are installed', () => {
  assert.equal(planInstall({ lockStamp: undefined, installedStamp: undefined }), 'install');
  assert.equal(planInstall({ lockStamp: undefined, installedStamp: 'a' }), 'install');
});
