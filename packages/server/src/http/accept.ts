const JSON_RANGES: ReadonlySet<string> = new Set(['*/*', 'application/*', 'application/json']);

/** Whether an Accept header lets an answer be application/json. */
export function acceptsJson(accept: string | undefined): boolean {
  if (accept === undefined || accept === '' || accept === '*/*' || accept === 'application/json') return true;
  return accept.split(',').some((range) => {
    const [media = '', ...parameters] = range.toLowerCase().split(';');
    return JSON_RANGES.has(media.trim()) && !parameters.some((parameter) => /^\s*q=0(?:\.0*)?\s*$/.test(parameter));
  });
}
