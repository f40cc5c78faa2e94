import { z } from "zod";
import { operation } from "./base";

const tags = ["Panel"];

/** An admin looks at the panel as somebody else sees it, in the browser they are signed in with, and may only look. */
export const viewAs = {
  start: operation
    .route({ method: "POST", path: "/v1/view-as", summary: "See the panel as somebody else does, reading only", tags })
    .meta({ permission: "admin", writes: true })
    .input(z.object({ userId: z.string().max(64) }))
    .output(z.object({})),
  stop: operation
    .route({ method: "DELETE", path: "/v1/view-as", summary: "Stop seeing it as somebody else", tags })
    .meta({ permission: "self", writes: true, viewing: true })
    .output(z.object({})),
};
