import { serveApi } from "#server/api";
import { openApi } from "#server/openapi";

export const dynamic = "force-dynamic";

/** The API as programs read it. Open: it says what there is, which is no secret, and nothing of what is in it. */
export async function GET(): Promise<Response> {
  return Response.json(await openApi());
}

export { serveApi as DELETE, serveApi as OPTIONS, serveApi as PATCH, serveApi as POST, serveApi as PUT };
