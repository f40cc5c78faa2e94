import { createServer } from "node:net";
import { detailOf, Refusal } from "./refusal";

/** Refuses a port that cannot be listened on; `name` is the variable that sets it. */
export async function assertFree(name: string, port: number, host: string): Promise<void> {
  const failure = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    const server = createServer().once("error", resolve);
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
  if (failure?.code === "EADDRINUSE") throw new Refusal("port_taken", { name, port, host });
  if (failure) throw new Refusal("port_forbidden", { name, port, host, detail: detailOf(failure) });
}
