import { expect, test } from "vitest";
import { askingAgain, sendingAgain } from "./ask-again";
import { FailureError } from "./failure";

const page = "http://127.0.0.1:1/api/v1";
const ask = (path: string, init?: RequestInit) => new Request(`${page}/${path}`, init);
const json = { method: "POST", body: '{"code":"123456"}', headers: { "content-type": "application/json" } };

/** A panel that knows one cookie: a change brings a new one, whose answer is held until it is let go. */
function panelOf() {
  let valid = "old";
  let cookie = "old";
  const asked: string[] = [];
  let letGo = () => {};
  const send = async (request: Request): Promise<Response> => {
    const name = new URL(request.url).pathname.split("/").at(-1) ?? "";
    asked.push(`${name} ${cookie} ${await request.text()}`.trim());
    if (cookie !== valid) throw new FailureError({ code: "not_signed_in", values: {} });
    if (name !== "change") return new Response("{}");
    valid = "new";
    await new Promise<void>((go) => {
      letGo = go;
    });
    cookie = "new";
    return new Response("{}");
  };
  return { send: askingAgain(send), asked, answerChange: () => letGo(), endSession: () => (valid = "none") };
}

test("who is asked between a change of one's sign-in and its answer does not sign out", async () => {
  const panel = panelOf();
  const change = panel.send(ask("change", json));
  const early = panel.send(ask("ticket", json));
  await expect.poll(() => panel.asked).toEqual(['change old {"code":"123456"}', 'ticket old {"code":"123456"}']);
  // Longer than another tab is waited for: this one's own change is known to be under way.
  setTimeout(panel.answerChange, 700);
  expect((await early).status).toBe(200);
  expect((await change).status).toBe(200);
  expect(panel.asked.at(-1)).toBe('ticket new {"code":"123456"}');
});

test("a session that is over is over, and is asked for twice, a piece of a file once", async () => {
  const panel = panelOf();
  panel.endSession();
  await expect(panel.send(ask("bots"))).rejects.toThrow("not_signed_in");
  expect(panel.asked).toEqual(["bots old", "bots old"]);
  const piece = { method: "POST", body: new Blob(["x"]) };
  await expect(panel.send(ask("piece", piece))).rejects.toThrow("not_signed_in");
  expect(panel.asked.slice(2)).toEqual(["piece old x"]);
});

test("who went meanwhile is not asked for again", async () => {
  const panel = panelOf();
  panel.endSession();
  const gone = new AbortController();
  const refused = expect(panel.send(ask("bots", { signal: gone.signal }))).rejects.toThrow("not_signed_in");
  await expect.poll(() => panel.asked).toHaveLength(1);
  gone.abort();
  await refused;
  expect(panel.asked).toHaveLength(1);
});

test("a piece of a file is sent anew where the session goes on, and where it is over it is not", async () => {
  const panel = panelOf();
  const change = panel.send(ask("change", json));
  await expect.poll(() => panel.asked).toHaveLength(1);
  const piece = () => panel.send(ask("piece", { method: "POST", body: new Blob(["x"]) }));
  const sent = sendingAgain(piece, () => panel.send(ask("me")));
  await expect.poll(() => panel.asked.slice(1)).toEqual(["piece old x", "me old"]);
  panel.answerChange();
  expect((await sent).status).toBe(200);
  await change;
  expect(panel.asked.slice(3)).toEqual(["me new", "piece new x"]);

  panel.endSession();
  await expect(sendingAgain(piece, () => panel.send(ask("me")))).rejects.toThrow("not_signed_in");
  expect(panel.asked.slice(5)).toEqual(["piece new x", "me new", "me new"]);
});
