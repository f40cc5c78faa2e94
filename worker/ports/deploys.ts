import type { BotId } from "#contracts/bot";
import type {
  Deploy,
  DeployCause,
  DeployLog,
  DeployRequest,
  DeployState,
  WebhookAnswer,
  WebhookPush,
} from "#contracts/deploy";
import type { Closer } from "./closer";

/** Newer and earlier commits for bots whose files came from git. AppError not_found, deploy_not_git, and what each says. */
export interface Deploys {
  /** Begins what waited when an earlier worker ended. */
  boot(): Promise<void>;
  /** `fetch`: asks the repository first. */
  state(botId: BotId, fetch: boolean): Promise<DeployState>;
  list(botId: BotId): Promise<Deploy[]>;
  get(botId: BotId, number: number): Promise<Deploy>;
  log(botId: BotId, number: number, after: number): Promise<DeployLog>;
  /** Settles once it is written down; it is made when it is its turn. AppError deploy_busy, worker_away, disk_unwritable. */
  start(botId: BotId, request: DeployRequest, cause: DeployCause): Promise<Deploy>;
  /** Settles when it has ended. */
  cancel(botId: BotId, number: number): Promise<Deploy>;
  /** AppError webhook_refused, webhook_replayed. */
  webhook(botId: BotId, push: WebhookPush): Promise<WebhookAnswer>;
  /** Takes over the host keys that the import of a new bot saw: its deploys go to that host and to no other. */
  knowHost(botId: BotId, hostKeys: string): Promise<void>;
  forgetHost(botId: BotId): Promise<void>;
  /** Ends what is under way of a bot that is about to be removed. */
  forget(botId: BotId): Promise<void>;
  /** Every step of every deploy. */
  onChange(listener: (deploy: Deploy) => void): Closer;
  /** A log has grown to `end` bytes; told a few times a second at most. */
  onLog(listener: (botId: BotId, number: number, end: number) => void): Closer;
  close: Closer;
}
