import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";

/** Discord's sign-in on a port of this machine, as far as the panel speaks to it: it checks what Discord checks. */
export type TestDiscord = {
  api: string;
  clientId: string;
  clientSecret: string;
  /** A person agrees at the page that the panel led to. Returns where Discord leads the browser. */
  agree(page: string, as: { id: string; username: string; global_name?: string }): URL;
  close(): Promise<void>;
};

export async function openTestDiscord(): Promise<TestDiscord> {
  const clientId = "123456789012345678";
  const clientSecret = "secret-of-the-client";
  const codes = new Map<string, { challenge: string; redirect: string; person: object }>();
  const tokens = new Map<string, object>();
  const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
  const server = createServer(async (asked, answer) => {
    const json = (status: number, body: object) =>
      answer.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (asked.url === "/users/@me") {
      const person = tokens.get(asked.headers.authorization ?? "");
      return person ? json(200, person) : json(401, { message: "401: Unauthorized", code: 0 });
    }
    let text = "";
    for await (const part of asked) text += part;
    const form = new URLSearchParams(text);
    const given = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const proof = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const isOurs = asked.url === "/oauth2/token" && asked.headers.authorization === basic;
    if (!given || !isOurs || proof !== given.challenge || form.get("redirect_uri") !== given.redirect)
      return json(400, { error: "invalid_grant" });
    const token = randomBytes(8).toString("hex");
    tokens.set(`Bearer ${token}`, given.person);
    json(200, { access_token: token, token_type: "Bearer", expires_in: 604_800, scope: "identify" });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    api: `http://127.0.0.1:${address.port}`,
    clientId,
    clientSecret,
    agree(page, person) {
      const { searchParams: asked } = new URL(page);
      const code = randomBytes(8).toString("hex");
      const redirect = asked.get("redirect_uri") ?? "";
      codes.set(code, { challenge: asked.get("code_challenge") ?? "", redirect, person });
      return new URL(`${redirect}?${new URLSearchParams({ code, state: asked.get("state") ?? "" })}`);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
