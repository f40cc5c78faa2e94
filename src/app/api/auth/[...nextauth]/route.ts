import { serveAuth } from "#server/auth";

export const dynamic = "force-dynamic";

export { serveAuth as GET, serveAuth as POST };
