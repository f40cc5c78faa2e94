import { z } from "zod";
import { serveAuth } from "../auth";
import { trustOwnHost } from "../env";
import { HOST, type TestPanel } from "./panel";

/** What became of a sign-in: `said` is what the form is told when it is refused, as `code?name=value`. */
export type Landed = { status: number; said: string | null; url: string };

/** A browser with its own cookies, in front of the panel of a test. */
export type TestBrowser = {
  cookies: Map<string, string>;
  /** Every Set-Cookie that it was sent, as it came. */
  sent: string[];
  ask(method: string, path: string, body?: unknown): ReturnType<TestPanel["ask"]>;
  /** Asks next-auth's routes, with what it wants against foreign forms. */
  auth(path: string, fields?: Record<string, string>): Promise<Landed>;
  signIn(email: string, password: string): Promise<Landed>;
  signOut(): Promise<Landed>;
  /** The second step. */
  showCode(code: string): Promise<Landed>;
  /** Comes back to one of next-auth's routes from another site. Returns where it leads. */
  comeBack(url: URL): Promise<string>;
  /** What it would show the panel: to copy its cookies. */
  headers(): Record<string, string>;
};

const userAgent =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

export function openBrowser(panel: TestPanel, address = "192.0.2.1"): TestBrowser {
  trustOwnHost();
  const cookies = new Map<string, string>();
  const sent: string[] = [];
  const headers = () => ({
    host: HOST,
    origin: `http://${HOST}`,
    "x-botyard-peer": address,
    "user-agent": userAgent,
    cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
  });
  const keep = (answer: { headers: Headers }) => {
    for (const one of answer.headers.getSetCookie()) {
      sent.push(one);
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(one) ?? [];
      if (value === "" || /max-age=0|expires=Thu, 01 Jan 1970/i.test(one)) cookies.delete(name);
      else cookies.set(name, value);
    }
  };
  const send = async (path: string, init: RequestInit) => {
    const answer = await serveAuth(new Request(`http://${HOST}/api/auth/${path}`, { ...init, headers: headers() }));
    keep(answer);
    return answer;
  };
  const auth: TestBrowser["auth"] = async (path, fields = {}) => {
    const { csrfToken } = z.object({ csrfToken: z.string() }).parse(await (await send("csrf", {})).json());
    const body = new URLSearchParams({ ...fields, csrfToken, json: "true" }).toString();
    const own = {
      ...headers(),
      "content-type": "application/x-www-form-urlencoded",
      "content-length": `${body.length}`,
    };
    const request = new Request(`http://${HOST}/api/auth/${path}`, { method: "POST", headers: own, body });
    const answer = await serveAuth(request);
    keep(answer);
    const { url } = z.object({ url: z.string() }).parse(await answer.json());
    return { status: answer.status, said: new URL(url, `http://${HOST}`).searchParams.get("error"), url };
  };
  return {
    cookies,
    sent,
    headers,
    auth,
    ask: (method, path, body) => panel.ask(headers(), method, path, body, keep),
    signIn: (email, password) => auth("callback/credentials", { email, password }),
    signOut: () => auth("signout"),
    showCode: (code) => auth("callback/second-factor", { code }),
    async comeBack(url) {
      const answer = await send(`${url.pathname.slice("/api/auth/".length)}${url.search}`, {});
      return answer.headers.get("location") ?? "";
    },
  };
}
