import steps from '../../fixtures/vectors/exchange.json' with { type: 'json' };

/** One request of the documented exchange with the reference's answer, as texts. */
export interface ExchangeStep {
  readonly number: number;
  readonly title: string;
  readonly method: string;
  readonly path: string;
  readonly body: string | null;
  readonly status: number;
  readonly answer: string | null;
}

/** The documented exchange, in its order. */
export const EXCHANGE: readonly ExchangeStep[] = steps;

/** Body of a step, by its number. */
export function exchangeBody(number: number): string {
  const body = EXCHANGE.find((step) => step.number === number)?.body;
  if (typeof body !== 'string') throw new Error(`step ${number} of the exchange has no body`);
  return body;
}
