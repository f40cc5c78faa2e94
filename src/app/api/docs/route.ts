import { apiPage, PAGE_POLICY } from "#server/api-page";

export const dynamic = "force-dynamic";

/** The API as people read and try it: one page, made here. */
export async function GET(): Promise<Response> {
  return new Response(await apiPage(), {
    headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": PAGE_POLICY },
  });
}
