import type { KindVerdict } from '@actionbase/migrate/direct/report';
import type { MigrationStatus } from '@actionbase/migrate/operate/migration-status';
import { mismatchesOf, PASSES, type Pass, type Verification } from '@actionbase/migrate/operate/proof-loop';
import type { JournalEntry } from '@actionbase/migrate/stages/journal-state';

/** A status in lines. */
export function printStatus(status: MigrationStatus): string {
  const { migration, stage, movedPercent, copy, follower, backUp, debts, windows, mismatches, shadow } = status;
  const lines = [
    `${migration}: stage ${stage}, ${movedPercent} % of the keys have moved`,
    `  ${status.waitsFor}`,
    ...status.missing.slice(1).map((text) => `  also: ${text}`),
    `  copy        ${copyText(copy)}`,
    `  follower    ${follower.isRunning ? `${follower.lagMs} ms behind` : 'does not run'}`,
    `  way back    ${backUp.isRunning ? `${backUp.lagMs} ms behind` : 'does not run'}`,
    `  debts       ${debts}`,
    `  windows     ${windows.closed} closed, ${windows.clean} clean in a row`,
    ...(shadow?.kinds ?? []).map((kind) => `  shadow      ${shadowText(kind)}`),
    `  mismatches  ${mismatches.length}`,
    ...mismatches.slice(0, SHOWN_MAX).map(({ text }) => `    ${text}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** A status in one line, for a terminal that shows it all the time. */
export function printStatusLine({
  stage,
  movedPercent,
  copy,
  follower,
  debts,
  mismatches,
  windows,
}: MigrationStatus): string {
  const copied = copy.isDone ? '' : `, ${copyText(copy)}`;
  return `${stage} ${movedPercent} %${copied}, follower ${follower.lagMs} ms, debts ${debts}, windows ${windows.clean}, mismatches ${mismatches.length}`;
}

/** How one kind of reads went on both sides. */
function shadowText(kind: KindVerdict): string {
  const { name, readsPerS, compared, mismatches, races, errors, dropped, hotKeys } = kind;
  const counts = `${compared.toLocaleString('en-US')} compared, ${mismatches} wrong, ${races} races, ${errors} failed, ${dropped} dropped`;
  const times = `p50 ${kind.legacyP50Ms ?? '–'} and ${kind.newP50Ms ?? '–'} ms, p99 ${kind.legacyP99Ms ?? '–'} and ${kind.newP99Ms ?? '–'} ms (old, new)`;
  const hot = hotKeys.length === 0 ? '' : `; most asked: ${hotKeys.map(({ key }) => key).join(', ')}`;
  return `${name} ${readsPerS}/s, ${counts}; ${times}${hot}`;
}

/** Mismatches that a status lists. */
const SHOWN_MAX = 10;

function copyText({ rows, rowsAbout, rowsPerS, isDone, etaS }: MigrationStatus['copy']): string {
  const counted = `${rows.toLocaleString('en-US')} rows`;
  if (isDone) return `done, ${counted}`;
  const eta = etaS === null ? '' : `, ${etaS} s to go`;
  return `${counted} of about ${rowsAbout.toLocaleString('en-US')}, ${rowsPerS.toLocaleString('en-US')} rows/s${eta}`;
}

/** What a look at everything, or some of it, found. */
export function printVerification(verification: Verification): string {
  const lines = PASSES.flatMap((pass) => {
    const found = verification[pass];
    if (found === null) return [];
    const rows = PASS_ROWS[pass] === '' ? '' : `${found.rows.toLocaleString('en-US')} ${PASS_ROWS[pass]}, `;
    return [
      `${PASS_NAMES[pass].padEnd(PASS_NAME_LENGTH)}  ${rows}${found.mismatches.length} mismatches, ${found.ms} ms`,
    ];
  });
  const mismatches = mismatchesOf(verification).map(({ text, touchedBy }) => `  ${text}${touchedText(touchedBy)}`);
  return `${[...lines, ...mismatches].join('\n')}\n`;
}

const PASS_NAMES: Readonly<Record<Pass, string>> = {
  sides: 'both sides',
  stored: 'what is stored',
  secondPath: 'the change feed',
  derived: 'what is derived',
};
const PASS_NAME_LENGTH = 15;

/** What the rows of a pass are; nothing where they are not counted. */
const PASS_ROWS: Readonly<Record<Pass, string>> = {
  sides: '',
  stored: 'rows',
  secondPath: 'records',
  derived: '',
};

function touchedText({ legacy, new: other }: { legacy: readonly string[]; new: readonly string[] }): string {
  const parts = [...legacy.map((position) => `old log ${position}`), ...other.map((position) => `new log ${position}`)];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** A journal, a line per entry. */
export function printJournal(entries: readonly JournalEntry[]): string {
  return entries
    .map((entry) => `${new Date(entry.atMs).toISOString()} ${entry.who}: ${whatOf(entry)} (${entry.why})\n`)
    .join('');
}

function whatOf(entry: JournalEntry): string {
  switch (entry.kind) {
    case 'stage':
      return `stage ${entry.stage}`;
    case 'move-begun':
      return `move ${entry.revision} to ${entry.newBuckets / 10} % begins`;
    case 'move-ready':
      return `move ${entry.revision} is ready at ${entry.fromPosition}`;
    case 'move-settled':
      return `move ${entry.revision} is settled, writes were held for ${Math.round(entry.stallMs)} ms`;
    case 'move-undone':
      return `move ${entry.revision} is undone`;
    case 'refused':
      return `refused to ${entry.command}: ${entry.reasons.join('; ')}`;
    case 'incident':
      return `incident: ${entry.what}`;
  }
}
