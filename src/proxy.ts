import { type NextRequest, NextResponse } from "next/server";
import { PATH_HEADER } from "#server/path-header";

/**
 * Gives every page its Content-Security-Policy with a nonce of its own, and tells it its address. Nothing else is decided here: who may do
 * what is asked by the verbs, which cannot be passed by.
 */
export function proxy(request: NextRequest): NextResponse {
  const nonce = btoa(crypto.randomUUID());
  const policy = policyOf(nonce, process.env.NODE_ENV !== "production");
  const headers = new Headers(request.headers);
  headers.set(PATH_HEADER, request.nextUrl.pathname + request.nextUrl.search);
  // Next reads the nonce from here and puts it on its own scripts.
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  return response;
}

function policyOf(nonce: string, development: boolean): string {
  const rules = {
    "default-src": "'self'",
    // React's development build evaluates code to show where an error came from.
    "script-src": `'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "worker-src": "'self'",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
  };
  return Object.entries(rules)
    .map(([name, value]) => `${name} ${value}`)
    .join("; ");
}

// Pages only. Bodies of the API must not pass here: Next would keep a copy of each upload in memory.
export const config = { matcher: ["/((?!api/|_next/static|_next/image|socket\\.io|favicon\\.ico).*)"] };
