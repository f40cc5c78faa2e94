import { client } from "#client/api";
import type { Picked } from "#client/dropped";
import { deskOf } from "../desk";
import { dock, isOver } from "../dock/dock";
import { join, nameOf } from "../paths";
import { together, topOf } from "./match";
import { openTabs } from "./tabs";
import { type Goal, Upload } from "./upload";

/*
 * Uploads of this page. They outlive the Files tab, and are forgotten with the page: what was begun by an earlier one is on the server.
 */

const uploads = new Set<Upload>();

/** Uploads what was picked, or is just being read, into a folder. `name`: what is known of its name before it is read. */
export function startUpload(goal: Goal, picking: Picked | Promise<Picked>, name = ""): void {
  make(goal, name).start(picking);
}

let tabs: ReturnType<typeof openTabs> | undefined;
/** The other tabs of this browser. Nothing works before a page asks for it. */
const otherTabs = () => {
  tabs ??= openTabs(() => [...uploads].flatMap(({ sending }) => sending));
  return tabs;
};

const asking = new Map<string, Promise<void>>();

/** Lists what earlier pages began and did not finish, to go on with. Asked again, it adds what is new. */
export function recoverUploads(botId: string, mayOverwrite: boolean): Promise<void> {
  const under = asking.get(botId) ?? recover(botId, mayOverwrite).finally(() => asking.delete(botId));
  asking.set(botId, under);
  return under;
}

async function recover(botId: string, mayOverwrite: boolean): Promise<void> {
  const { uploads: waiting } = await client.transfers.uploads({ botId });
  if (waiting.length === 0) return void otherTabs();
  const elsewhere = await otherTabs().others();
  const known = new Set([...elsewhere, ...[...uploads].flatMap(({ ids }) => ids)]);
  const others = waiting.filter(({ id }) => !known.has(id));
  const views = await Promise.all(others.map(({ id }) => client.transfers.uploadState({ botId, transferId: id })));
  for (const group of together(views)) {
    const [first] = group;
    if (!first) continue;
    const paths = first.files.map(({ path }) => path);
    make({ botId, to: first.to, mayOverwrite }, topOf(paths) ?? nameOf(paths[0] ?? first.to)).goOn(group);
  }
}

function make(goal: Goal, name: string): Upload {
  const { botId, to } = goal;
  const upload: Upload = new Upload(goal, name, (paths) => {
    uploads.delete(upload);
    const desk = deskOf(botId);
    void desk.folders.allAgain();
    const placed = new Set(paths.map((path) => join(to, path)));
    for (const { key, path } of desk.docs.get()) if (placed.has(path)) void desk.read(key);
  });
  uploads.add(upload);
  watch();
  return upload;
}

const stay = (event: BeforeUnloadEvent) => event.preventDefault();
const wake = () => {
  for (const upload of uploads) upload.wake();
};

let watching = false;

// Once something is uploaded: other tabs hear of it, the page is not left while bytes of it are on their way, and what waits goes on when
// the browser is online.
function watch(): void {
  if (watching) return;
  watching = true;
  otherTabs();
  window.addEventListener("online", wake);
  dock.rows.subscribe(() => {
    const losing = dock.rows.get().some((row) => row.kind === "upload" && !isOver(row) && row.phase.is !== "waiting");
    if (losing) window.addEventListener("beforeunload", stay);
    else window.removeEventListener("beforeunload", stay);
  });
}
