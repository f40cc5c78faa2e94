import type { BotId, BotSample } from "#contracts/bot";
import type { HostSample } from "#contracts/host";
import type { Closer } from "./closer";

export interface Monitor {
  samples(botId: BotId): BotSample[];
  host(): HostSample[];
  onBot(listener: (botId: BotId, sample: BotSample) => void): Closer;
  onHost(listener: (sample: HostSample) => void): Closer;
  close: Closer;
}
