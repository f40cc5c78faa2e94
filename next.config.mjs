import { readFileSync } from "node:fs";
import createNextIntlPlugin from "next-intl/plugin";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
const gateway = `http://127.0.0.1:${process.env.BOTYARD_GATEWAY_PORT || 3010}`;

// The policy for scripts is made in src/proxy.ts, because it carries a nonce.
const securityHeaders = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Permissions-Policy", value: "camera=(), geolocation=(), microphone=()" },
];

/** @type {import("next").NextConfig} */
const config = {
  // A build that fails must not ruin the one that runs: scripts/build.mjs builds elsewhere and renames.
  distDir: process.env.BOTYARD_DIST_DIR || ".next",
  // One that extends another, which Next leaves as it is; and a start should not fail at the types of a test.
  typescript: { tsconfigPath: "tsconfig.next.json" },
  env: { BOTYARD_VERSION: version },
  poweredByHeader: false,
  reactStrictMode: true,
  // Socket.IO asks at /socket.io/, with the slash, which Next would redirect away.
  skipTrailingSlashRedirect: true,
  serverExternalPackages: [
    "@node-rs/argon2",
    "@prisma/client",
    "@prisma/adapter-pg",
    "pg",
    "next-auth",
    "ssh2",
    "socket.io-client",
  ],
  headers: async () => [{ source: "/:path*", headers: securityHeaders }],
  // One address, one port: the live connection goes through here to the worker. Fixed when built.
  rewrites: async () => ({
    beforeFiles: [
      { source: "/socket.io/", destination: `${gateway}/socket.io/` },
      { source: "/socket.io", destination: `${gateway}/socket.io/` },
      { source: "/socket.io/:path*", destination: `${gateway}/socket.io/:path*` },
    ],
    afterFiles: [],
    fallback: [],
  }),
};

export default createNextIntlPlugin("./src/app/words.ts")(config);
