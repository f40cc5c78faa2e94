import type { BotId } from "#contracts/bot";
import { withoutPaths } from "./deploys/seen";
import type { Closer, Deploys, Gateway, Logs, Monitor, Supervisor } from "./ports/index";
import { presentOf } from "./present";

type PublishPorts = {
  supervisor: Pick<Supervisor, "get" | "ids" | "liveRun" | "onChange">;
  monitor: Pick<Monitor, "samples" | "onBot" | "onHost">;
  logs: Pick<Logs, "stamp">;
  deploys: Pick<Deploys, "onChange" | "onLog">;
  gateway: Pick<Gateway, "publish">;
};

/**
 * Tells browsers what has become true. One direction: nothing comes back here. Lines do not pass through: the gateway follows the log
 * of a bot for whoever watches it, from that viewer's own place.
 */
export function openPublish({ supervisor, monitor, logs, deploys, gateway }: PublishPorts): Closer {
  const present = presentOf({ supervisor, monitor });
  const stamp = (botId: BotId) => logs.stamp(botId, supervisor.liveRun(botId)?.run ?? null);
  for (const botId of supervisor.ids()) stamp(botId);

  const closers = [
    supervisor.onChange((botId, now) => {
      stamp(botId);
      const live = now && present(botId);
      if (live) gateway.publish("bot.live", { botId, live });
      else gateway.publish("bot.removed", { botId });
    }),
    monitor.onBot((botId, sample) => gateway.publish("bot.sample", { botId, sample })),
    deploys.onChange((deploy) => gateway.publish("bot.deploy", { botId: deploy.botId, deploy: withoutPaths(deploy) })),
    deploys.onLog((botId, number, end) => gateway.publish("bot.deployLog", { botId, number, end })),
    monitor.onHost((sample) => gateway.publish("host.sample", { sample })),
  ];
  return () => {
    for (const close of closers) void close();
  };
}
