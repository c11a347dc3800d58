import assert from 'node:assert/strict';
import test from 'node:test';
import type { Failure } from '@actionbase/core/failure';
import { Door } from './door.ts';

/** A door whose turns and clock the test moves. */
class TestDoor {
  nowMs = 0;
  takesWrites = true;
  readonly turns: (() => void)[] = [];
  readonly pauses: (() => void)[] = [];
  /** Who was begun, and who was refused, by their names. */
  readonly told: string[] = [];
  readonly left = new Set<string>();
  readonly door: Door;

  constructor(begunMax: number, refusedPerMsMax: number, patientMax = 0) {
    this.door = new Door({
      nowMs: () => this.nowMs,
      takesWrites: () => this.takesWrites,
      afterTurn: (turn) => this.turns.push(turn),
      afterPause: (turn) => this.pauses.push(turn),
      waitMsMax: 100,
      begunMax,
      turnMsMax: 10,
      refusedPerMsMax,
      patientMax,
    });
  }

  knock(name: string, { mayWrite = false, deadlineMs = 1_000_000 } = {}): void {
    const enter = (refusal: Failure | undefined): void => {
      this.told.push(refusal === undefined ? name : `${name} ${refusal.code}`);
    };
    if (this.door.isOpen(mayWrite, this.nowMs)) enter(undefined);
    else this.door.wait({ arrivedMs: this.nowMs, deadlineMs, mayWrite, hasLeft: () => this.left.has(name), enter });
  }

  turn(): void {
    for (const turn of this.turns.splice(0)) turn();
  }

  /** What was told since the last call. */
  take(): string[] {
    return this.told.splice(0);
  }
}

test('in one turn only so many begin; the oldest is next, but when it has waited for half its time, the newest', () => {
  const test = new TestDoor(2, 2);
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) test.knock(name);
  assert.deepEqual(test.take(), ['a', 'b']);
  test.turn();
  assert.deepEqual(test.take(), ['c', 'd']);
  test.nowMs = 50;
  test.turn();
  assert.deepEqual(test.take(), ['g']);
  test.turn();
  assert.deepEqual(test.take(), ['f', 'e']);
  test.turn();
  assert.deepEqual([test.take(), test.turns.length], [[], 0]);
});

test('a turn in which requests take long begins no more, and the next ones fewer together', () => {
  const test = new TestDoor(4, 4);
  test.knock('a');
  test.nowMs = 10;
  test.knock('b');
  assert.deepEqual(test.take(), ['a']);
  for (const name of ['c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k']) test.knock(name);
  const lots: number[] = [];
  for (const tookMs of [1, 11, 11, 1, 1]) {
    test.turn();
    lots.push(test.take().length);
    test.nowMs += tookMs;
  }
  assert.deepEqual(lots, [2, 4, 2, 1, 1]);
});

test('who has waited for too long is refused, the oldest first, and only so many in a time', () => {
  const test = new TestDoor(1, 0.02);
  for (const name of ['a', 'b', 'c', 'd']) test.knock(name);
  test.nowMs = 100;
  test.knock('e');
  test.turn();
  assert.deepEqual(test.take(), ['a', 'b overloaded', 'c overloaded', 'e']);
  test.turn();
  assert.deepEqual(test.take(), ['d overloaded']);
  assert.deepEqual([test.door.waiting, test.door.refused.overloaded], [0, 3]);
});

test('who has left is neither begun nor refused, and takes nobody’s place', () => {
  const test = new TestDoor(1, 1);
  for (const name of ['a', 'b', 'c', 'd']) test.knock(name);
  test.left.add('d').add('b');
  test.turn();
  assert.deepEqual(test.take(), ['a', 'c']);
  test.turn();
  assert.deepEqual([test.take(), test.door.waiting], [[], 0]);
});

test('who is past its deadline is refused instead of begun', () => {
  const test = new TestDoor(1, 1);
  test.knock('a');
  test.knock('b', { deadlineMs: 50 });
  test.nowMs = 50;
  test.turn();
  assert.deepEqual(test.take(), ['a', 'b deadline-exceeded']);
});

test('mutations wait while the log takes none, reads go on, and the processor rests meanwhile', () => {
  const test = new TestDoor(4, 4);
  test.takesWrites = false;
  test.knock('write', { mayWrite: true });
  test.turn();
  assert.deepEqual([test.turns.length, test.pauses.length], [0, 1]);
  test.knock('read');
  assert.deepEqual(test.take(), ['read']);
  test.turn();
  assert.deepEqual([test.pauses.length, test.door.waiting], [1, 1]);
  test.takesWrites = true;
  for (const pause of test.pauses.splice(0)) pause();
  assert.deepEqual(test.take(), ['write']);
});

test('mutations that the log does not take are refused in the end', () => {
  const test = new TestDoor(4, 4);
  test.takesWrites = false;
  test.knock('write', { mayWrite: true });
  test.turn();
  test.nowMs = 100;
  for (const pause of test.pauses.splice(0)) pause();
  assert.deepEqual(test.take(), ['write overloaded']);
});

test('a few may wait until their deadlines, and the oldest is next', () => {
  const test = new TestDoor(1, 1, 2);
  for (const name of ['a', 'b', 'c']) test.knock(name);
  test.nowMs = 500;
  test.turn();
  test.turn();
  assert.deepEqual(test.take(), ['a', 'b', 'c']);
  test.takesWrites = false;
  test.knock('late', { mayWrite: true, deadlineMs: 900 });
  test.knock('later', { mayWrite: true, deadlineMs: 800 });
  test.turn();
  test.nowMs = 800;
  for (const pause of test.pauses.splice(0)) pause();
  assert.deepEqual(test.take(), ['later deadline-exceeded']);
});

test('everybody who knocks is begun or refused once, whatever the order', () => {
  const test = new TestDoor(3, 2);
  const names: string[] = [];
  for (let round = 0; round < 4_000; round++) {
    test.nowMs += 1;
    for (let count = 0; count < (round * 7) % 6; count++) {
      names.push(`${round}.${count}`);
      test.knock(`${round}.${count}`, { mayWrite: count % 2 === 0 });
    }
    test.takesWrites = round % 50 > 5;
    test.turn();
    for (const pause of test.pauses.splice(0)) pause();
  }
  test.takesWrites = true;
  while (test.turns.length > 0) {
    test.nowMs += 1;
    test.turn();
  }
  const told = test.take().map((text) => text.split(' ')[0]);
  assert.deepEqual(told.toSorted(), names.toSorted());
});
