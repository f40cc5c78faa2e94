import { apiPage } from "#server/api-page";

export const dynamic = "force-dynamic";

/** The API as people read it: one page, made here, without any script. */
export async function GET(): Promise<Response> {
  return new Response(await apiPage(), {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    },
  });
}
