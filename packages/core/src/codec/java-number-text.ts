/**
 * A double as Java prints it (Double.toString since JDK 19): the shortest decimal that reads back as the same number, with
 * at least one digit on each side of the point; scientific below 0.001 and from 10,000,000 on.
 *
 *     201 -> 201.0     16777216 -> 1.6777216E7     1e21 -> 1.0E21     1e-7 -> 1.0E-7     NaN -> NaN
 */
export function javaDoubleText(value: number): string {
  if (!Number.isFinite(value) || value === 0) return specialText(value);
  const shortest = value.toExponential();
  if (shortest.indexOf('.') >= 0) return javaText(shortest);
  // Java may use two digits anyhow, and so comes nearer in a few of the smallest numbers: 4.9E-324.
  const nearer = value.toExponential(1);
  return javaText(Number(nearer) === value ? nearer : shortest);
}

/**
 * A float as Java prints it (Float.toString): as `javaDoubleText`, but the shortest decimal that reads back as the same
 * float. `value` is already rounded to 32 bits.
 *
 *     0.20000000298023224 -> 0.2     3.4028234663852886e38 -> 3.4028235E38
 */
export function javaFloatText(value: number): string {
  if (!Number.isFinite(value) || value === 0) return specialText(value);
  for (let digits = 2; digits < FLOAT_DIGITS_MAX; digits++) {
    const text = value.toExponential(digits - 1);
    if (Math.fround(Number(text)) === value) return javaText(text);
  }
  return javaText(value.toExponential(FLOAT_DIGITS_MAX - 1));
}

/** So many digits tell every float from its neighbours. */
const FLOAT_DIGITS_MAX = 9;

function specialText(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  return String(value);
}

/** Turns d.ddde±x into Java's layout. */
function javaText(exponential: string): string {
  const [mantissa = '', exponentText = ''] = exponential.split('e');
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '').replace(/0+$/, '') || '0';
  const exponent = Number(exponentText);
  if (exponent < -3 || exponent > 6) return `${sign}${digits.charAt(0)}.${digits.slice(1) || '0'}E${exponent}`;
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}
