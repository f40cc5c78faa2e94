import { Agent, request } from "node:http";
import { type Question, type QuestionInput, type QuestionOutput, questions } from "#contracts/questions";

/** Asks the web. Fails when it is away, or does not know an answer now. */
export type AskWeb = <Name extends Question>(name: Name, input: QuestionInput<Name>) => Promise<QuestionOutput<Name>>;

/** How long an answer may take, ms: a password is checked on purpose slowly, and others may wait before it. */
const PATIENCE_MS = 10_000;

/** Asks over the web's socket, which only the owner of the home can open. */
export function openQuestions(socketPath: string): AskWeb {
  const agent = new Agent({ keepAlive: true, maxSockets: 8, timeout: 30_000 });

  function exchange(name: string, text: string, kept: Agent | false = agent): Promise<string> {
    return new Promise((resolve, reject) => {
      const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
      const sent = request({ agent: kept, socketPath, method: "POST", path: `/ask/${name}`, headers }, (response) => {
        let answer = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => {
          answer += part;
        });
        response.once("error", reject);
        response.once("end", () => {
          if (response.statusCode === 200) resolve(answer);
          else reject(new Error(`the web answered ${name} with ${response.statusCode}`));
        });
      });
      sent.setTimeout(PATIENCE_MS, () => sent.destroy(new Error(`the web did not answer ${name}`)));
      sent.once("error", (error) => {
        // A kept connection to a web that was restarted never reached it; nor would the next that was kept.
        if (sent.reusedSocket && "code" in error && ["ECONNRESET", "EPIPE"].includes(String(error.code)))
          exchange(name, text, false).then(resolve, reject);
        else reject(error);
      });
      sent.end(text);
    });
  }

  return async (name, input) => {
    const answer: unknown = JSON.parse(await exchange(name, JSON.stringify(input)));
    return parse(name, answer);
  };
}

// The table gives a union of schemas for a name that is only known as a type; the caller knows which.
const parse = <Name extends Question>(name: Name, answer: unknown): QuestionOutput<Name> =>
  questions[name].output.parse(answer) as QuestionOutput<Name>;
