import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, renameSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { dirname } from "node:path";
import { homePaths } from "#contracts/home";
import { type Question, type QuestionInput, type QuestionOutput, questions } from "#contracts/questions";
import { env } from "./env";
import { checkSftp, recordSftp, signInToSftp } from "./sftp";
import { rightsNow } from "./standings";

const answers: { readonly [Name in Question]: (input: QuestionInput<Name>) => Promise<QuestionOutput<Name>> } = {
  "sftp.signIn": async (input) => ({ access: await signInToSftp(input) }),
  "sftp.check": async ({ standings }) => ({ rights: await checkSftp(standings) }),
  "sftp.record": async ({ activity }) => {
    await recordSftp(activity);
    return {};
  },
  "access.now": async ({ of }) => ({ rights: await rightsNow(of) }),
};

/** Longest question, bytes: a thousand entries of activity. */
const BYTES = 16 * 1024 * 1024;

/**
 * Answers the worker on a Unix socket that only the owner of the home can open, see contracts/questions.ts. It gets its name by one
 * rename, so that a web that comes while another one goes is asked from then on.
 */
export async function answerQuestions(): Promise<{ close(): void }> {
  const { webSocket } = homePaths(env().home);
  const draft = `${dirname(webSocket)}/web-${randomBytes(3).toString("hex")}`;
  mkdirSync(dirname(webSocket), { recursive: true, mode: 0o700 });
  const server = createServer((request, response) => {
    answer(request).then(
      (value) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value)),
      (error: unknown) => {
        console.error(`${request.url}:`, error);
        response.writeHead(500).end();
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // Nobody else can open it at any moment: see worker/rpc.
    const before = process.umask(0o177);
    try {
      server.listen(draft, resolve);
    } finally {
      process.umask(before);
    }
  });
  chmodSync(draft, 0o600);
  renameSync(draft, webSocket);
  return {
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(request: IncomingMessage): Promise<unknown> {
  const name = request.url?.replace(/^\/ask\//, "") ?? "";
  if (request.method !== "POST" || !isQuestion(name)) throw new Error("no such question");
  return answerOne(name, await readJson(request));
}

const isQuestion = (name: string): name is Question => Object.hasOwn(questions, name);

// The table gives a union of schemas for a name that is only known as a type; the schema has checked which it is.
const answerOne = async <Name extends Question>(name: Name, raw: unknown): Promise<unknown> =>
  questions[name].output.parse(await answers[name](questions[name].input.parse(raw) as QuestionInput<Name>));

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    const piece = Buffer.from(part);
    bytes += piece.length;
    if (bytes > BYTES) throw new Error("the question is too long");
    parts.push(piece);
  }
  return JSON.parse(Buffer.concat(parts).toString("utf8"));
}
