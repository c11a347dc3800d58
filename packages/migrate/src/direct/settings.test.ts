import assert from 'node:assert/strict';
import test from 'node:test';
import { parseSettings, printSettings, SETTINGS_DEFAULT } from './settings.ts';

test('settings that are printed are read again; what is left out has its default', () => {
  const settings = {
    stage: 'shadow',
    shadowShare: 0.25,
    compareShare: 0.5,
    noiseShare: 1,
    round: 3,
    forwardOnly: true,
  } as const;
  assert.deepEqual(parseSettings(printSettings(settings)), settings);
  assert.deepEqual(parseSettings('{"stage":"dual"}'), { ...SETTINGS_DEFAULT, stage: 'dual' });
  assert.deepEqual(parseSettings(''), SETTINGS_DEFAULT);
});

test('members of a later version are passed over', () => {
  assert.deepEqual(parseSettings('{"stage":"new","colour":"red"}'), { ...SETTINGS_DEFAULT, stage: 'new' });
});

test('settings that are wrong are a sentence that names the member', () => {
  assert.match(String(parseSettings('{"stage":"dula"}')), /settings\.stage is "dula"/);
  assert.match(
    String(parseSettings('{"stage":"dual","shadowShare":1.5}')),
    /shadowShare should be a number from 0 to 1/,
  );
  assert.match(String(parseSettings('nonsense')), /JSON/);
});
