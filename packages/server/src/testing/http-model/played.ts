import type { HttpModel } from './http-model.ts';
import type { ModelServer } from './model-server.ts';

/** A server and the model that its answers are compared with. */
export interface Played {
  readonly server: ModelServer;
  readonly model: HttpModel;
}
