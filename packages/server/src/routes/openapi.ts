import { jsonReply } from '../http/reply.ts';
import { type Route, serverRoute } from '../http/route.ts';
import { openApiDocument } from '../openapi/document.ts';

let printed: string | undefined;

/** The API, described for programs; printed when it is first asked for. */
export const OPENAPI_ROUTES: readonly Route[] = [
  serverRoute('GET', '/openapi.json', () => {
    printed ??= JSON.stringify(openApiDocument());
    return jsonReply(printed);
  }),
];
