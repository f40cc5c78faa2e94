import { serveMcp } from "#server/tools/mcp";

export const dynamic = "force-dynamic";

export { serveMcp as DELETE, serveMcp as GET, serveMcp as POST };
